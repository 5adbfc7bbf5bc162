/** CloudWatch: the metrics of Voice Connectors, minute by minute, read from each Voice Connector's own Region, or from the one that the policy names. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../core/model/time.ts';
import type { MetricName, MetricsReading, Minute } from '../core/model/observation.ts';
import type { Policy } from '../input/policy.ts';
import type { MetricsPort, MetricsRequest } from '../ports.ts';
import { inEachRegion, type Patience } from './patience.ts';
import { incompleteness, readMetricData, type MetricQuery, type MetricSeries } from './metric-data.ts';

type Connector = MetricsRequest['connectors'][number];

export class Metrics implements MetricsPort {
  readonly #clientOf: (region: string) => CloudWatchClient;
  readonly #dimensions: Policy['metricDimensions'];
  readonly #metricsRegions: Policy['metricsRegions'];
  readonly #patience: Patience | undefined;

  /**
   * @param dimensions the dimension set under which the account's metrics are published; CloudWatch matches it exactly
   * @param metricsRegions by Voice Connector id, the Region to read its metrics in. Default: its own
   */
  constructor(options: {
    readonly clientOf: (region: string) => CloudWatchClient;
    readonly dimensions: Policy['metricDimensions'];
    readonly metricsRegions?: Policy['metricsRegions'];
    /** Default: every Region is waited for. */
    readonly patience?: Patience | undefined;
  }) {
    this.#clientOf = options.clientOf;
    this.#dimensions = options.dimensions;
    this.#metricsRegions = options.metricsRegions ?? new Map();
    this.#patience = options.patience;
  }

  async read(request: MetricsRequest, signal: AbortSignal): Promise<ReadonlyMap<string, MetricsReading>> {
    const byRegion = Map.groupBy(
      request.connectors,
      ({ voiceConnectorId, region }) => this.#metricsRegions.get(voiceConnectorId) ?? region,
    );
    const readings = await inEachRegion(this.#patience, 'cloudwatch', [...byRegion.keys()], signal, (region, inTime) =>
      this.#readIn(region, { ...request, connectors: byRegion.get(region) ?? [] }, inTime),
    );
    return new Map(readings.flat());
  }

  async #readIn(
    region: string,
    { connectors, metrics, statistic, ...period }: MetricsRequest,
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, MetricsReading])[]> {
    const queries = connectors.flatMap((connector, row) =>
      metrics.map((metric, column) => this.#query(`c${row}_m${column}`, connector, metric, statistic)),
    );
    const request = { queries, ...period, groupSize: metrics.length };
    const series = await readMetricData(this.#clientOf(region), request, signal);
    return connectors.map(({ voiceConnectorId }, row) => {
      const own = metrics.flatMap((metric, column) => {
        const found = series.get(`c${row}_m${column}`);
        return found === undefined ? [] : [{ metric, series: found }];
      });
      return [voiceConnectorId, toReading(voiceConnectorId, own)];
    });
  }

  #query(
    id: string,
    connector: Connector,
    metricName: MetricName,
    statistic: MetricsRequest['statistic'],
  ): MetricQuery {
    const values = { VoiceConnectorId: connector.voiceConnectorId, Region: connector.region };
    return {
      id,
      namespace: 'AWS/ChimeVoiceConnector',
      metricName,
      dimensions: Object.fromEntries(this.#dimensions.map((dimension) => [dimension, values[dimension]])),
      statistic: statistic ?? (isAverage(metricName) ? 'Average' : 'Sum'),
    };
  }
}

type OwnSeries = { readonly metric: MetricName; readonly series: MetricSeries };

function isAverage(metric: MetricName): boolean {
  return metric.startsWith('MOS') || metric.startsWith('RTT');
}

/** A sum or a maximum of counts is a whole number, and neither it nor an average is negative. */
function isPossible(metric: MetricName, value: number): boolean {
  return value >= 0 && (isAverage(metric) ? Number.isFinite(value) : Number.isSafeInteger(value));
}

/** The first datapoint that cannot be what it claims to be, and the number of them. */
function formatIgnored(voiceConnectorId: string, ignored: readonly string[]): string {
  const more = ignored.length > 1 ? `, and ${ignored.length - 1} more datapoints` : '';
  return `${voiceConnectorId}: ${ignored[0] ?? ''}${more} cannot be true: not used`;
}

function toReading(voiceConnectorId: string, own: readonly OwnSeries[]): MetricsReading {
  const incomplete = incompleteness(own.map(({ series }) => series));
  if (incomplete !== undefined) return incomplete;
  const minutes = new Map<EpochMs, Minute>();
  const ignored: string[] = [];
  for (const { metric, series } of own) {
    for (const [startsAt, value] of series.kind === 'complete' ? series.points : []) {
      if (!isPossible(metric, value)) {
        ignored.push(`${metric} ${value} at ${new Date(startsAt).toISOString()}`);
        continue;
      }
      minutes.set(startsAt, { startsAt, ...minutes.get(startsAt), [metric]: value });
    }
  }
  const sorted = [...minutes.values()].sort((left, right) => left.startsAt - right.startsAt);
  const reading = { kind: 'read', minutes: sorted } as const;
  return ignored.length === 0 ? reading : { ...reading, ignored: formatIgnored(voiceConnectorId, ignored) };
}
