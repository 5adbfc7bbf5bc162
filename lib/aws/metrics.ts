/** CloudWatch: the minutes of Voice Connectors, one client per Region, Regions in parallel. */
import {
  GetMetricDataCommand,
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { MetricsReading, Minute, MetricName } from '../core/model/observation.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { MetricsPort, MetricsRequest } from '../ports.ts';
import { pagesOf, refusalOf } from './client.ts';

const namespace = 'AWS/ChimeVoiceConnector';

/** Most queries that GetMetricData takes in one call. */
const queriesPerCall = 500;

/** Most datapoints that GetMetricData hands out in one call. */
const pointsPerCall = 100_800;

type Dimension = 'VoiceConnectorId' | 'Region';

function statisticOf(metric: MetricName): 'Average' | 'Sum' {
  return metric.startsWith('MOS') || metric.startsWith('RTT') ? 'Average' : 'Sum';
}

/** What is known of one query so far: GetMetricData may hand its points out over several pages. */
type Series = { readonly status: string; readonly points: ReadonlyMap<EpochMs, number> };

type Connector = MetricsRequest['connectors'][number];

export class Metrics implements MetricsPort {
  readonly #clientOf: (region: string) => CloudWatchClient;
  readonly #dimensions: readonly Dimension[];

  /** @param dimensions the set under which the account's metrics are published; CloudWatch matches it exactly */
  constructor(options: {
    readonly clientOf: (region: string) => CloudWatchClient;
    readonly dimensions: readonly Dimension[];
  }) {
    this.#clientOf = options.clientOf;
    this.#dimensions = options.dimensions;
  }

  async read(request: MetricsRequest, signal: AbortSignal): Promise<ReadonlyMap<string, MetricsReading>> {
    const points = (request.until - request.from) / (request.periodSeconds * 1000);
    const queries = Math.min(queriesPerCall, Math.floor(pointsPerCall / points));
    const connectorsPerCall = Math.max(1, Math.floor(queries / request.metrics.length));
    const batches = [...Map.groupBy(request.connectors, ({ region }) => region)].flatMap(([region, connectors]) =>
      Array.from({ length: Math.ceil(connectors.length / connectorsPerCall) }, (_, batch) => ({
        region,
        connectors: connectors.slice(batch * connectorsPerCall, (batch + 1) * connectorsPerCall),
      })),
    );
    const readings = await Promise.all(
      batches.map(({ region, connectors }) => this.#readBatch(region, connectors, request, signal)),
    );
    return new Map(readings.flat());
  }

  async #readBatch(
    region: string,
    connectors: readonly Connector[],
    request: MetricsRequest,
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, MetricsReading])[]> {
    const { metrics, from, until, periodSeconds } = request;
    const queries = connectors.flatMap((connector, row) =>
      metrics.map((metric, column) => this.#query(`c${row}_m${column}`, connector, metric, periodSeconds)),
    );
    try {
      const found = new Map<string, Series>();
      const client = this.#clientOf(region);
      const question = { MetricDataQueries: queries, StartTime: new Date(from), EndTime: new Date(until) };
      const pages = pagesOf(signal, (NextToken, options) =>
        client.send(new GetMetricDataCommand({ ...question, NextToken }), options),
      );
      for await (const page of pages) for (const result of page.MetricDataResults ?? []) collect(found, result);
      return connectors.map(({ voiceConnectorId }, row) => {
        const series = metrics.map((metric, column) => [metric, found.get(`c${row}_m${column}`)] as const);
        return [voiceConnectorId, toReading(series)] as const;
      });
    } catch (error) {
      const { kind, message } = refusalOf(error);
      const reading: MetricsReading = { kind: kind === 'forbidden' ? 'forbidden' : 'fetch-error', message };
      return connectors.map(({ voiceConnectorId }) => [voiceConnectorId, reading] as const);
    }
  }

  #query(id: string, connector: Connector, metric: MetricName, periodSeconds: number): MetricDataQuery {
    const values: Record<Dimension, string> = {
      VoiceConnectorId: connector.voiceConnectorId,
      Region: connector.region,
    };
    // No Unit: one that does not match what was published would silently match nothing.
    return {
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: metric,
          Dimensions: this.#dimensions.map((name) => ({ Name: name, Value: values[name] })),
        },
        Period: periodSeconds,
        Stat: statisticOf(metric),
      },
    };
  }
}

/** A later page continues a series and has the last word on its status. */
function collect(found: Map<string, Series>, result: MetricDataResult): void {
  const id = result.Id ?? '';
  const values = result.Values ?? [];
  const points = new Map(found.get(id)?.points);
  (result.Timestamps ?? []).forEach((timestamp, place) => {
    const value = values[place];
    if (value !== undefined) points.set(timestamp.getTime(), value);
  });
  found.set(id, { status: result.StatusCode ?? 'absent', points });
}

function toReading(series: readonly (readonly [MetricName, Series | undefined])[]): MetricsReading {
  const incomplete = series.filter(([, found]) => found?.status !== 'Complete');
  if (incomplete.length > 0) {
    const statuses = incomplete.map(([metric, found]) => `${metric} ${found?.status ?? 'unanswered'}`).join(', ');
    const forbidden = incomplete.some(([, found]) => found?.status === 'Forbidden');
    const internal = incomplete.some(([, found]) => found?.status === 'InternalError');
    return { kind: forbidden ? 'forbidden' : internal ? 'fetch-error' : 'partial', message: statuses };
  }
  const minutes = new Map<EpochMs, Minute>();
  for (const [metric, found] of series) {
    for (const [startsAt, value] of found?.points ?? []) {
      minutes.set(startsAt, { startsAt, ...minutes.get(startsAt), [metric]: value });
    }
  }
  return { kind: 'read', minutes: [...minutes.values()].sort((left, right) => left.startsAt - right.startsAt) };
}
