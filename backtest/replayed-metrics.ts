/** CloudWatch as a replay reads it: what was recorded, and in its place what the replay assumes after a move that was never made. */
import type { MetricName, MetricsReading, Minute } from '../lib/core/model/observation.ts';
import { dayMs, minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { MetricsPort, MetricsRequest } from '../lib/ports.ts';
import { historyMetrics, isCount, Series, type History } from './history.ts';

/** Candidate evidence looks back for a day and the lag of the metrics. */
const keptMs = dayMs + 2 * 60 * minuteMs;

/** In place of the recorded minutes; one without values has no datapoint. */
type AssumedMinutes = { readonly isAssumed: Series; readonly values: Map<MetricName, Series> };

/** `undefined` for a period without any datapoint. */
type Periods = Map<EpochMs, Minute | undefined>;

export class ReplayedMetrics implements MetricsPort {
  readonly #history: History;
  /** By Voice Connector id. */
  readonly #assumed = new Map<string, AssumedMinutes>();
  readonly #cache = new Map<string, Periods>();
  /** The judge learns what is usual once for each reading: the half hours of a fortnight stay the same reading for half an hour. */
  readonly #latest = new Map<
    string,
    { readonly from: EpochMs; readonly until: EpochMs; readonly reading: MetricsReading }
  >();
  #prunedAt = 0;

  constructor(history: History) {
    this.#history = history;
  }

  /** Replaces the recorded minute. It must not have been read yet. */
  assume(voiceConnectorId: string, { startsAt, ...values }: Minute): void {
    const own: AssumedMinutes = this.#assumed.get(voiceConnectorId) ?? { isAssumed: new Series(), values: new Map() };
    this.#assumed.set(voiceConnectorId, own);
    own.isAssumed.set(startsAt, 1);
    for (const metric of historyMetrics) {
      const value = values[metric];
      if (value === undefined) continue;
      const series = own.values.get(metric) ?? new Series();
      series.set(startsAt, value);
      own.values.set(metric, series);
    }
  }

  value(voiceConnectorId: string, metric: MetricName, at: EpochMs): number | undefined {
    const assumed = this.#assumed.get(voiceConnectorId);
    return assumed?.isAssumed.at(at) === undefined
      ? this.#history.value('minute', voiceConnectorId, metric, at)
      : assumed.values.get(metric)?.at(at);
  }

  /** The recorded minute, whatever is assumed in its place. */
  recorded(voiceConnectorId: string, startsAt: EpochMs): Minute {
    return minuteOf(startsAt, historyMetrics, (metric) =>
      this.#history.value('minute', voiceConnectorId, metric, startsAt),
    );
  }

  read(request: MetricsRequest): Promise<ReadonlyMap<string, MetricsReading>> {
    if (request.statistic !== undefined) throw new Error('a replay reads no maximum');
    this.#prune(request.until);
    return Promise.resolve(
      new Map(
        request.connectors.map(({ voiceConnectorId }) => [voiceConnectorId, this.#reading(voiceConnectorId, request)]),
      ),
    );
  }

  #reading(voiceConnectorId: string, { metrics, periodSeconds, from, until }: MetricsRequest): MetricsReading {
    const periodMs = periodSeconds * 1000;
    const key = `${voiceConnectorId} ${periodSeconds} ${metrics.join()}`;
    const latest = this.#latest.get(key);
    if (latest?.from === from && latest.until === until) return latest.reading;
    let periods = this.#cache.get(key);
    if (periods === undefined) {
      periods = new Map();
      this.#cache.set(key, periods);
    }
    const minutes: Minute[] = [];
    for (let at = from; at < until; at += periodMs) {
      let period = periods.get(at);
      if (period === undefined && !periods.has(at)) {
        period = this.#period(voiceConnectorId, metrics, at, periodMs);
        periods.set(at, period);
      }
      if (period !== undefined) minutes.push(period);
    }
    const reading = { kind: 'read', minutes } as const;
    this.#latest.set(key, { from, until, reading });
    return reading;
  }

  #period(
    voiceConnectorId: string,
    metrics: readonly MetricName[],
    startsAt: EpochMs,
    periodMs: number,
  ): Minute | undefined {
    const minute = minuteOf(startsAt, metrics, (metric) =>
      periodMs === minuteMs
        ? this.value(voiceConnectorId, metric, startsAt)
        : this.#sum(voiceConnectorId, metric, startsAt, periodMs),
    );
    return Object.keys(minute).length > 1 ? minute : undefined;
  }

  #sum(voiceConnectorId: string, metric: MetricName, from: EpochMs, periodMs: number): number | undefined {
    if (!isCount(metric)) throw new Error(`a replay has no average of ${metric} over ${periodMs / minuteMs} min`);
    let sum: number | undefined;
    for (let at = from; at < from + periodMs; at += minuteMs) {
      const value = this.value(voiceConnectorId, metric, at);
      if (value !== undefined) sum = (sum ?? 0) + value;
    }
    return sum ?? this.#history.value('half-hour', voiceConnectorId, metric, from);
  }

  /** Memory stays bounded however long the history is. Half hours are few, and read for a fortnight. */
  #prune(now: EpochMs): void {
    if (now - this.#prunedAt < dayMs) return;
    this.#prunedAt = now;
    for (const [key, periods] of this.#cache) {
      if (key.includes(' 60 ')) for (const at of periods.keys()) if (at < now - keptMs) periods.delete(at);
    }
  }
}

function minuteOf(
  startsAt: EpochMs,
  metrics: readonly MetricName[],
  valueOf: (metric: MetricName) => number | undefined,
): Minute {
  const values = metrics.flatMap((metric) => {
    const value = valueOf(metric);
    return value === undefined ? [] : [[metric, value] as const];
  });
  return { startsAt, ...Object.fromEntries(values) };
}
