/** Readings of the same minutes, put together and taken apart. */
import type { MetricName, Minute } from './observation.ts';
import type { EpochMs } from './time.ts';

/** Where both have a metric of a minute, the later reading counts. */
export function mergedMinutes(earlier: readonly Minute[], later: readonly Minute[]): readonly Minute[] {
  const merged = new Map<EpochMs, Minute>(earlier.map((minute) => [minute.startsAt, minute]));
  for (const minute of later) merged.set(minute.startsAt, { ...merged.get(minute.startsAt), ...minute });
  return [...merged.values()];
}

/** Of what is known of a minute, these metrics. */
export function onlyMetrics(metrics: readonly MetricName[], minute: Minute): Minute {
  const kept: { startsAt: EpochMs } & Partial<Record<MetricName, number>> = { startsAt: minute.startsAt };
  for (const metric of metrics) {
    const value = minute[metric];
    if (value !== undefined) kept[metric] = value;
  }
  return kept;
}
