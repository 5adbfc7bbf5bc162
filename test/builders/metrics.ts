import { minuteMs, type EpochMs, type MetricName, type MetricsReading, type Minute } from '../../lib/core/model.ts';

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

/** CloudWatch has nothing for these minutes. */
export function nothing(minutes: number): Span {
  return { minutes };
}

export function read(...spans: readonly Span[]): MetricsReading {
  return { kind: 'read', minutes: history(...spans) };
}
