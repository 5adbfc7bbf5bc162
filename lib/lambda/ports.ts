/** The ports of a function that looks at everything and may move a group, made of its environment. Only functions/ imports this. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { ApiCalls } from '../aws/api-calls.ts';
import { clientSettings, perRegion, writeClientSettings } from '../aws/client.ts';
import { Changes } from '../aws/changes.ts';
import { Groups } from '../aws/groups.ts';
import { Metrics } from '../aws/metrics.ts';
import { Overrides } from '../aws/overrides.ts';
import { Sessions } from '../aws/sessions.ts';
import type { MonitorEnvironment } from '../input/environment.ts';
import { sleep } from './signals.ts';
import type { Policy } from '../input/policy.ts';
import type { Ports } from '../ports.ts';
import { publishingPorts } from './publishing-ports.ts';

type Wiring = {
  readonly environment: MonitorEnvironment;
  readonly policy: Policy;
  readonly logger: Logger;
  /** Counts what the clients ask. */
  readonly apiCalls: ApiCalls;
};

export function portsOf({ environment, policy, logger, apiCalls }: Wiring): Ports {
  const cloudWatchOf = perRegion((itsRegion) =>
    apiCalls.of(new CloudWatchClient({ ...clientSettings, region: itsRegion })),
  );
  const chimeOf = perRegion((controlRegion) =>
    apiCalls.of(new ChimeSDKVoiceClient({ ...clientSettings, region: controlRegion })),
  );

  return {
    groups: new Groups({
      clientOf: chimeOf,
      writeClientOf: perRegion((controlRegion) =>
        apiCalls.of(new ChimeSDKVoiceClient({ ...writeClientSettings, region: controlRegion })),
      ),
      controlRegions: environment.CONTROL_REGIONS,
    }),
    metrics: new Metrics({ clientOf: cloudWatchOf, dimensions: policy.metricDimensions }),
    changes: new Changes({ clientOf: cloudWatchOf, regions: environment.MONITOR_REGIONS }),
    overrides: new Overrides({
      clientOf: perRegion((monitorRegion) => apiCalls.of(new SSMClient({ ...clientSettings, region: monitorRegion }))),
      regions: environment.MONITOR_REGIONS,
      path: environment.OVERRIDES_PATH,
    }),
    sessions: new Sessions({ clientOf: chimeOf }),
    ...publishingPorts({ environment, logger, apiCalls }),
    random: Math.random,
    sleep,
  };
}
