import * as z from 'zod';
import type { EpochMs } from '../../clock.ts';
import { Datapoints, minuteMs, type Datapoint } from './datapoints.ts';

/** The identity of a metric: CloudWatch treats each combination of dimensions as a separate metric. */
export type MetricIdentity = {
  readonly region: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type Series = {
  readonly identity: MetricIdentity;
  readonly datapoints: Datapoints;
  /** When a reader first sees the metric. */
  firstVisibleAt: EpochMs;
  lastMinute: EpochMs;
};

/** A datapoint in the order of its columns: an array takes half the space of an object. */
const rowSchema = z.tuple([z.number(), z.number(), z.string(), z.number(), z.number(), z.number(), z.number()]);

export const metricsSchema = z.array(
  z.object({
    identity: z.object({
      region: z.string(),
      namespace: z.string(),
      metricName: z.string(),
      dimensions: z.record(z.string(), z.string()),
    }),
    rows: z.array(rowSchema),
  }),
);

const rollUpEveryMs = 24 * 60 * minuteMs;

/** Every datapoint of an account that can still be asked for, by metric. */
export class MetricStore {
  readonly #series = new Map<string, Series>();
  #rolledUpAt: EpochMs | undefined;

  /** @param now when it is put, which also ends the time of the oldest datapoints */
  put(identity: MetricIdentity, timestamp: EpochMs, datapoint: Omit<Datapoint, 'minute'>, now: EpochMs): void {
    this.#rollUp(now);
    const series = this.#seriesOf(identity);
    const minute = Math.floor(timestamp / minuteMs) * minuteMs;
    series.datapoints.add({ ...datapoint, minute });
    series.firstVisibleAt = Math.min(series.firstVisibleAt, datapoint.visibleAt);
    series.lastMinute = Math.max(series.lastMinute, minute);
  }

  find(identity: MetricIdentity): Series | undefined {
    return this.#series.get(keyOf(identity));
  }

  /** For {@link metricsSchema}. */
  kept(): z.output<typeof metricsSchema> {
    return [...this.#series.values()].map(({ identity, datapoints }) => ({
      identity,
      rows: datapoints
        .kept()
        .map(({ minute, visibleAt, unit, sampleCount, sum, minimum, maximum }) => [
          minute,
          visibleAt,
          unit,
          sampleCount,
          sum,
          minimum,
          maximum,
        ]),
    }));
  }

  /** Adds these metrics. */
  restore(metrics: z.output<typeof metricsSchema>, now: EpochMs): void {
    for (const { identity, rows } of metrics) {
      for (const [minute, visibleAt, unit, sampleCount, sum, minimum, maximum] of rows)
        this.put(identity, minute, { visibleAt, unit, sampleCount, sum, minimum, maximum }, now);
    }
  }

  get datapointCount(): number {
    return [...this.#series.values()].reduce((total, { datapoints }) => total + datapoints.length, 0);
  }

  all(): Iterable<Series> {
    return this.#series.values();
  }

  /** Once a day, so that a world that runs for weeks keeps no more than CloudWatch does. */
  #rollUp(now: EpochMs): void {
    this.#rolledUpAt ??= now;
    if (now - this.#rolledUpAt < rollUpEveryMs) return;
    this.#rolledUpAt = now;
    for (const [key, { datapoints }] of this.#series) {
      datapoints.rollUp(now);
      if (datapoints.length === 0) this.#series.delete(key);
    }
  }

  #seriesOf(identity: MetricIdentity): Series {
    const key = keyOf(identity);
    const known = this.#series.get(key);
    if (known) return known;
    const series = { identity, datapoints: new Datapoints(), firstVisibleAt: Infinity, lastMinute: -Infinity };
    this.#series.set(key, series);
    return series;
  }
}

/** Joined by a character that CloudWatch allows in none of the parts. Made for every datapoint: JSON would take five times as long. */
function keyOf({ region, namespace, metricName, dimensions }: MetricIdentity): string {
  let key = `${region}\0${namespace}\0${metricName}`;
  for (const name of Object.keys(dimensions).sort()) key += `\0${name}\0${dimensions[name] ?? ''}`;
  return key;
}
