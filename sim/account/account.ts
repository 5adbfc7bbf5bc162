import type { EpochMs } from '../clock.ts';
import type { MetricDatum, MetricSink, OptionsPingSink, RoutedGroup, RoutingTable } from '../world/ports.ts';
import { Chime } from './chime/chime.ts';
import { CloudWatch } from './cloudwatch/cloudwatch.ts';
import { EventBridge } from './eventbridge.ts';
import { IdCounter } from './ids.ts';
import { Logs } from './logs.ts';
import { Parameters } from './parameters.ts';
import { Queues } from './queues.ts';

/** The account number of AWS's own examples. */
export const accountId = '111122223333';

/**
 * One AWS account: the state of its services and the rules that AWS documents for changing it. It contains no HTTP: the wire
 * server translates requests, and the world reads the routing from it and writes metrics to it.
 *
 * Ids are deterministic: the same operations in the same order give the same ids.
 */
export class Account implements RoutingTable, MetricSink, OptionsPingSink {
  readonly now: () => EpochMs;
  readonly chime: Chime;
  readonly cloudWatch: CloudWatch;
  readonly eventBridge: EventBridge;
  readonly parameters: Parameters;
  readonly queues: Queues;
  readonly logs: Logs;

  constructor({ now, ids = new IdCounter() }: { readonly now: () => EpochMs; readonly ids?: IdCounter }) {
    this.now = now;
    this.chime = new Chime({ now, ids });
    this.cloudWatch = new CloudWatch({ now });
    this.eventBridge = new EventBridge({ now, ids });
    this.parameters = new Parameters({ now });
    this.queues = new Queues({ now, ids });
    // Ids of its own: the ids of the account do not depend on how much a function logs.
    this.logs = new Logs({ now, ids: new IdCounter() });
  }

  routedGroups(): readonly RoutedGroup[] {
    return this.chime.groups.routed();
  }

  putMetric(datum: MetricDatum): void {
    this.cloudWatch.record(datum);
  }

  recordOptionsPing(voiceConnectorId: string, ping: { readonly at: EpochMs; readonly source: string }): void {
    this.chime.connectors.recordOptionsPing(voiceConnectorId, ping);
  }
}
