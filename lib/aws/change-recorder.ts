/**
 * Records own changes as datapoints of own CloudWatch metrics, which cost nothing in a month without a change. Every Region that a
 * monitor runs in gets each datapoint, so that every monitor can read it.
 */
import { PutMetricDataCommand, type CloudWatchClient, type MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../core/model/time.ts';
import type { Move } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { ownNamespace } from '../core/model/own-metrics.ts';
import type { ChangeRecorderPort, UnrecordedRegion } from '../ports.ts';
import { limited } from './client.ts';
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

  /** @param regions every Region that a monitor of these groups runs in */
  constructor(options: {
    readonly clientOf: (region: string) => CloudWatchClient;
    readonly regions: readonly string[];
  }) {
    this.#clientOf = options.clientOf;
    this.#regions = options.regions;
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

  async #put(
    datapoint: ChangeDatapoint,
    regions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly UnrecordedRegion[]> {
    const unrecorded = await Promise.all(regions.map((region) => this.#putIn(region, datapoint, signal)));
    return unrecorded.flatMap((one) => one ?? []);
  }

  async #putIn(
    region: string,
    { group, move, at, count }: ChangeDatapoint,
    signal: AbortSignal,
  ): Promise<UnrecordedRegion | undefined> {
    const { voiceConnectorGroupId } = group;
    const command = new PutMetricDataCommand({
      Namespace: ownNamespace,
      MetricData: [
        datum('PriorityChange', 'VoiceConnectorGroupId', voiceConnectorGroupId, at, count),
        ...(move.kind === 'drill' ? [datum('Drill', 'VoiceConnectorGroupId', voiceConnectorGroupId, at, count)] : []),
        // Only a failover demotes: a failback leaves a healthy Voice Connector, which stays a candidate at any time.
        ...(move.kind === 'failover' ? [datum('Demotion', 'VoiceConnectorId', move.leaving, at, count)] : []),
      ],
    });
    try {
      await this.#clientOf(region).send(command, limited(signal));
      return undefined;
    } catch (error) {
      const action = count === 1 ? 'recording' : 'retracting';
      const doing = `${action} the change of group ${voiceConnectorGroupId} in ${region}`;
      return { region, problem: { doing, message: refusalOf(error).message } };
    }
  }
}

function datum(metricName: string, dimension: string, value: string, at: EpochMs, count: Count): MetricDatum {
  return {
    MetricName: metricName,
    Dimensions: [{ Name: dimension, Value: value }],
    Timestamp: new Date(at),
    Value: count,
    Unit: 'Count',
  };
}
