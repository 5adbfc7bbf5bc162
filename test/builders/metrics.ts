import { coarseIntervalMinutes, type CallCount } from '../../lib/core/judge/evidence.ts';
import { inboundCalls } from '../../lib/core/judge/readings.ts';
import type { MetricsReading, Minute, MetricName } from '../../lib/core/model/observation.ts';
import { minuteMs, type EpochMs } from '../../lib/core/model/time.ts';

/** With the default metric lag of 60 s, minutes that start before {@link judgedUntil} are complete, and no others. */
export const observedAt: EpochMs = Date.parse('2026-11-20T12:01:30Z');
export const judgedUntil: EpochMs = Date.parse('2026-11-20T12:00:00Z');

/** `minutes` alike minutes with these datapoints in each; without any datapoint they are minutes nothing was published for. */
export type Span = { readonly minutes: number } & Readonly<Partial<Record<MetricName, number>>>;

/** Spans one after the other, the newest last, so that the last minute is the newest that may be judged. */
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

/** `hours` alike, in five-minute sums of calls; without any call they are hours nothing was published for. */
export type Stretch = { readonly hours: number; readonly attempts?: number; readonly failures?: number };

/** `hours` with so many calls every five minutes. */
export function past(hours: number, attempts: number, failures = 0): Stretch {
  return { hours, attempts, failures };
}

/** Five-minute counts, stretches one after the other, the newest last, so that the last count ends where the judged time does. */
export function coarse(...stretches: readonly Stretch[]): readonly CallCount[] {
  const stepMs = coarseIntervalMinutes * minuteMs;
  const steps = stretches.flatMap(({ hours, attempts, failures = 0 }) =>
    Array.from({ length: (hours * 60) / coarseIntervalMinutes }, () => ({ attempts, failures })),
  );
  return steps.flatMap(({ attempts, failures }, place) =>
    attempts === undefined ? [] : [{ startsAt: judgedUntil - (steps.length - place) * stepMs, attempts, failures }],
  );
}

/** The same as CloudWatch tells it of a Voice Connector's past. */
export function readPast(...stretches: readonly Stretch[]): MetricsReading {
  return {
    kind: 'read',
    minutes: coarse(...stretches).map(({ startsAt, attempts, failures }) => ({
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
