/** Which datapoints are read, in which parts, and what that costs. */
import { slotMs, historyDays } from '../lib/core/judge/past-calls.ts';
import type { MetricName } from '../lib/core/model/observation.ts';
import { dayMs, hourMs, minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import { historyMetrics, type Resolution } from './history.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html: "60 seconds … are available for 15 days". */
const minutesKeptMs = 15 * dayMs;

/** The newest minutes may still be incomplete: metrics arrive ten minutes late at most. */
const settlingMs = 10 * minuteMs;

/** As docs/cost.md has it. */
export const usdPerMillionMetrics = 10;

/** What is compared with: the calls of the time before. */
export const halfHourMetrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'InboundCallsAnswered',
  'OutboundCallAttempts',
  'OutboundCallFailures',
  'Sip4xxCodes',
  'Sip6xxCodes',
];

/** A day or less, which is read and cached as one. */
export type Part = {
  readonly resolution: Resolution;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly metrics: readonly MetricName[];
  /** Whether nothing will be added to it. */
  readonly isComplete: boolean;
};

export type ReadingPlan = {
  /** The first minute that is replayed. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly parts: readonly Part[];
  /** What was asked for and cannot be read, as a sentence. */
  readonly missing: string | undefined;
};

export function planReading(days: number, now: EpochMs): ReadingPlan {
  const until = Math.floor((now - settlingMs) / minuteMs) * minuteMs;
  const oldest = Math.ceil((now - minutesKeptMs + hourMs) / slotMs) * slotMs;
  const wanted = Math.floor((until - days * dayMs) / slotMs) * slotMs;
  const from = Math.max(wanted, oldest);
  const halfHoursFrom = Math.min(wanted, from - historyDays * dayMs);
  return {
    from,
    until,
    parts: [
      ...partsOf('half-hour', halfHoursFrom, from, halfHourMetrics, now),
      ...partsOf('minute', from, until, historyMetrics, now),
    ],
    missing:
      wanted < oldest
        ? `CloudWatch keeps values of a minute for 15 days: the ${days} days are replayed from ${new Date(from).toISOString()} on, and half hours of the time before only show what is usual`
        : undefined,
  };
}

function partsOf(
  resolution: Resolution,
  from: EpochMs,
  until: EpochMs,
  metrics: readonly MetricName[],
  now: EpochMs,
): readonly Part[] {
  // Half hours are few: one part has them all.
  const lengthMs = resolution === 'minute' ? dayMs : Infinity;
  const parts: Part[] = [];
  for (let start = from; start < until;) {
    const end = lengthMs === Infinity ? until : Math.min(until, (Math.floor(start / dayMs) + 1) * dayMs);
    parts.push({ resolution, from: start, until: end, metrics, isComplete: end <= now - hourMs });
    start = end;
  }
  return parts;
}

/** In USD: CloudWatch bills for each metric in each request. */
export function priceOf(parts: readonly Part[], voiceConnectors: number): number {
  const metrics = parts.reduce((sum, part) => sum + part.metrics.length * voiceConnectors, 0);
  return (metrics * usdPerMillionMetrics) / 1_000_000;
}
