import type * as z from 'zod';
import type { EpochMs } from '../../clock.ts';
import type { MetricDatum } from '../../world/ports.ts';
import { clientError } from '../errors.ts';
import { listingName, offsetOf, pageOf, tokenAt, type Page } from '../paging.ts';
import {
  checkedQueries,
  maxDatapointsPerCall,
  validationError,
  type CheckedQuery,
  type GetMetricDataRequest,
} from './metric-query.ts';
import { keptMs, minuteMs, type StatisticName } from './datapoints.ts';
import { MetricStore, type MetricIdentity, type Series, type metricsSchema } from './metric-store.ts';
import { requirePuttable, statisticsOf, type MetricDatumInput } from './put-metric-data.ts';

export type MetricDataResult = {
  readonly id: string;
  readonly label: string;
  readonly timestamps: readonly EpochMs[];
  readonly values: readonly number[];
  /** `PartialData`: the next page has more datapoints of this metric. */
  readonly statusCode: 'Complete' | 'PartialData';
};

export type ListMetricsRequest = {
  readonly namespace?: string | undefined;
  readonly metricName?: string | undefined;
  readonly dimensions?: readonly { readonly name: string; readonly value?: string | undefined }[] | undefined;
  readonly recentlyActive?: boolean | undefined;
  readonly nextToken?: string | undefined;
};

/** "ListMetrics returns up to 500 results for a single call", of metrics with data in the past two weeks. */
const metricsPerPage = 500;
const listedForMs = 14 * 24 * 60 * minuteMs;
const recentlyActiveMs = 3 * 60 * minuteMs;

/** CloudWatch metrics, per Region. */
export class CloudWatch {
  /** Delay until a reader sees the data of PutMetricData. */
  putVisibleAfterMs = 0;
  readonly #now: () => EpochMs;
  readonly #store = new MetricStore();

  constructor(dependencies: { readonly now: () => EpochMs }) {
    this.#now = dependencies.now;
  }

  /** The number of datapoints in memory. */
  get datapointCount(): number {
    return this.#store.datapointCount;
  }

  kept(): z.output<typeof metricsSchema> {
    return this.#store.kept();
  }

  restore(metrics: z.output<typeof metricsSchema>): void {
    this.#store.restore(metrics, this.#now());
  }

  /** Stores the measurements of the world. */
  record({ region, namespace, metricName, dimensions, timestamp, statistics, visibleAt }: MetricDatum): void {
    const unit = documentedUnit(namespace, metricName);
    const datapoint = { ...statistics, unit, visibleAt };
    this.#store.put({ region, namespace, metricName, dimensions }, timestamp, datapoint, this.#now());
  }

  /** Stores all data, or none if one of them is invalid. */
  putMetricData(region: string, namespace: string, data: readonly MetricDatumInput[]): void {
    const now = this.#now();
    requirePuttable(namespace, data);
    const checked = data.map((datum) => ({ datum, statistics: statisticsOf(datum, now) }));
    for (const { datum, statistics } of checked) {
      const { metricName, dimensions, unit = 'None', timestamp = now } = datum;
      const visibleAt = now + this.putVisibleAfterMs;
      const datapoint = { ...statistics, unit, visibleAt };
      this.#store.put({ region, namespace, metricName, dimensions }, timestamp, datapoint, now);
    }
  }

  /** @throws ValidationException · InvalidNextToken */
  getMetricData(region: string, request: GetMetricDataRequest): Page<MetricDataResult> {
    const queries = checkedQueries(request);
    const { maxDatapoints = maxDatapointsPerCall, nextToken, startTime, endTime, scanBy } = request;
    const listing = listingName('GetMetricData', region, request.queries, startTime, endTime, scanBy);
    const from = offsetOf(nextToken, listing, () => clientError('InvalidNextToken', 'The NextToken is not valid.'));
    const whole = queries.map((query) => this.#result(region, query, request));
    return cutByDatapoints(whole, { from, to: from + maxDatapoints, listing });
  }

  /** What a reader sees now, by the start of its period. */
  valuesOf(
    region: string,
    metric: Omit<MetricIdentity, 'region'>,
    range: {
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly periodMs: number;
      readonly statistic: StatisticName;
    },
  ): ReadonlyMap<EpochMs, number> {
    const series = this.#store.find({ region, ...metric });
    const found = series?.datapoints.valuesOf({ ...range, unit: undefined, now: this.#now() });
    return new Map(found?.timestamps.map((at, place) => [at, found.values[place] ?? Number.NaN]));
  }

  /** @throws ValidationException · InvalidParameterValueException */
  listMetrics(region: string, request: ListMetricsRequest): Page<Omit<MetricIdentity, 'region'>> {
    const { namespace, metricName, dimensions = [], recentlyActive = false, nextToken } = request;
    if (dimensions.length > 10) throw validationError('Dimensions must not have more than 10 filters.');
    const now = this.#now();
    const activeSince = now - (recentlyActive ? recentlyActiveMs : listedForMs);
    const metrics = [...this.#store.all()].filter(
      (series) =>
        series.identity.region === region &&
        series.firstVisibleAt <= now &&
        series.lastMinute >= activeSince &&
        (namespace === undefined || series.identity.namespace === namespace) &&
        (metricName === undefined || series.identity.metricName === metricName) &&
        dimensions.every((filter) => passes(series, filter)),
    );
    return pageOf(
      metrics.map(({ identity }) => identity),
      {
        listing: listingName('ListMetrics', region, namespace, metricName, dimensions, recentlyActive),
        nextToken,
        size: metricsPerPage,
        refuse: () =>
          clientError('InvalidParameterValueException', 'The NextToken is not valid.', 'InvalidParameterValue'),
      },
    );
  }

  #result(region: string, query: CheckedQuery, request: GetMetricDataRequest): MetricDataResult {
    const now = this.#now();
    const { id, label, metric, ...wanted } = query;
    // "CloudWatch rounds the specified timestamp down to the nearest whole minute" for a start in the last 15 days.
    const asked = Math.floor(request.startTime / minuteMs) * minuteMs;
    const from = Math.max(asked, now - keptMs(wanted.periodMs));
    const series = this.#store.find({ region, ...metric });
    const found = series?.datapoints.valuesOf({ ...wanted, from, to: request.endTime, now });
    const { timestamps, values } = found ?? { timestamps: [], values: [] };
    const isAscending = request.scanBy === 'TimestampAscending';
    return {
      id,
      label,
      timestamps: isAscending ? timestamps : timestamps.toReversed(),
      values: isAscending ? values : values.toReversed(),
      statusCode: 'Complete',
    };
  }
}

/** One page of datapoints, counted across all results in order. A metric without datapoints is on the page of its position. */
function cutByDatapoints(
  whole: readonly MetricDataResult[],
  page: { readonly from: number; readonly to: number; readonly listing: string },
): Page<MetricDataResult> {
  const total = whole.reduce((sum, { values }) => sum + values.length, 0);
  const isLast = total <= page.to;
  const items: MetricDataResult[] = [];
  let start = 0;
  for (const result of whole) {
    const end = start + result.values.length;
    const isEmptyHere = start === end && start >= page.from && (start < page.to || isLast);
    const cut = [Math.max(page.from - start, 0), Math.max(page.to - start, 0)] as const;
    const values = result.values.slice(...cut);
    if (isEmptyHere || values.length > 0) {
      const statusCode = end > page.to ? 'PartialData' : 'Complete';
      items.push({ ...result, timestamps: result.timestamps.slice(...cut), values, statusCode });
    }
    start = end;
  }
  return { items, nextToken: isLast ? undefined : tokenAt(page.listing, page.to) };
}

function passes({ identity }: Series, filter: { readonly name: string; readonly value?: string | undefined }): boolean {
  const value = identity.dimensions[filter.name];
  return value !== undefined && (filter.value === undefined || filter.value === value);
}

/** The Voice Connector metrics are counts, except jitter and round-trip time in microseconds and the unitless MOS. */
function documentedUnit(namespace: string, metricName: string): string {
  if (namespace !== 'AWS/ChimeVoiceConnector') return 'None';
  if (metricName.endsWith('Jitter') || metricName.startsWith('RTT')) return 'Microseconds';
  return metricName.startsWith('MOS') ? 'None' : 'Count';
}
