/** Judges one Voice Connector by its own metrics. */
import { isAudioSuspect, judgeAudio } from './audio.ts';
import { unreadBaseline } from './baseline.ts';
import { isSuspect, judgeCalls, impairment } from './calls.ts';
import { finestMinutes } from './evidence.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { VoiceConnectorObservation, MetricsReading, Minute } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { unobservableVerdict, callsOf, inboundCalls, isUnobservable, judgedUntil, outboundCalls } from './readings.ts';

/** Whether a Voice Connector's history and its other audio metrics should be read before it is judged. */
export function isSuspectConnector(
  { inbound, history }: VoiceConnectorObservation,
  observedAt: EpochMs,
  policy: GroupPolicy,
): boolean {
  if (inbound.kind !== 'read' || history !== undefined) return false;
  const until = judgedUntil(observedAt, policy);
  const minutes = inboundCalls(inbound.minutes);
  return (
    isSuspect({ minutes, until, baseline: unreadBaseline, policy }) || isAudioSuspect(inbound.minutes, until, policy)
  );
}

function overload(minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): string | undefined {
  const from = until - policy.judgingMinutes * minuteMs;
  const judged = minutes.filter(({ startsAt }) => startsAt >= from && startsAt < until);
  const throttles = judged.reduce((sum, minute) => sum + (minute.Throttles ?? 0), 0);
  const succeeded = judged.reduce(
    (sum, { InboundCallAttempts: attempts = 0, InboundCallFailures: failures = 0 }) =>
      sum + Math.max(0, attempts - failures),
    0,
  );
  return throttles > succeeded * policy.minExcessRatio
    ? `${throttles} Throttles and ${succeeded} successful calls in ${policy.judgingMinutes} min: a quota is too low, and a failover would only move the overload`
    : undefined;
}

/** @param others the Voice Connectors with which its audio is compared */
export function judgeConnector(
  connector: VoiceConnectorObservation,
  context: { readonly observedAt: EpochMs; readonly policy: GroupPolicy; readonly expectsCalls: boolean },
  others: readonly VoiceConnectorObservation[],
): Verdict {
  const { observedAt, policy, expectsCalls } = context;
  if (connector.region === undefined) {
    return { health: 'unknown', cause: 'fetch-error', reason: 'its Region is unknown' };
  }
  if (connector.inbound.kind !== 'read') return unobservableVerdict(connector.inbound);
  const until = judgedUntil(observedAt, policy);
  const verdict = judgeCalls({ ...callsOf(connector, until, policy), until, expectsCalls, policy });
  return withAudioAndOverload(verdict, { minutes: connector.inbound.minutes, others, until, policy });
}

type AudioAndOverloadInput = {
  readonly minutes: readonly Minute[];
  readonly others: readonly VoiceConnectorObservation[];
  readonly until: EpochMs;
  readonly policy: GroupPolicy;
};

/** Bad audio makes a Voice Connector unhealthy unless the cause is shared. Poor audio and overload never justify a move by themselves. */
function withAudioAndOverload(verdict: Verdict, { minutes, others, until, policy }: AudioAndOverloadInput): Verdict {
  if (verdict.health === 'unhealthy' || isUnobservable(verdict)) return verdict;
  const compared = others.map(({ inbound }) => (inbound.kind === 'read' ? inbound.minutes : []));
  // A single call is too little audio to judge a standby by. Throttled calls count even where no call got through.
  const hasCalls = verdict.health !== 'unknown' || verdict.cause === 'inconclusive';
  const audio = hasCalls ? judgeAudio(minutes, compared, until, policy) : undefined;
  if (audio?.kind === 'bad') return { health: 'unhealthy', reason: audio.reason };
  if (verdict.health === 'degraded') return verdict;
  const attention = audio?.reason ?? overload(minutes, until, policy);
  return attention === undefined ? verdict : { health: 'degraded', reason: attention };
}

/** Judges a Voice Connector without inbound calls by its outbound ones. `impaired` is the reason to delay a failback to it. */
export function judgeOutbound(
  outbound: MetricsReading,
  observedAt: EpochMs,
  policy: GroupPolicy,
): { readonly verdict: Verdict; readonly impaired: string | undefined } {
  if (outbound.kind !== 'read') return { verdict: unobservableVerdict(outbound), impaired: undefined };
  const input = {
    minutes: outboundCalls(outbound.minutes),
    coarse: [],
    baseline: unreadBaseline,
    until: judgedUntil(observedAt, policy),
    expectsCalls: false,
    policy: { ...policy, judgingMinutes: policy.riseMinutes },
  };
  return {
    verdict: judgeCalls(input),
    impaired: impairment(input, Math.min(policy.failbackHoldMinutes, finestMinutes)),
  };
}
