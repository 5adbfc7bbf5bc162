import type { EpochMs } from '../../clock.ts';

export const minuteMs = 60_000;

export type Statistics = {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
};

/** The identity of a metric: CloudWatch treats each combination of dimensions as a separate metric. */
export type MetricIdentity = {
  readonly region: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

type Datapoint = Statistics & { readonly unit: string; readonly visibleAt: EpochMs };

export type Series = {
  readonly identity: MetricIdentity;
  /** By the start of the minute. A minute has several if they were put separately or with different units. */
  readonly minutes: Map<EpochMs, Datapoint[]>;
  /** When a reader first sees the metric. */
  firstVisibleAt: EpochMs;
  lastMinute: EpochMs;
};

/** Every datapoint of an account, indexed by metric and minute, so that a day of hundreds of metrics is read in milliseconds. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  put(identity: MetricIdentity, timestamp: EpochMs, datapoint: Datapoint): void {
    const series = this.#seriesOf(identity);
    const minute = Math.floor(timestamp / minuteMs) * minuteMs;
    const sameMinute = series.minutes.get(minute);
    if (sameMinute) sameMinute.push(datapoint);
    else series.minutes.set(minute, [datapoint]);
    series.firstVisibleAt = Math.min(series.firstVisibleAt, datapoint.visibleAt);
    series.lastMinute = Math.max(series.lastMinute, minute);
  }

  find(identity: MetricIdentity): Series | undefined {
    return this.#series.get(keyOf(identity));
  }

  all(): Iterable<Series> {
    return this.#series.values();
  }

  #seriesOf(identity: MetricIdentity): Series {
    const key = keyOf(identity);
    const known = this.#series.get(key);
    if (known) return known;
    const series = {
      identity,
      minutes: new Map<EpochMs, Datapoint[]>(),
      firstVisibleAt: Infinity,
      lastMinute: -Infinity,
    };
    this.#series.set(key, series);
    return series;
  }
}

/** The datapoints of the minutes from `from` (inclusive) to `to` (exclusive) that are visible at `now`. */
export function* visibleBetween(
  series: Series,
  range: { readonly from: EpochMs; readonly to: EpochMs; readonly now: EpochMs; readonly unit: string | undefined },
): Generator<readonly [minute: EpochMs, Statistics]> {
  for (const [minute, datapoints] of minutesBetween(series, range.from, range.to)) {
    for (const datapoint of datapoints) {
      if (datapoint.visibleAt > range.now) continue;
      if (range.unit !== undefined && datapoint.unit !== range.unit) continue;
      yield [minute, datapoint];
    }
  }
}

export function merged(a: Statistics | undefined, b: Statistics): Statistics {
  if (!a) return b;
  return {
    sampleCount: a.sampleCount + b.sampleCount,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

function* minutesBetween(
  series: Series,
  from: EpochMs,
  to: EpochMs,
): Generator<readonly [EpochMs, readonly Datapoint[]]> {
  const first = Math.ceil(from / minuteMs) * minuteMs;
  if ((to - first) / minuteMs > series.minutes.size) {
    for (const entry of series.minutes) if (entry[0] >= from && entry[0] < to) yield entry;
    return;
  }
  for (let minute = first; minute < to; minute += minuteMs) {
    const datapoints = series.minutes.get(minute);
    if (datapoints) yield [minute, datapoints];
  }
}

function keyOf({ region, namespace, metricName, dimensions }: MetricIdentity): string {
  const names = Object.keys(dimensions).sort();
  return JSON.stringify([region, namespace, metricName, names.map((name) => [name, dimensions[name]])]);
}
