/**
 * CloudWatch as the monitor's memory: each change is noted as a datapoint of its own metrics, which cost nothing while nothing
 * happens, and read back only where a move is contemplated. Each Region that a monitor runs in gets every note.
 */
import {
  GetMetricDataCommand,
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { type ChangeRecord } from '../core/model/observation.ts';
import { type VoiceConnectorGroup } from '../core/model/group.ts';
import { ownNamespace } from '../core/model/own-metrics.ts';
import type { ChangesPort, ChangesReading } from '../ports.ts';
import { pagesOf, refusalOf } from './client.ts';

function query(id: string, metricName: string, dimension: string, value: string): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: ownNamespace, MetricName: metricName, Dimensions: [{ Name: dimension, Value: value }] },
      Period: 60,
      Stat: 'Sum',
    },
  };
}

/** The minutes in which more was noted than taken back. */
function changesIn({ Timestamps: timestamps = [], Values: values = [] }: MetricDataResult): readonly EpochMs[] {
  return timestamps.filter((_, place) => (values[place] ?? 0) > 0).map((timestamp) => timestamp.getTime());
}

/** What one Region's CloudWatch says. */
type Reading = { readonly region: string; readonly record: ChangeRecord };

/** By the minute: every Region has a note of the same change, and two that have one are no two changes. */
function union(lists: readonly (readonly EpochMs[])[]): readonly EpochMs[] {
  return [...new Set(lists.flat())].sort((left, right) => left - right);
}

export class Changes implements ChangesPort {
  readonly #clientOf: (region: string) => CloudWatchClient;
  readonly #regions: readonly string[];

  /** @param regions every Region that a monitor of these groups runs in: a note is for all of them to read */
  constructor(options: {
    readonly clientOf: (region: string) => CloudWatchClient;
    readonly regions: readonly string[];
  }) {
    this.#clientOf = options.clientOf;
    this.#regions = options.regions;
  }

  async read(group: VoiceConnectorGroup, from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<ChangesReading> {
    const readings = await Promise.all(
      this.#regions.map(async (region) => ({ region, record: await this.#readIn(region, group, from, until, signal) })),
    );
    return {
      record: together(group, readings),
      problems: readings.flatMap(({ region, record }) =>
        record.kind === 'unreadable'
          ? [
              {
                doing: `reading own changes of group ${group.voiceConnectorGroupId} in ${region}`,
                message: record.message,
              },
            ]
          : [],
      ),
    };
  }

  async drills(
    { voiceConnectorGroupId }: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): ReturnType<ChangesPort['drills']> {
    const queries = [query('drills', 'Drill', 'VoiceConnectorGroupId', voiceConnectorGroupId)];
    const readings = await Promise.all(
      this.#regions.map((region) => this.#minutesIn(region, queries, from, until, signal)),
    );
    const read = readings.flatMap((reading) => (reading.kind === 'read' ? [reading.minutes.get('drills') ?? []] : []));
    const messages = readings.flatMap((reading) => (reading.kind === 'unreadable' ? [reading.message] : []));
    return read.length === 0
      ? { kind: 'unreadable', message: messages.join('; ') }
      : { kind: 'read', begunAt: union(read) };
  }

  async #readIn(
    region: string,
    { voiceConnectorGroupId, items }: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): Promise<ChangeRecord> {
    const queries = [
      query('changes', 'PriorityChange', 'VoiceConnectorGroupId', voiceConnectorGroupId),
      ...items.map((item, place) => query(`demotions_${place}`, 'Demotion', 'VoiceConnectorId', item.voiceConnectorId)),
    ];
    const reading = await this.#minutesIn(region, queries, from, until, signal);
    if (reading.kind === 'unreadable') return reading;
    const minutes = (id: string): readonly EpochMs[] => reading.minutes.get(id) ?? [];
    return {
      kind: 'read',
      changedAt: minutes('changes'),
      demotedAt: new Map(items.map((item, place) => [item.voiceConnectorId, minutes(`demotions_${place}`)])),
    };
  }

  /** The minutes of each query's notes, by its id, of one Region. */
  async #minutesIn(
    region: string,
    queries: readonly MetricDataQuery[],
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'read'; readonly minutes: ReadonlyMap<string, readonly EpochMs[]> }
    | { readonly kind: 'unreadable'; readonly message: string }
  > {
    const question = {
      MetricDataQueries: [...queries],
      StartTime: new Date(Math.floor(from / minuteMs) * minuteMs),
      // The change of a minute ago must be seen: its datapoint lies in the minute that is not over yet.
      EndTime: new Date(Math.ceil(until / minuteMs) * minuteMs + minuteMs),
    };
    const minutes = new Map<string, EpochMs[]>();
    const statuses = new Map<string, string | undefined>();
    try {
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(region).send(new GetMetricDataCommand({ ...question, NextToken }), options),
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
    const incomplete = queries.find(({ Id: id = '' }) => statuses.get(id) !== 'Complete')?.Id;
    return incomplete === undefined
      ? { kind: 'read', minutes }
      : { kind: 'unreadable', message: `${incomplete} ${statuses.get(incomplete) ?? 'unanswered'}` };
  }
}

/** What any Region has a note of, came about. Unreadable only where none of them answers. */
function together({ items }: VoiceConnectorGroup, readings: readonly Reading[]): ChangeRecord {
  const records = readings.flatMap(({ record }) => (record.kind === 'read' ? [record] : []));
  if (records.length > 0) {
    return {
      kind: 'read',
      changedAt: union(records.map(({ changedAt }) => changedAt)),
      demotedAt: new Map(
        items.map(({ voiceConnectorId: id }) => [id, union(records.map(({ demotedAt }) => demotedAt.get(id) ?? []))]),
      ),
    };
  }
  const messages = readings.flatMap(({ region, record }) =>
    record.kind === 'unreadable' ? [`${region}: ${record.message}`] : [],
  );
  return { kind: 'unreadable', message: messages.join('; ') };
}
