/** Turns CloudWatch readings into counts of calls. */
import { learnBaseline, unreadBaseline, unreadableBaseline, type Baseline } from './baseline.ts';
import type { CallCount } from './evidence.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { VoiceConnectorObservation, MetricsReading, Minute } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

/** The end (exclusive) of the newest minute whose metrics are complete. */
export function judgedUntil(observedAt: EpochMs, policy: Pick<GroupPolicy, 'metricLagSeconds'>): EpochMs {
  return Math.floor((observedAt - policy.metricLagSeconds * 1000) / minuteMs) * minuteMs;
}

/**
 * Inbound calls without those that the account's call limit rejected: overload is not an outage.
 * A minute without a datapoint is absent, which differs from a minute with zero calls.
 */
export function inboundCalls(minutes: readonly Minute[]): readonly CallCount[] {
  return minutes.flatMap((minute) => {
    const attempts = minute.InboundCallAttempts;
    if (attempts === undefined) return [];
    const failures = Math.min(minute.InboundCallFailures ?? 0, attempts);
    const throttled = Math.min(minute.Throttles ?? 0, failures);
    return [{ startsAt: minute.startsAt, attempts: attempts - throttled, failures: failures - throttled }];
  });
}

export function outboundCalls(minutes: readonly Minute[]): readonly CallCount[] {
  return minutes.flatMap(({ startsAt, OutboundCallAttempts: attempts, OutboundCallFailures: failures = 0 }) =>
    attempts === undefined ? [] : [{ startsAt, attempts, failures: Math.min(failures, attempts) }],
  );
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

/** The calls of one Voice Connector, to be judged alone or pooled with its Region. */
export type ConnectorCalls = {
  readonly minutes: readonly CallCount[];
  readonly coarse: readonly CallCount[];
  readonly baseline: Baseline;
};

export function callsOf(
  { inbound, history }: VoiceConnectorObservation,
  until: EpochMs,
  policy: GroupPolicy,
): ConnectorCalls {
  const minutes = inbound.kind === 'read' ? inboundCalls(inbound.minutes) : [];
  if (history === undefined) return { minutes, coarse: [], baseline: unreadBaseline };
  if (history.kind !== 'read') return { minutes, coarse: [], baseline: unreadableBaseline };
  const coarse = inboundCalls(history.minutes);
  return { minutes, coarse, baseline: learnBaseline(coarse, until, policy.dispersion) };
}
