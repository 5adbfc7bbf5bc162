/**
 * CloudWatch as the monitor's memory: each change is noted as a datapoint of its own metrics, which cost nothing while nothing
 * happens, and read back only where a move is contemplated. Each Region that a monitor runs in gets every note.
 */
import {
  GetMetricDataCommand,
  PutMetricDataCommand,
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import type { Move } from '../core/model/plan.ts';
import type { ChangeRecord } from '../core/model/observation.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { ChangesPort, ChangesReading, UnrecordedRegion } from '../ports.ts';
import { limited, pagesOf, refusalOf } from './client.ts';

/** Also named in the condition of the role's policy. */
export const ownNamespace = 'VoiceConnectorFailover';

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

/** A note counts one; what is taken back counts one less, so that two monitors' notes of the same minute stay apart. */
type Count = 1 | -1;

function datum(metricName: string, dimension: string, value: string, at: EpochMs, count: Count): MetricDatum {
  return {
    MetricName: metricName,
    Dimensions: [{ Name: dimension, Value: value }],
    Timestamp: new Date(at),
    Value: count,
    Unit: 'Count',
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
    missedBy: readonly string[] = [],
  ): Promise<readonly UnrecordedRegion[]> {
    const regions = this.#regions.filter((region) => !missedBy.includes(region));
    return this.#put({ group, move, at, count: -1 }, regions, signal);
  }

  async #put(note: Note, regions: readonly string[], signal: AbortSignal): Promise<readonly UnrecordedRegion[]> {
    const unrecorded = await Promise.all(regions.map((region) => this.#putIn(region, note, signal)));
    return unrecorded.flatMap((one) => one ?? []);
  }

  async #putIn(
    region: string,
    { group, move, at, count }: Note,
    signal: AbortSignal,
  ): Promise<UnrecordedRegion | undefined> {
    const { voiceConnectorGroupId } = group;
    const command = new PutMetricDataCommand({
      Namespace: ownNamespace,
      MetricData: [
        datum('PriorityChange', 'VoiceConnectorGroupId', voiceConnectorGroupId, at, count),
        // Who is left by a failback was well, and may be fled to at any time.
        ...(move.kind === 'drill' ? [datum('Drill', 'VoiceConnectorGroupId', voiceConnectorGroupId, at, count)] : []),
        ...(move.kind === 'failover' ? [datum('Demotion', 'VoiceConnectorId', move.leaving, at, count)] : []),
      ],
    });
    try {
      await this.#clientOf(region).send(command, limited(signal));
      return undefined;
    } catch (error) {
      const what = count === 1 ? 'noting' : 'taking back the note of';
      const doing = `${what} the change of group ${voiceConnectorGroupId} in ${region}`;
      return { region, problem: { doing, message: refusalOf(error).message } };
    }
  }
}

type Note = {
  readonly group: VoiceConnectorGroup;
  readonly move: Move;
  readonly at: EpochMs;
  readonly count: Count;
};

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
