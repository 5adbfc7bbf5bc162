/** CloudWatch GetMetricData, for every adapter that reads datapoints: limits of a call, pages and status codes. */
import {
  GetMetricDataCommand,
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../core/model/time.ts';
import type { Refusal } from '../core/model/outcome.ts';
import { pagesOf } from './client.ts';
import { refusalOf } from './refusal.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const maxQueriesPerCall = 500;
const maxDatapointsPerCall = 100_800;

export type MetricQuery = {
  /** Unique within a request, as GetMetricData wants it: a lowercase letter, then letters, digits and underscores. */
  readonly id: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Sum';
};

type MetricDataRequest = {
  readonly queries: readonly MetricQuery[];
  readonly periodSeconds: number;
  /** Inclusive. */
  readonly from: EpochMs;
  /** Exclusive. */
  readonly until: EpochMs;
  /** So many consecutive queries are sent in one call, so that they fail together. Default: 1. */
  readonly groupSize?: number;
};

/** What CloudWatch returned for one query. */
export type MetricSeries = { readonly metricName: string } & (
  | { readonly kind: 'complete'; readonly points: ReadonlyMap<EpochMs, number> }
  | { readonly kind: 'incomplete'; readonly status: string }
  | { readonly kind: 'failed'; readonly refusal: Refusal }
);

/** @returns a series for each query, by the query's id; a call that fails affects only its own queries */
export async function readMetricData(
  client: CloudWatchClient,
  request: MetricDataRequest,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MetricSeries>> {
  const batches = batchesOf(request);
  const series = await Promise.all(batches.map((queries) => readBatch(client, { ...request, queries }, signal)));
  return new Map(series.flatMap((each) => [...each]));
}

/** Why the series cannot be used, or undefined if all are complete. */
export function incompleteness(
  series: readonly MetricSeries[],
): { readonly kind: 'forbidden' | 'fetch-error' | 'partial'; readonly message: string } | undefined {
  const failed = series.flatMap((each) => (each.kind === 'failed' ? [each.refusal] : []))[0];
  if (failed !== undefined) {
    return { kind: failed.kind === 'forbidden' ? 'forbidden' : 'fetch-error', message: failed.message };
  }
  const incomplete = series.flatMap((each) => (each.kind === 'incomplete' ? [each] : []));
  if (incomplete.length === 0) return undefined;
  const has = (status: string): boolean => incomplete.some((each) => each.status === status);
  return {
    kind: has('Forbidden') ? 'forbidden' : has('InternalError') ? 'fetch-error' : 'partial',
    message: [...new Set(incomplete.map(({ metricName, status }) => `${metricName} ${status}`))].join(', '),
  };
}

function batchesOf({
  queries,
  periodSeconds,
  from,
  until,
  groupSize = 1,
}: MetricDataRequest): readonly (readonly MetricQuery[])[] {
  const datapointsPerQuery = (until - from) / (periodSeconds * 1000);
  const fitting = Math.min(maxQueriesPerCall, Math.floor(maxDatapointsPerCall / datapointsPerQuery));
  const size = Math.max(1, Math.floor(fitting / groupSize)) * groupSize;
  return Array.from({ length: Math.ceil(queries.length / size) }, (_, index) =>
    queries.slice(index * size, (index + 1) * size),
  );
}

async function readBatch(
  client: CloudWatchClient,
  { queries, periodSeconds, from, until }: MetricDataRequest,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MetricSeries>> {
  const input = {
    MetricDataQueries: queries.map((query) => toQuery(query, periodSeconds)),
    StartTime: new Date(from),
    EndTime: new Date(until),
  };
  const received = new Map<string, Received>();
  try {
    const pages = pagesOf(signal, (NextToken, options) =>
      client.send(new GetMetricDataCommand({ ...input, NextToken }), options),
    );
    for await (const page of pages) for (const result of page.MetricDataResults ?? []) collect(received, result);
  } catch (error) {
    const refusal = refusalOf(error);
    return new Map(queries.map(({ id, metricName }) => [id, { kind: 'failed', metricName, refusal }]));
  }
  return new Map(queries.map(({ id, metricName }) => [id, toSeries(metricName, received.get(id))]));
}

function toQuery(
  { id, namespace, metricName, dimensions, statistic }: MetricQuery,
  periodSeconds: number,
): MetricDataQuery {
  // No Unit: one that differs from the published unit would match no datapoint, without an error.
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  };
}

/** What the pages so far have of one query. */
type Received = { readonly status: string; readonly points: ReadonlyMap<EpochMs, number> };

/** A later page adds datapoints to a series and replaces its status. */
function collect(received: Map<string, Received>, result: MetricDataResult): void {
  const { Id: id = '', Values: values = [], Timestamps: timestamps = [], StatusCode } = result;
  const points = new Map(received.get(id)?.points);
  timestamps.forEach((timestamp, index) => {
    const value = values[index];
    if (value !== undefined) points.set(timestamp.getTime(), value);
  });
  received.set(id, { status: StatusCode ?? 'without a status', points });
}

function toSeries(metricName: string, received: Received | undefined): MetricSeries {
  if (received === undefined) return { kind: 'incomplete', metricName, status: 'without a result' };
  const { status, points } = received;
  return status === 'Complete' ? { kind: 'complete', metricName, points } : { kind: 'incomplete', metricName, status };
}
