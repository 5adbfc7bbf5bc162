/** Builds the ports of a function that may change groups, from its environment. */
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { ChangeRecorder } from '../aws/change-recorder.ts';
import { perRegion, writeClientSettings } from '../aws/client.ts';
import { GroupWriter } from '../aws/group-writer.ts';
import { OverrideWriter } from '../aws/override-writer.ts';
import type { MonitorEnvironment } from '../input/environment.ts';
import type { Ports } from '../ports.ts';
import { clientsOf, readPorts, type Wiring } from './reading-ports.ts';
import { sleep } from './sleep.ts';

export function portsOf(wiring: Wiring<MonitorEnvironment>): Ports {
  const { environment, observer } = wiring;
  const { MONITOR_REGIONS: regions, OVERRIDES_PATH: path } = environment;
  const clients = clientsOf(observer);
  return {
    ...readPorts(wiring, clients),
    groupWriter: new GroupWriter({
      clientOf: perRegion((region) =>
        observer.observe('chime', region, new ChimeSDKVoiceClient({ ...writeClientSettings, region })),
      ),
    }),
    changeRecorder: new ChangeRecorder({ clientOf: clients.cloudWatchOf, regions }),
    overrideWriter: new OverrideWriter({ clientOf: clients.ssmOf, regions, path }),
    serverTimes: () => observer.serverTimes(),
    random: Math.random,
    sleep,
  };
}
