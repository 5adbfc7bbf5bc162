/** Reads the record of own changes, which lib/aws/change-recorder.ts writes, from CloudWatch in each Region that a monitor runs in. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { ChangeRecord } from '../core/model/observation.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { ownNamespace, recordVersion } from '../core/model/own-metrics.ts';
import type { ChangesPort, ChangesReading } from '../ports.ts';
import { inEachRegion, type Patience } from './patience.ts';
import { incompleteness, readMetricData, type MetricQuery, type MetricSeries } from './metric-data.ts';

type Period = { readonly from: EpochMs; readonly until: EpochMs };

export class Changes implements ChangesPort {
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

  async read(group: VoiceConnectorGroup, from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<ChangesReading> {
    const period = { from, until };
    const readings = await inEachRegion(
      this.#patience,
      'cloudwatch',
      this.#regions,
      signal,
      async (region, inTime) => ({
        region,
        record: await this.#readIn(region, group, period, inTime),
      }),
    );
    return {
      record: merge(group, readings),
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
    group: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): ReturnType<ChangesPort['drills']> {
    const reading = await this.#recorded('Drill', group, { from, until }, signal);
    return reading.kind === 'read' ? { kind: 'read', begunAt: reading.minutes } : reading;
  }

  async changedAt(
    group: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): ReturnType<ChangesPort['changedAt']> {
    const reading = await this.#recorded('PriorityChange', group, { from, until }, signal);
    return reading.kind === 'read' ? { kind: 'read', changedAt: reading.minutes } : reading;
  }

  /** The minutes in which any Region has a record of the group under this metric. */
  async #recorded(
    metricName: 'Drill' | 'PriorityChange',
    { voiceConnectorGroupId }: VoiceConnectorGroup,
    period: Period,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'read'; readonly minutes: readonly EpochMs[] }
    | { readonly kind: 'unreadable'; readonly message: string }
  > {
    const queries = [query('records', metricName, { VoiceConnectorGroupId: voiceConnectorGroupId })];
    const readings = await Promise.all(this.#regions.map((region) => this.#minutesIn(region, queries, period, signal)));
    const read = readings.flatMap((reading) => (reading.kind === 'read' ? [reading.minutesOf('records')] : []));
    const messages = readings.flatMap((reading) => (reading.kind === 'unreadable' ? [reading.message] : []));
    return read.length === 0
      ? { kind: 'unreadable', message: messages.join('; ') }
      : { kind: 'read', minutes: union(read) };
  }

  async #readIn(
    region: string,
    { voiceConnectorGroupId, items }: VoiceConnectorGroup,
    period: Period,
    signal: AbortSignal,
  ): Promise<ChangeRecord> {
    const queries = [
      query('changes', 'PriorityChange', { VoiceConnectorGroupId: voiceConnectorGroupId }),
      query('drills', 'Drill', { VoiceConnectorGroupId: voiceConnectorGroupId }),
      query('local_failovers', 'LocalFailover', {}),
      { ...query('version', 'RecordVersion', {}), statistic: 'Maximum' as const },
      ...items.map(({ voiceConnectorId }, index) =>
        query(`demotions_${index}`, 'Demotion', { VoiceConnectorId: voiceConnectorId }),
      ),
      ...items.flatMap(({ voiceConnectorId: VoiceConnectorId }, index) => {
        const dimensions = { VoiceConnectorGroupId: voiceConnectorGroupId, VoiceConnectorId };
        return [
          query(`promotions_${index}`, 'Promotion', dimensions),
          { ...query(`priorities_${index}`, 'PrioritySeen', dimensions), statistic: 'Maximum' as const },
        ];
      }),
    ];
    const reading = await this.#minutesIn(region, queries, period, signal);
    if (reading.kind === 'unreadable') return reading;
    const { minutesOf, pointsOf } = reading;
    const version = Math.max(recordVersion, ...pointsOf('version').values());
    if (version > recordVersion) {
      const message = `a later monitor writes the record in form ${version}, this one understands ${recordVersion}`;
      return { kind: 'unreadable', message };
    }
    return {
      kind: 'read',
      changedAt: minutesOf('changes'),
      demotedAt: new Map(items.map((item, index) => [item.voiceConnectorId, minutesOf(`demotions_${index}`)])),
      promotedAt: new Map(items.map((item, index) => [item.voiceConnectorId, minutesOf(`promotions_${index}`)])),
      drilledAt: minutesOf('drills'),
      ordersSeen: ordersIn(items.map((item, index) => [item.voiceConnectorId, pointsOf(`priorities_${index}`)])),
      localFailovers: pointsOf('local_failovers'),
    };
  }

  /** The minutes of each query's records, by the query's id. */
  async #minutesIn(
    region: string,
    queries: readonly MetricQuery[],
    { from, until }: Period,
    signal: AbortSignal,
  ): Promise<
    | {
        readonly kind: 'read';
        readonly minutesOf: (id: string) => readonly EpochMs[];
        readonly pointsOf: (id: string) => ReadonlyMap<EpochMs, number>;
      }
    | { readonly kind: 'unreadable'; readonly message: string }
  > {
    const request = {
      queries,
      periodSeconds: 60,
      from: Math.floor(from / minuteMs) * minuteMs,
      // Includes the current minute, which has the datapoint of a change made moments ago.
      until: Math.ceil(until / minuteMs) * minuteMs + minuteMs,
    };
    const series = await readMetricData(this.#clientOf(region), request, signal);
    const incomplete = incompleteness([...series.values()]);
    return incomplete === undefined
      ? { kind: 'read', minutesOf: (id) => changesIn(series.get(id)), pointsOf: (id) => pointsIn(series.get(id)) }
      : { kind: 'unreadable', message: incomplete.message };
  }
}

function query(id: string, metricName: string, dimensions: MetricQuery['dimensions']): MetricQuery {
  return { id, namespace: ownNamespace, metricName, dimensions, statistic: 'Sum' };
}

function pointsIn(series: MetricSeries | undefined): ReadonlyMap<EpochMs, number> {
  return series?.kind === 'complete' ? new Map(series.points) : new Map();
}

/** The minutes in which more changes were recorded than retracted. */
function changesIn(series: MetricSeries | undefined): readonly EpochMs[] {
  return [...pointsIn(series)].flatMap(([minute, sum]) => (sum > 0 ? [minute] : []));
}

/** The orders by minute, oldest first; the members that a minute lacks were no members then. */
function ordersIn(priorities: readonly (readonly [id: string, points: ReadonlyMap<EpochMs, number>])[]): OrdersSeen {
  return union(priorities.map(([, points]) => [...points.keys()])).map((at) => ({
    at,
    items: priorities.flatMap(([voiceConnectorId, points]) => {
      const priority = points.get(at);
      return priority === undefined ? [] : [{ voiceConnectorId, priority }];
    }),
  }));
}

/** Without duplicates: every Region has a record of the same change. */
function union(lists: readonly (readonly EpochMs[])[]): readonly EpochMs[] {
  return [...new Set(lists.flat())].sort((left, right) => left - right);
}

type OrdersSeen = Extract<ChangeRecord, { readonly kind: 'read' }>['ordersSeen'];

/** One order for each minute: the Regions hold the same record, except for datapoints that one of them missed. */
function seenInAny(lists: readonly OrdersSeen[]): OrdersSeen {
  const byMinute = new Map(lists.flat().map((order) => [order.at, order]));
  return [...byMinute.values()].sort((left, right) => left.at - right.at);
}

/** Every Region has a record of the same failovers, except for datapoints that one of them missed. */
function mostOf(lists: readonly ReadonlyMap<EpochMs, number>[]): ReadonlyMap<EpochMs, number> {
  const most = new Map<EpochMs, number>();
  for (const [at, count] of lists.flatMap((list) => [...list])) most.set(at, Math.max(count, most.get(at) ?? 0));
  return most;
}

/** A change that any Region has a record of was made. The record is unreadable only if no Region's could be read. */
function merge(
  { items }: VoiceConnectorGroup,
  readings: readonly { readonly region: string; readonly record: ChangeRecord }[],
): ChangeRecord {
  const records = readings.flatMap(({ record }) => (record.kind === 'read' ? [record] : []));
  if (records.length > 0) {
    return {
      kind: 'read',
      changedAt: union(records.map(({ changedAt }) => changedAt)),
      demotedAt: new Map(
        items.map(({ voiceConnectorId: id }) => [id, union(records.map(({ demotedAt }) => demotedAt.get(id) ?? []))]),
      ),
      promotedAt: new Map(
        items.map(({ voiceConnectorId: id }) => [id, union(records.map(({ promotedAt }) => promotedAt.get(id) ?? []))]),
      ),
      drilledAt: union(records.map(({ drilledAt }) => drilledAt)),
      ordersSeen: seenInAny(records.map(({ ordersSeen }) => ordersSeen)),
      localFailovers: mostOf(records.map(({ localFailovers }) => localFailovers)),
    };
  }
  const messages = readings.flatMap(({ region, record }) =>
    record.kind === 'unreadable' ? [`${region}: ${record.message}`] : [],
  );
  return { kind: 'unreadable', message: messages.join('; ') };
}
