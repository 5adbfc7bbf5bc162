/** Judges one Voice Connector by its own metrics. */
import { isAudioSuspect, judgeAudio } from './audio.ts';
import { inboundCallDetails, outboundCalls } from './call-counts.ts';
import { clamped, sumOf, seriesOf } from './call-series.ts';
import { isSuspect, judgeCalls, impairment } from './calls.ts';
import { unreadNormal, type ConnectorCalls } from './connector-calls.ts';
import { finestMinutes } from './likelihood.ts';
import { lossBetween } from './loss.ts';
import { learnNormal, type Normal } from './normal.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { CallLoss, Verdict } from '../model/verdict.ts';
import type { VoiceConnectorObservation, MetricsReading, Minute, StandbySignals } from '../model/observation.ts';
import type { EpochMs } from '../model/time.ts';
import { unobservableVerdict, isUnobservable, judgedUntil } from './readings.ts';

/** Whether a Voice Connector's history and its other metrics should be read before it is judged. */
export function isSuspectConnector(
  { inbound, history }: VoiceConnectorObservation,
  observedAt: EpochMs,
  policy: GroupPolicy,
): boolean {
  if (inbound.kind !== 'read' || history !== undefined) return false;
  const until = judgedUntil(observedAt, policy);
  return (
    isSuspect(screeningMeasure([inbound.minutes], until, policy), policy) ||
    isAudioSuspect(inbound.minutes, until, policy)
  );
}

/** Throttled calls count as failed here: whether they were inbound calls is not known before the other metrics are read. */
export function screeningMeasure(
  readings: readonly (readonly Minute[])[],
  until: EpochMs,
  { dispersion }: GroupPolicy,
): ConnectorCalls['all'] {
  const normal = unreadNormal(dispersion);
  const calls = readings.flatMap((minutes) =>
    inboundCallDetails(minutes).map((detail) => ({ ...detail, throttled: 0 })),
  );
  return { series: seriesOf(calls, normal, { until, minutes: finestMinutes }), source: normal.source };
}

function overload({ all: { series } }: ConnectorCalls, policy: GroupPolicy): Attention | undefined {
  const from = series.minutes - policy.judgingMinutes;
  const failures = sumOf(series.failures, from, series.minutes);
  const throttled = clamped(sumOf(series.throttled, from, series.minutes), failures);
  const succeeded = sumOf(series.attempts, from, series.minutes) - failures;
  if (throttled <= Math.max(0, succeeded) * policy.minExcessRatio) return undefined;
  const share = throttled / (throttled + succeeded);
  return {
    reason: `${throttled} inbound calls throttled and ${succeeded} successful in ${policy.judgingMinutes} min: a quota is too low, and a failover would only move the overload`,
    loss: lossBetween(share, share),
  };
}

export type JudgeContext = {
  readonly observedAt: EpochMs;
  readonly policy: GroupPolicy;
  readonly calls: ConnectorCalls;
  readonly expectsCalls: boolean;
  /** The minutes of each Voice Connector with which its audio is compared. */
  readonly others: readonly (readonly Minute[])[];
};

export function judgeConnector(
  { region, inbound }: VoiceConnectorObservation,
  { observedAt, policy, calls, expectsCalls, others }: JudgeContext,
): Verdict {
  if (region === undefined) return { health: 'unknown', cause: 'fetch-error', reason: 'its Region is unknown' };
  if (inbound.kind !== 'read') return unobservableVerdict(inbound);
  const verdict = judgeCalls({ calls, expectsCalls, policy });
  if (verdict.health === 'unhealthy' || isUnobservable(verdict)) return verdict;
  // A silent line has no audio to judge. Throttled calls count even where no call got through.
  const hasCalls = verdict.health !== 'unknown' || verdict.cause === 'inconclusive';
  const audio = hasCalls ? judgeAudio(inbound.minutes, others, judgedUntil(observedAt, policy), policy) : undefined;
  return audio?.kind === 'bad'
    ? { health: 'unhealthy', reason: audio.reason, loss: audio.loss }
    : withAttention(verdict, audio ?? overload(calls, policy));
}

/** Poor audio and overload never justify a move by themselves. */
function withAttention(verdict: Verdict, attention: Attention | undefined): Verdict {
  return verdict.health === 'degraded' || attention === undefined
    ? verdict
    : { health: 'degraded', reason: attention.reason, loss: attention.loss };
}

type Attention = { readonly reason: string; readonly loss: CallLoss };

/**
 * Judges a Voice Connector without inbound calls by its outbound ones, beside what is normal for them. `impaired` is the reason to delay a
 * failback to it.
 */
export function judgeOutbound(
  { outbound, outboundHistory }: Pick<StandbySignals, 'outbound' | 'outboundHistory'>,
  observedAt: EpochMs,
  policy: GroupPolicy,
): { readonly verdict: Verdict; readonly impaired: string | undefined } {
  if (outbound.kind !== 'read') return { verdict: unobservableVerdict(outbound), impaired: undefined };
  const until = judgedUntil(observedAt, policy);
  const normal = normalOutbound(outboundHistory, until, policy);
  const calls = outboundCalls(outbound.minutes).map((call) => ({ ...call, answered: 0, refused: 0, throttled: 0 }));
  const measure = { series: seriesOf(calls, normal, { until, minutes: finestMinutes }), source: normal.source };
  return {
    verdict: judgeCalls({
      calls: { all: measure, unrefused: undefined, usualSuccesses: undefined },
      expectsCalls: false,
      policy: { ...policy, judgingMinutes: policy.riseMinutes },
    }),
    impaired: impairment(measure, Math.min(policy.failbackHoldMinutes, finestMinutes), policy),
  };
}

/** A dialler's called parties are busy or ring out: any share of failures may be normal. */
function normalOutbound(history: MetricsReading, until: EpochMs, { dispersion }: GroupPolicy): Normal {
  return history.kind === 'read'
    ? learnNormal(outboundCalls(history.minutes), until, dispersion)
    : unreadNormal(dispersion);
}
