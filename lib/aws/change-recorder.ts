/**
 * Records own changes as datapoints of own CloudWatch metrics, which cost nothing in a month without a change. Every Region that a
 * monitor runs in gets each datapoint, so that every monitor can read it.
 */
import { PutMetricDataCommand, type CloudWatchClient, type MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../core/model/time.ts';
import type { Move } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { ownNamespace, recordVersion } from '../core/model/own-metrics.ts';
import type { ChangeRecorderPort, UnrecordedRegion } from '../write-ports.ts';
import { limited } from './client.ts';
import { inEachRegion, type Patience } from './patience.ts';
import { refusalOf } from './refusal.ts';

/** A record counts +1, its retraction −1: the records that two monitors make in the same minute add up. */
type Count = 1 | -1;

type ChangeDatapoint = {
  readonly group: VoiceConnectorGroup;
  readonly move: Move;
  readonly at: EpochMs;
  readonly count: Count;
};

export class ChangeRecorder implements ChangeRecorderPort {
  readonly #clientOf: (region: string) => CloudWatchClient;
  readonly #regions: readonly string[];
  readonly #patience: Patience | undefined;

  /** @param regions every Region that a monitor of these groups runs in */
  constructor(options: {
    readonly clientOf: (region: string) => CloudWatchClient;
    readonly regions: readonly string[];
    /** Default: every Region is waited for. */
    readonly patience?: Patience | undefined;
  }) {
    this.#clientOf = options.clientOf;
    this.#regions = options.regions;
    this.#patience = options.patience;
  }

  recordChange(
    group: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    signal: AbortSignal,
    regions = this.#regions,
  ): Promise<readonly UnrecordedRegion[]> {
    return this.#put({ group, move, at, count: 1 }, regions, signal);
  }

  retractChange(
    group: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    signal: AbortSignal,
    unrecordedIn: readonly string[] = [],
  ): Promise<readonly UnrecordedRegion[]> {
    const regions = this.#regions.filter((region) => !unrecordedIn.includes(region));
    return this.#put({ group, move, at, count: -1 }, regions, signal);
  }

  async recordOrders(
    groups: readonly VoiceConnectorGroup[],
    at: EpochMs,
    signal: AbortSignal,
  ): Promise<readonly UnrecordedRegion[]> {
    const data = groups
      .flatMap(prioritiesIn)
      .map(([dimensions, priority]) => datum('PrioritySeen', dimensions, at, priority));
    const requests = Array.from({ length: Math.ceil(data.length / mostData) }, (_, place) =>
      data.slice(place * mostData, (place + 1) * mostData),
    );
    const unrecorded = await Promise.all(
      this.#regions.flatMap((region) =>
        requests.map((some) =>
          this.#send(region, some, `recording the order of ${groups.length} groups in ${region}`, signal),
        ),
      ),
    );
    return unrecorded.flatMap((one) => one ?? []);
  }

  async #put(
    datapoint: ChangeDatapoint,
    regions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly UnrecordedRegion[]> {
    const unrecorded = await inEachRegion(this.#patience, 'cloudwatch', regions, signal, (region, inTime) =>
      this.#putIn(region, datapoint, inTime),
    );
    return unrecorded.flatMap((one) => one ?? []);
  }

  #putIn(
    region: string,
    { group, move, at, count }: ChangeDatapoint,
    signal: AbortSignal,
  ): Promise<UnrecordedRegion | undefined> {
    const { voiceConnectorGroupId } = group;
    const inGroup = { VoiceConnectorGroupId: voiceConnectorGroupId };
    const data = [
      datum('PriorityChange', inGroup, at, count),
      ...(move.kind === 'drill' ? [datum('Drill', inGroup, at, count)] : []),
      // Only a failover demotes: a failback leaves a healthy Voice Connector, which stays a candidate at any time.
      ...(move.kind === 'failover' ? [datum('Demotion', { VoiceConnectorId: move.leaving }, at, count)] : []),
      datum('RecordVersion', {}, at, recordVersion),
      // Of the whole account, hence without a dimension.
      ...(move.isLocal ? [datum('LocalFailover', {}, at, count)] : []),
      // What was written, so that another order of the same minutes is known as somebody else's.
      datum('Promotion', { ...inGroup, VoiceConnectorId: move.promoting }, at, count),
    ];
    const action = count === 1 ? 'recording' : 'retracting';
    return this.#send(region, data, `${action} the change of group ${voiceConnectorGroupId} in ${region}`, signal);
  }

  async #send(
    region: string,
    data: MetricDatum[],
    doing: string,
    signal: AbortSignal,
  ): Promise<UnrecordedRegion | undefined> {
    const command = new PutMetricDataCommand({ Namespace: ownNamespace, MetricData: data });
    try {
      await this.#clientOf(region).send(command, limited(signal));
      return undefined;
    } catch (error) {
      return { region, problem: { doing, message: refusalOf(error).message } };
    }
  }
}

/** AWS takes so many datapoints in a request. */
const mostData = 1000;

/** A tied or load-balanced group has no order to remember. */
function prioritiesIn({ voiceConnectorGroupId, items }: VoiceConnectorGroup) {
  return items.flatMap(({ voiceConnectorId, priority }) =>
    priority === undefined
      ? []
      : [[{ VoiceConnectorGroupId: voiceConnectorGroupId, VoiceConnectorId: voiceConnectorId }, priority] as const],
  );
}

function datum(
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
  at: EpochMs,
  value: number,
): MetricDatum {
  return {
    MetricName: metricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Timestamp: new Date(at),
    Value: value,
    Unit: 'Count',
  };
}
