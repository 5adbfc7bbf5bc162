import type { EpochMs } from '../../clock.ts';
import { clientError } from '../errors.ts';
import { merged, minuteMs, visibleBetween, type MetricIdentity, type Series, type Statistics } from './metric-store.ts';

/** One MetricDataQuery as received. */
export type MetricDataQuery = {
  readonly id: string;
  readonly expression?: string | undefined;
  readonly label?: string | undefined;
  readonly period?: number | undefined;
  readonly returnData?: boolean | undefined;
  readonly metricStat?:
    | {
        readonly metric: Omit<MetricIdentity, 'region'>;
        /** Seconds. */
        readonly period: number;
        readonly stat: string;
        readonly unit?: string | undefined;
      }
    | undefined;
};

export type GetMetricDataRequest = {
  readonly queries: readonly MetricDataQuery[];
  readonly startTime: EpochMs;
  readonly endTime: EpochMs;
  readonly scanBy?: string | undefined;
  readonly maxDatapoints?: number | undefined;
  readonly nextToken?: string | undefined;
};

const statistics = {
  Sum: ({ sum }: Statistics) => sum,
  Average: ({ sum, sampleCount }: Statistics) => sum / sampleCount,
  Minimum: ({ minimum }: Statistics) => minimum,
  Maximum: ({ maximum }: Statistics) => maximum,
  SampleCount: ({ sampleCount }: Statistics) => sampleCount,
} as const;

type StatisticName = keyof typeof statistics;

/** A validated query. */
export type CheckedQuery = {
  readonly id: string;
  readonly label: string;
  readonly metric: Omit<MetricIdentity, 'region'>;
  readonly periodMs: number;
  readonly stat: StatisticName;
  readonly unit: string | undefined;
};

/** An invalid request. `ValidationError` is its name in the Query protocol, which the AWS CLI still shows. */
export function validationError(message: string) {
  return clientError('ValidationException', message, 'ValidationError');
}

/** "A single GetMetricData call can include up to 500 MetricDataQuery structures", "up to 100,800 data points". */
export const maxQueries = 500;
export const maxDatapointsPerCall = 100_800;

/**
 * The validated queries with ReturnData.
 *
 * @throws ValidationException for input that AWS rejects, and for metric math and percentiles, which are not simulated.
 */
export function checkedQueries(request: GetMetricDataRequest): readonly CheckedQuery[] {
  const { queries, startTime, endTime, maxDatapoints = maxDatapointsPerCall, scanBy } = request;
  if (startTime >= endTime) throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  if (queries.length === 0 || queries.length > maxQueries) {
    throw validationError(
      `The collection MetricDataQueries must have 1 to ${maxQueries} elements, not ${queries.length}.`,
    );
  }
  if (!Number.isInteger(maxDatapoints) || maxDatapoints < 1 || maxDatapoints > maxDatapointsPerCall) {
    throw validationError(`MaxDatapoints must be between 1 and ${maxDatapointsPerCall}, not ${maxDatapoints}.`);
  }
  if (scanBy !== undefined && scanBy !== 'TimestampDescending' && scanBy !== 'TimestampAscending') {
    throw validationError(`ScanBy must be TimestampDescending or TimestampAscending, not ${scanBy}.`);
  }
  requireUniqueIds(queries);
  const wanted = queries.filter(({ returnData = true }) => returnData);
  if (wanted.length === 0) throw validationError('At least one MetricDataQuery must have ReturnData true.');
  queries.forEach(checkedQuery);
  return wanted.map(checkedQuery);
}

function requireUniqueIds(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const { id } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(id)) {
      throw validationError(`The value ${id} for MetricDataQueries Id is not of the pattern ^[a-z][a-zA-Z0-9_]*$.`);
    }
    if (ids.has(id)) throw validationError(`The values for parameter id in MetricDataQueries are not unique: ${id}.`);
    ids.add(id);
  }
}

function checkedQuery({ id, expression, label, metricStat }: MetricDataQuery): CheckedQuery {
  if (expression !== undefined) {
    throw validationError(`MetricDataQuery ${id}: this simulator has no metric math; query the metrics themselves.`);
  }
  if (!metricStat) throw validationError(`MetricDataQuery ${id} has neither a MetricStat nor an Expression.`);
  const { metric, period, stat, unit } = metricStat;
  const isHighResolution = [1, 5, 10, 20, 30].includes(period);
  if (!isHighResolution && (!Number.isInteger(period) || period < 60 || period % 60 !== 0)) {
    throw validationError(`MetricDataQuery ${id}: Period must be 1, 5, 10, 20, 30 or a multiple of 60, not ${period}.`);
  }
  if (!isStatistic(stat)) {
    const known = Object.keys(statistics).join(', ');
    throw validationError(`MetricDataQuery ${id}: Stat ${stat} is not one of ${known}, the statistics simulated here.`);
  }
  if (Object.keys(metric.dimensions).length > 30) {
    throw validationError(`MetricDataQuery ${id} has more than 30 dimensions.`);
  }
  // Data is stored per minute: a shorter period gives no finer data.
  const periodMs = Math.max(period * 1000, minuteMs);
  return { id, label: label ?? metric.metricName, metric, periodMs, stat, unit };
}

function isStatistic(stat: string): stat is StatisticName {
  return Object.hasOwn(statistics, stat);
}

/** The values of one query, oldest first. Each period starts at a multiple of its length. */
export function bucketed(
  series: Series,
  query: CheckedQuery,
  range: { readonly from: EpochMs; readonly to: EpochMs; readonly now: EpochMs },
): readonly { readonly timestamp: EpochMs; readonly value: number }[] {
  const buckets = new Map<EpochMs, Statistics>();
  for (const [minute, datapoint] of visibleBetween(series, { ...range, unit: query.unit })) {
    if (minute < keptFrom(query.periodMs, range.now)) continue;
    const bucket = Math.floor(minute / query.periodMs) * query.periodMs;
    buckets.set(bucket, merged(buckets.get(bucket), datapoint));
  }
  const valueOf = statistics[query.stat];
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([timestamp, statistic]) => ({ timestamp, value: valueOf(statistic) }));
}

/** "Data points with a period of 60 seconds are available for 15 days, of 300 seconds for 63 days, of 1 hour for 455 days." */
function keptFrom(periodMs: number, now: EpochMs): EpochMs {
  const day = 24 * 60 * minuteMs;
  if (periodMs % (60 * minuteMs) === 0) return now - 455 * day;
  return now - (periodMs % (5 * minuteMs) === 0 ? 63 : 15) * day;
}
