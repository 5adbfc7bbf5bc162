/** One Voice Connector, by its own metrics. Pure. */
import { isAudioSuspect, judgeAudio } from './audio.ts';
import { unreadBaseline } from './baseline.ts';
import { isSuspect, judgeCalls, impairment } from './calls.ts';
import { finestMinutes } from './evidence.ts';
import {
  minuteMs,
  type EpochMs,
  type MetricsReading,
  type Minute,
  type Verdict,
  type VoiceConnectorObservation,
} from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { unobservableVerdict, callsOf, inboundCalls, isUnobservable, judgedUntil, outboundCalls } from './readings.ts';

/** Whether a Voice Connector's past and the rest of its audio should be read before it is judged. */
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
  const good = judged.reduce(
    (sum, { InboundCallAttempts: attempts = 0, InboundCallFailures: failures = 0 }) =>
      sum + Math.max(0, attempts - failures),
    0,
  );
  return throttles > good * policy.minExcessRatio
    ? `${throttles} Throttles beside ${good} good calls in ${policy.judgingMinutes} min: a quota is too low, moving would move the overload`
    : undefined;
}

/** What a Voice Connector's own metrics say of it; `others` are what its audio is compared with. */
export function judgeConnector(
  connector: VoiceConnectorObservation,
  context: { readonly observedAt: EpochMs; readonly policy: GroupPolicy; readonly expectsCalls: boolean },
  others: readonly VoiceConnectorObservation[],
): Verdict {
  const { observedAt, policy, expectsCalls } = context;
  if (connector.region === undefined) {
    return { health: 'unknown', cause: 'fetch-error', reason: 'AWS does not say in which Region it is' };
  }
  if (connector.inbound.kind !== 'read') return unobservableVerdict(connector.inbound);
  const until = judgedUntil(observedAt, policy);
  const verdict = judgeCalls({ ...callsOf(connector, until, policy), until, expectsCalls, policy });
  return withComplaints(verdict, connector.inbound.minutes, others, until, policy);
}

/** Bad audio convicts where it is not everybody's; poor audio and an overload are worth attention and never, by themselves, a move. */
function withComplaints(
  verdict: Verdict,
  minutes: readonly Minute[],
  others: readonly VoiceConnectorObservation[],
  until: EpochMs,
  policy: GroupPolicy,
): Verdict {
  if (verdict.health === 'unhealthy' || isUnobservable(verdict)) return verdict;
  const compared = others.map(({ inbound }) => (inbound.kind === 'read' ? inbound.minutes : []));
  // The audio of a lone call is no reason to think ill of a standby. Throttled calls are, even where they were all.
  const hasCalls = verdict.health !== 'unknown' || verdict.cause === 'inconclusive';
  const audio = hasCalls ? judgeAudio(minutes, compared, until, policy) : undefined;
  if (audio?.kind === 'bad') return { health: 'unhealthy', reason: audio.reason };
  if (verdict.health === 'degraded') return verdict;
  const attention = audio?.reason ?? overload(minutes, until, policy);
  return attention === undefined ? verdict : { health: 'degraded', reason: attention };
}

/** What outbound calls say of a Voice Connector that gets no inbound ones. */
export function judgeOutbound(
  outbound: MetricsReading,
  observedAt: EpochMs,
  policy: GroupPolicy,
): { readonly verdict: Verdict; readonly unwell: string | undefined } {
  if (outbound.kind !== 'read') return { verdict: unobservableVerdict(outbound), unwell: undefined };
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
    unwell: impairment(input, Math.min(policy.failbackHoldMinutes, finestMinutes)),
  };
}
