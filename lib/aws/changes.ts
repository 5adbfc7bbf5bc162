/**
 * CloudWatch as the monitor's memory: each change is noted as a datapoint of its own metrics, which cost nothing while nothing
 * happens, and read back only where a move is contemplated.
 */
import {
  GetMetricDataCommand,
  PutMetricDataCommand,
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import {
  minuteMs,
  type ChangeRecord,
  type EpochMs,
  type Move,
  type Problem,
  type VoiceConnectorGroup,
} from '../core/model.ts';
import type { ChangesPort } from '../ports.ts';
import { limited, pagesOf, refusalOf } from './client.ts';

/** Also named in the condition of the role's policy. */
export const ownNamespace = 'VoiceConnectorFailover';

const query = (id: string, metricName: string, dimension: string, value: string): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: ownNamespace, MetricName: metricName, Dimensions: [{ Name: dimension, Value: value }] },
    Period: 60,
    Stat: 'Sum',
  },
});

/** A note counts one; what is taken back counts one less, so that two monitors' notes of the same minute stay apart. */
type Count = 1 | -1;

const datum = (metricName: string, dimension: string, value: string, at: EpochMs, count: Count): MetricDatum => ({
  MetricName: metricName,
  Dimensions: [{ Name: dimension, Value: value }],
  Timestamp: new Date(at),
  Value: count,
  Unit: 'Count',
});

/** The minutes in which more was noted than taken back. */
const changesIn = ({ Timestamps: timestamps = [], Values: values = [] }: MetricDataResult): readonly EpochMs[] =>
  timestamps.filter((_, place) => (values[place] ?? 0) > 0).map((timestamp) => timestamp.getTime());

export class Changes implements ChangesPort {
  readonly #client: CloudWatchClient;

  constructor(options: { readonly client: CloudWatchClient }) {
    this.#client = options.client;
  }

  async read(group: VoiceConnectorGroup, from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<ChangeRecord> {
    const { voiceConnectorGroupId, items } = group;
    const question = {
      MetricDataQueries: [
        query('changes', 'PriorityChange', 'VoiceConnectorGroupId', voiceConnectorGroupId),
        ...items.map((item, place) =>
          query(`demotions_${place}`, 'Demotion', 'VoiceConnectorId', item.voiceConnectorId),
        ),
      ],
      StartTime: new Date(Math.floor(from / minuteMs) * minuteMs),
      // The change of a minute ago must be seen: its datapoint lies in the minute that is not over yet.
      EndTime: new Date(Math.ceil(until / minuteMs) * minuteMs + minuteMs),
    };
    const minutes = new Map<string, EpochMs[]>();
    const statuses = new Map<string, string | undefined>();
    try {
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#client.send(new GetMetricDataCommand({ ...question, NextToken }), options),
      );
      for await (const { MetricDataResults: results = [] } of pages) {
        for (const result of results) {
          const { Id: id = '', StatusCode: status } = result;
          // A later page continues a series and has the last word on it.
          statuses.set(id, status);
          minutes.set(id, [...(minutes.get(id) ?? []), ...changesIn(result)]);
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    const incomplete = question.MetricDataQueries.find(({ Id: id = '' }) => statuses.get(id) !== 'Complete')?.Id;
    if (incomplete !== undefined) {
      return { kind: 'unreadable', message: `${incomplete} ${statuses.get(incomplete) ?? 'unanswered'}` };
    }
    return {
      kind: 'read',
      changedAt: minutes.get('changes') ?? [],
      demotedAt: new Map(items.map((item, place) => [item.voiceConnectorId, minutes.get(`demotions_${place}`) ?? []])),
    };
  }

  note(group: VoiceConnectorGroup, move: Move, at: EpochMs, signal: AbortSignal): Promise<Problem | undefined> {
    return this.#put(group, move, at, 1, signal);
  }

  withdraw(group: VoiceConnectorGroup, move: Move, at: EpochMs, signal: AbortSignal): Promise<Problem | undefined> {
    return this.#put(group, move, at, -1, signal);
  }

  async #put(
    { voiceConnectorGroupId }: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    count: Count,
    signal: AbortSignal,
  ): Promise<Problem | undefined> {
    const command = new PutMetricDataCommand({
      Namespace: ownNamespace,
      MetricData: [
        datum('PriorityChange', 'VoiceConnectorGroupId', voiceConnectorGroupId, at, count),
        // Who is left by a failback was well, and may be fled to at any time.
        ...(move.kind === 'failover' ? [datum('Demotion', 'VoiceConnectorId', move.leaving, at, count)] : []),
      ],
    });
    try {
      await this.#client.send(command, limited(signal));
      return undefined;
    } catch (error) {
      const doing = `${count === 1 ? 'noting' : 'taking back the note of'} the change of group ${voiceConnectorGroupId}`;
      return { doing, message: refusalOf(error).message };
    }
  }
}
