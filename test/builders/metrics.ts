import { inboundCalls, type CallCount } from '../../lib/core/judge/call-counts.ts';
import { slotMinutes, slotMs } from '../../lib/core/judge/past-calls.ts';
import type { MetricsReading, Minute, MetricName } from '../../lib/core/model/observation.ts';
import { minuteMs, type EpochMs } from '../../lib/core/model/time.ts';

/** With the default metric lag of 60 s, minutes that start before {@link judgedUntil} are complete, and no others. */
export const observedAt: EpochMs = Date.parse('2026-11-20T12:01:30Z');
export const judgedUntil: EpochMs = Date.parse('2026-11-20T12:00:00Z');

/** `minutes` minutes with these datapoints each; without any, AWS published nothing for them. */
export type Span = { readonly minutes: number } & Readonly<Partial<Record<MetricName, number>>>;

/** Consecutive spans, the newest last; the last minute is the newest complete one. */
export function history(...spans: readonly Span[]): readonly Minute[] {
  const length = spans.reduce((sum, span) => sum + span.minutes, 0);
  let startsAt = judgedUntil - length * minuteMs;
  return spans.flatMap(({ minutes, ...datapoints }) =>
    Array.from({ length: minutes }, (): Minute => {
      const minute = { startsAt, ...datapoints };
      startsAt += minuteMs;
      return minute;
    }).filter(() => Object.keys(datapoints).length > 0),
  );
}

export function inbound(minutes: number, attempts: number, failures = 0): Span {
  return { minutes, InboundCallAttempts: attempts, InboundCallFailures: failures };
}

export function outbound(minutes: number, attempts: number, failures = 0): Span {
  return { minutes, OutboundCallAttempts: attempts, OutboundCallFailures: failures };
}

/** `hours` of equal half-hourly sums; without calls, AWS published nothing for them. */
export type Stretch = { readonly hours: number; readonly attempts?: number; readonly failures?: number };

/** `hours` with this many calls in each five minutes. */
export function past(hours: number, attempts: number, failures = 0): Stretch {
  const fivesPerSlot = slotMinutes / 5;
  return { hours, attempts: attempts * fivesPerSlot, failures: failures * fivesPerSlot };
}

/** Consecutive half-hourly counts, the newest last; the last one ends with the judged time. */
export function slots(...stretches: readonly Stretch[]): readonly CallCount[] {
  const counts = stretches.flatMap(({ hours, attempts, failures = 0 }) =>
    Array.from({ length: (hours * 60) / slotMinutes }, () => ({ attempts, failures })),
  );
  return counts.flatMap(({ attempts, failures }, place) =>
    attempts === undefined ? [] : [{ startsAt: judgedUntil - (counts.length - place) * slotMs, attempts, failures }],
  );
}

/** The same as a reading from CloudWatch. */
export function readPast(...stretches: readonly Stretch[]): MetricsReading {
  return {
    kind: 'read',
    minutes: slots(...stretches).map(({ startsAt, attempts, failures }) => ({
      startsAt,
      InboundCallAttempts: attempts,
      InboundCallFailures: failures,
    })),
  };
}

/** One-minute counts of inbound calls, as {@link history} spans them. */
export function counts(...spans: readonly Span[]): readonly CallCount[] {
  return inboundCalls(history(...spans));
}

/** CloudWatch has nothing for these minutes. */
export function nothing(minutes: number): Span {
  return { minutes };
}

export function read(...spans: readonly Span[]): MetricsReading {
  return { kind: 'read', minutes: history(...spans) };
}
