/** Builds the ports of the functions that may change groups, from their environment. */
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ChangeRecorder } from '../aws/change-recorder.ts';
import { clientSettings, perRegion, writeClientSettings } from '../aws/client.ts';
import { GroupWriter } from '../aws/group-writer.ts';
import { MinuteRule } from '../aws/minute-rule.ts';
import { OverrideWriter } from '../aws/override-writer.ts';
import type { MonitorEnvironment } from '../input/environment.ts';
import { Patience } from '../aws/patience.ts';
import { RememberedPasts } from '../observe/remembered-pasts.ts';
import type { MonitorPorts, Ports } from '../write-ports.ts';
import { clientsOf, readPorts, regionalPorts, type Clients, type Wiring } from './reading-ports.ts';
import { sleep } from './sleep.ts';

export function portsOf(wiring: Wiring<MonitorEnvironment>): Ports {
  return patientPorts(wiring, clientsOf(wiring.observer));
}

/** With ports that do not wait for a Region that hangs. */
export function monitorPorts(wiring: Wiring<MonitorEnvironment>): MonitorPorts {
  const clients = clientsOf(wiring.observer);
  const ports = { ...patientPorts(wiring, clients), pasts: new RememberedPasts() };
  const { MONITOR_REGIONS: regions } = wiring.environment;
  return {
    ...ports,
    hasty: () => {
      const patience = new Patience((service, region) => wiring.observer.lastAnswerMs(service, region));
      const changeRecorder = new ChangeRecorder({ clientOf: clients.cloudWatchOf, regions, patience });
      return {
        ports: { ...ports, ...regionalPorts(wiring, clients, patience), changeRecorder },
        hasGivenUp: () => patience.hasGivenUp(),
      };
    },
  };
}

function patientPorts(wiring: Wiring<MonitorEnvironment>, clients: Clients): Ports {
  const { environment, observer } = wiring;
  const { MONITOR_REGIONS: regions, OVERRIDES_PATH: path } = environment;
  return {
    ...readPorts(wiring, clients),
    groupWriter: new GroupWriter({
      clientOf: perRegion((region) =>
        observer.observe('chime', region, new ChimeSDKVoiceClient({ ...writeClientSettings, region })),
      ),
    }),
    changeRecorder: new ChangeRecorder({ clientOf: clients.cloudWatchOf, regions }),
    overrideWriter: new OverrideWriter({ clientOf: clients.ssmOf, regions, path }),
    minuteRule: minuteRuleOf(wiring),
    serverTimes: () => observer.serverTimes(),
    random: Math.random,
    sleep,
  };
}

function minuteRuleOf({ environment, observer }: Wiring<MonitorEnvironment>): MinuteRule | undefined {
  const { AWS_REGION: region, MINUTE_RULE_NAME: name } = environment;
  if (name === undefined) return undefined;
  const client = observer.observe('events', region, new EventBridgeClient({ ...clientSettings, region }));
  return new MinuteRule({ client, name });
}
