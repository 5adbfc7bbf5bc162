/** What CloudWatch answered, as counts of calls. Pure. */
import { learnBaseline, unreadBaseline, unreadableBaseline, type Baseline } from './baseline.ts';
import type { CallCount } from './evidence.ts';
import {
  minuteMs,
  type EpochMs,
  type MetricsReading,
  type Minute,
  type Verdict,
  type VoiceConnectorObservation,
} from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';

/** The end (exclusive) of the newest minute whose metrics are complete. */
export function judgedUntil(observedAt: EpochMs, policy: Pick<GroupPolicy, 'metricLagSeconds'>): EpochMs {
  return Math.floor((observedAt - policy.metricLagSeconds * 1000) / minuteMs) * minuteMs;
}

/**
 * Inbound calls, less those that the account's own call limit turned away: overload is not an outage.
 * A minute without that datapoint is absent, which is another thing than a minute of no calls.
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

/** Nothing could be seen, which is another thing than seeing too little. */
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

/** One Voice Connector's calls, ready to be judged alone or with its Region's others. */
export type Calls = {
  readonly minutes: readonly CallCount[];
  readonly coarse: readonly CallCount[];
  readonly baseline: Baseline;
};

export function callsOf({ inbound, history }: VoiceConnectorObservation, until: EpochMs, policy: GroupPolicy): Calls {
  const minutes = inbound.kind === 'read' ? inboundCalls(inbound.minutes) : [];
  if (history === undefined) return { minutes, coarse: [], baseline: unreadBaseline };
  if (history.kind !== 'read') return { minutes, coarse: [], baseline: unreadableBaseline };
  const coarse = inboundCalls(history.minutes);
  return { minutes, coarse, baseline: learnBaseline(coarse, until, policy.dispersion) };
}
