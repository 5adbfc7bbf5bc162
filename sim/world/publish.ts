import type { EpochMs } from '../clock.ts';
import { measurementsOf } from './measurements.ts';
import { measurementsByHand } from './metric-values.ts';
import { hasMetrics, type ConnectorMinute, type MinuteOfWorld, type Spread } from './minute.ts';
import type { MetricSink, OptionsPingSink } from './ports.ts';
import type { DimensionName, MetricsSpec, WorldSpec } from './spec.ts';

/** AWS's namespace for the metrics of Voice Connectors. */
export const metricNamespace = 'AWS/ChimeVoiceConnector';

const defaultLagSeconds = 30;
const defaultDimensionSets: readonly (readonly DimensionName[])[] = [['VoiceConnectorId']];
const millisecondsPerMinute = 60_000;

type Published = { readonly connector: ConnectorMinute; readonly measurements: ReadonlyMap<string, Spread> };

/** The receivers of a minute's data. */
export type Sinks = { readonly metrics: MetricSink; readonly pings: OptionsPingSink };

/**
 * Publishes a minute as AWS does: to CloudWatch in each connector's own Region. Metrics are sent "for the duration of a call", so a
 * connector without a call has none.
 */
export function publish(
  minute: MinuteOfWorld,
  { metrics, metricValues = [] }: Pick<WorldSpec, 'metrics' | 'metricValues'>,
  sinks: Sinks,
): void {
  const published = minute.connectors
    .map((connector) => ({
      connector,
      measurements: new Map([
        ...(hasMetrics(connector) ? measurementsOf(connector) : []),
        ...measurementsByHand(metricValues, connector.voiceConnectorId, minute.minute),
      ]),
    }))
    .filter(({ measurements }) => measurements.size > 0);
  for (const dimensionNames of metrics?.dimensionSets ?? defaultDimensionSets) {
    for (const connectors of Map.groupBy(published, seriesOf(dimensionNames)).values()) {
      publishSeries(connectors, dimensionNames, minute.startsAt, metrics, sinks.metrics);
    }
  }
  for (const { voiceConnectorId, optionsPings } of minute.connectors) {
    for (const ping of optionsPings) sinks.pings.recordOptionsPing(voiceConnectorId, ping);
  }
}

function publishSeries(
  published: readonly Published[],
  dimensionNames: readonly DimensionName[],
  timestamp: EpochMs,
  spec: MetricsSpec | undefined,
  sink: MetricSink,
): void {
  const [first] = published;
  if (first === undefined) return;
  const { region, voiceConnectorId } = first.connector;
  const values = { VoiceConnectorId: voiceConnectorId, Region: region };
  const dimensions = Object.fromEntries(dimensionNames.map((name) => [name, values[name]]));
  const lagSeconds = spec?.lagSecondsByRegion?.[region] ?? spec?.lagSeconds ?? defaultLagSeconds;
  const lateMinutes = Math.max(...published.map(({ connector }) => connector.metricsLateMinutes));
  const visibleAt = timestamp + (1 + lateMinutes) * millisecondsPerMinute + lagSeconds * 1000;
  for (const [metricName, spread] of together(published.map(({ measurements }) => measurements))) {
    const { count: sampleCount, sum, minimum, maximum } = spread;
    const statistics = { sampleCount, sum, minimum, maximum };
    sink.putMetric({ region, namespace: metricNamespace, metricName, dimensions, timestamp, statistics, visibleAt });
  }
}

/** The series of a connector. Metrics stay in their Region, whether or not it is a dimension. */
function seriesOf(dimensionNames: readonly DimensionName[]): (published: Published) => string {
  return ({ connector: { region, voiceConnectorId } }) =>
    dimensionNames.includes('VoiceConnectorId') ? `${region} ${voiceConnectorId}` : region;
}

function together(all: readonly ReadonlyMap<string, Spread>[]): ReadonlyMap<string, Spread> {
  const merged = new Map<string, Spread>();
  for (const [metricName, spread] of all.flatMap((measurements) => [...measurements])) {
    const sofar = merged.get(metricName);
    merged.set(metricName, sofar === undefined ? spread : union(sofar, spread));
  }
  return merged;
}

function union(a: Spread, b: Spread): Spread {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}
