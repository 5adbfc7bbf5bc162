/** What a CloudWatch reading allows to judge. */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { MetricsReading } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

/** The end (exclusive) of the newest minute whose metrics are complete. */
export function judgedUntil(observedAt: EpochMs, policy: Pick<GroupPolicy, 'metricLagSeconds'>): EpochMs {
  return Math.floor((observedAt - policy.metricLagSeconds * 1000) / minuteMs) * minuteMs;
}

/** Whether the metrics are missing, as opposed to showing too few calls. */
export function isUnobservable(verdict: Verdict): boolean {
  return (
    verdict.health === 'unknown' &&
    (verdict.cause === 'stale' ||
      verdict.cause === 'fetch-error' ||
      verdict.cause === 'partial' ||
      verdict.cause === 'forbidden')
  );
}

export function unobservableVerdict(reading: Exclude<MetricsReading, { readonly kind: 'read' }>): Verdict {
  return {
    health: 'unknown',
    cause: reading.kind,
    reason: `CloudWatch: ${reading.message}`,
  };
}
