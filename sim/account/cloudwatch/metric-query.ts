import type { EpochMs } from '../../clock.ts';
import { clientError } from '../errors.ts';
import { minuteMs, statisticNames, type StatisticName } from './datapoints.ts';
import type { MetricIdentity } from './metric-store.ts';

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

/** A validated query. */
export type CheckedQuery = {
  readonly id: string;
  readonly label: string;
  readonly metric: Omit<MetricIdentity, 'region'>;
  readonly periodMs: number;
  readonly statistic: StatisticName;
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
  const checked = queries.map(checkedQuery);
  return checked.filter((_, index) => queries[index]?.returnData !== false);
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
  const statistic = statisticNames.find((name) => name === stat);
  if (statistic === undefined) {
    const known = statisticNames.join(', ');
    throw validationError(`MetricDataQuery ${id}: Stat ${stat} is not one of ${known}, the statistics simulated here.`);
  }
  if (Object.keys(metric.dimensions).length > 30) {
    throw validationError(`MetricDataQuery ${id} has more than 30 dimensions.`);
  }
  // Data is stored per minute: a shorter period gives no finer data.
  const periodMs = Math.max(period * 1000, minuteMs);
  return { id, label: label ?? metric.metricName, metric, periodMs, statistic, unit };
}
