/** The spans of time for which metrics are requested. */
import { finestMinutes } from '../core/judge/likelihood.ts';
import { historyDays, slotMs } from '../core/judge/past-calls.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { MetricsRequest } from '../ports.ts';

export const dayMinutes = 24 * 60;

/** Covers the longest `metricLagSeconds` that a policy may set. */
const lagAllowanceMinutes = 11;

type Span = Pick<MetricsRequest, 'from' | 'until' | 'periodSeconds'>;

export function lastMinutes(minutes: number, observedAt: EpochMs): Span {
  const until = Math.floor(observedAt / minuteMs) * minuteMs;
  return { from: until - (minutes + lagAllowanceMinutes) * minuteMs, until, periodSeconds: 60 };
}

export function lastHour(observedAt: EpochMs): Span {
  return lastMinutes(finestMinutes, observedAt);
}

export function lastFortnight(observedAt: EpochMs): Span {
  const until = Math.floor(observedAt / slotMs) * slotMs;
  return { from: until - historyDays * dayMinutes * minuteMs, until, periodSeconds: slotMs / 1000 };
}
