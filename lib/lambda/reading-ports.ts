/** Builds the ports of a function that only reads, from its environment. This file must not reach an adapter that writes. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Changes } from '../aws/changes.ts';
import { clientSettings, perRegion } from '../aws/client.ts';
import { Groups } from '../aws/groups.ts';
import { lastOrders } from '../aws/last-orders.ts';
import { Metrics } from '../aws/metrics.ts';
import { Overrides } from '../aws/overrides.ts';
import type { Patience } from '../aws/patience.ts';
import type { SdkObserver } from '../aws/sdk-observer.ts';
import { Sessions } from '../aws/sessions.ts';
import type { CommonEnvironment, MonitorEnvironment } from '../input/environment.ts';
import type { Policy } from '../input/policy.ts';
import type { ReadPorts, SessionsPorts } from '../ports.ts';
import { publishingPorts } from './publishing-ports.ts';

export type Wiring<Environment extends CommonEnvironment> = {
  readonly environment: Environment;
  readonly policy: Policy;
  readonly logger: Logger;
  readonly observer: SdkObserver;
};

/** SDK clients by Region, built on first use and observed: those that every function needs. */
export function observingClientsOf(observer: SdkObserver) {
  return {
    chimeOf: perRegion((region) =>
      observer.observe('chime', region, new ChimeSDKVoiceClient({ ...clientSettings, region })),
    ),
    cloudWatchOf: perRegion((region) =>
      observer.observe('cloudwatch', region, new CloudWatchClient({ ...clientSettings, region })),
    ),
  };
}

/** Those and the client of the overrides, which a function without overrides shall not contain. */
export function clientsOf(observer: SdkObserver) {
  return {
    ...observingClientsOf(observer),
    ssmOf: perRegion((region) => observer.observe('ssm', region, new SSMClient({ ...clientSettings, region }))),
  };
}

export type Clients = ReturnType<typeof clientsOf>;

type ObservingClients = ReturnType<typeof observingClientsOf>;

function observingPorts(
  { environment, policy, logger, observer }: Wiring<CommonEnvironment>,
  { chimeOf, cloudWatchOf }: ObservingClients,
): Omit<ReadPorts, 'changes' | 'lastOrders' | 'overrides'> {
  return {
    groups: new Groups({ clientOf: chimeOf, controlRegions: environment.CONTROL_REGIONS, clock: Date.now }),
    metrics: new Metrics({
      clientOf: cloudWatchOf,
      dimensions: policy.metricDimensions,
      metricsRegions: policy.metricsRegions,
    }),
    ...publishingPorts({ environment, logger, observer }),
  };
}

export function sessionsPorts(wiring: Wiring<CommonEnvironment>, clients: ObservingClients): SessionsPorts {
  return { ...observingPorts(wiring, clients), sessions: new Sessions({ clientOf: clients.chimeOf }) };
}

export function readPorts(wiring: Wiring<MonitorEnvironment>, clients: Clients): ReadPorts {
  const { cloudWatchOf } = clients;
  return {
    ...observingPorts(wiring, clients),
    ...regionalPorts(wiring, clients, undefined),
    lastOrders: lastOrders(cloudWatchOf, wiring.environment.MONITOR_REGIONS),
  };
}

/** The ports that ask several Regions. @param patience how long a Region that hangs is waited for; undefined: as long as its calls take */
export function regionalPorts(
  { environment, policy }: Wiring<MonitorEnvironment>,
  { chimeOf, cloudWatchOf, ssmOf }: Clients,
  patience: Patience | undefined,
): Pick<ReadPorts, 'groups' | 'metrics' | 'changes' | 'overrides'> {
  const { CONTROL_REGIONS: controlRegions, MONITOR_REGIONS: regions, OVERRIDES_PATH: path } = environment;
  const { metricDimensions: dimensions, metricsRegions } = policy;
  return {
    groups: new Groups({ clientOf: chimeOf, controlRegions, clock: Date.now, patience }),
    metrics: new Metrics({ clientOf: cloudWatchOf, dimensions, metricsRegions, patience }),
    changes: new Changes({ clientOf: cloudWatchOf, regions, patience }),
    overrides: new Overrides({ clientOf: ssmOf, regions, path, patience }),
  };
}
