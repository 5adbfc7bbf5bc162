/**
 * Judges the audio of calls in progress. Packet-loss counters are not used: AWS accumulates them for the length of a call, so one
 * burst would look like a fault until the caller hangs up.
 */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Minute, MetricName } from '../model/observation.ts';
import type { CallLoss } from '../model/verdict.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { lossBetween } from './loss.ts';

type Leg = {
  readonly name: 'customer' | 'remote';
  readonly mos: MetricName;
  readonly rtt: MetricName;
  readonly received: MetricName;
  readonly sent: MetricName;
};

/** A Voice Connector has one leg to the customer's SIP host and one to the telephone network. */
const legs: readonly Leg[] = [
  {
    name: 'customer',
    mos: 'MOSBetweenVcAndCustomer',
    rtt: 'RTTBetweenVcAndCustomer',
    received: 'CustomerToVcRtpPackets',
    sent: 'VcToCustomerRtpPackets',
  },
  {
    name: 'remote',
    mos: 'MOSBetweenVcAndRemote',
    rtt: 'RTTBetweenVcAndRemote',
    received: 'RemoteToVcRtpPackets',
    sent: 'VcToRemoteRtpPackets',
  },
];

/** Read only where the opinion scores, which every run reads, are poor. */
export const audioDetailMetrics: readonly MetricName[] = legs.flatMap(({ rtt, received, sent }) => [
  rtt,
  received,
  sent,
]);

/** A call with 20 ms packets sends 3000 of them per minute in each direction. */
const packetsPerCallMinute = 3000;
/** Audio is one-way where one direction has less than this share of the packets of the other. */
const oneWayShare = 0.5;

type LegState =
  | { readonly kind: 'unmeasured' }
  | { readonly kind: 'good' }
  | { readonly kind: 'poor' | 'bad'; readonly text: string; readonly loss: CallLoss };

function totalOf(minutes: readonly Minute[], metric: MetricName): number {
  return minutes.reduce((sum, minute) => sum + (minute[metric] ?? 0), 0);
}

function oneWay(minutes: readonly Minute[], leg: Leg, policy: GroupPolicy): string | undefined {
  const received = totalOf(minutes, leg.received);
  const sent = totalOf(minutes, leg.sent);
  const more = Math.max(received, sent);
  if (more < packetsPerCallMinute * policy.minAttempts || Math.min(received, sent) >= more * oneWayShare)
    return undefined;
  return `one-way audio: ${received} packets received, ${sent} sent`;
}

/** The lowest score on the MOS scale; AWS reports 1.0 to 4.4, and anything below is no score. */
const lowestMos = 1;

/** A minute's average score on a leg, and the calls in progress that it is an average of. */
type ScoredMinute = { readonly mos: number; readonly calls: number; readonly minute: Minute };

/** Calls in progress are known only of suspects; before that, every minute weighs the same. */
function scoredMinutes(minutes: readonly Minute[], leg: Leg): readonly ScoredMinute[] {
  const scored = minutes.flatMap((minute) => {
    const mos = minute[leg.mos];
    const calls = callsInProgress(minute) ?? 1;
    return mos === undefined || mos < lowestMos || calls === 0 ? [] : [{ mos, calls, minute }];
  });
  // Sorted, because the sum of floating-point numbers depends on their order.
  return scored.sort((left, right) => left.mos - right.mos || left.calls - right.calls);
}

function callsInProgress({ InboundCallsActive: inbound, OutboundCallsActive: outbound }: Minute): number | undefined {
  return inbound === undefined && outbound === undefined ? undefined : (inbound ?? 0) + (outbound ?? 0);
}

/** Of the calls that are answered one after another, all but one in so many may be the same caller's, who dials again. */
const callsPerCaller = 2;

/**
 * The least number of callers that bad scores belong to: by the calls in progress at once, or by those answered in these minutes. One
 * caller with a bad headset must not decide.
 */
function leastCallers(minutes: readonly Minute[]): number {
  const atOnce = Math.max(0, ...minutes.map((minute) => callsInProgress(minute) ?? 0));
  const begun = minutes.reduce(
    (sum, { InboundCallAttempts: attempts = 0, InboundCallFailures: failures = 0 }) =>
      sum + Math.max(0, attempts - failures),
    0,
  );
  return Math.max(atOnce, Math.floor(begun / callsPerCaller));
}

function stateOf(minutes: readonly Minute[], leg: Leg, policy: GroupPolicy): LegState {
  const scored = scoredMinutes(minutes, leg);
  if (scored.length === 0) return { kind: 'unmeasured' };
  const calls = callMinutes(scored);
  const meanMos = scored.reduce((sum, minute) => sum + minute.mos * minute.calls, 0) / calls;
  const isLong = scored.length * 2 > policy.judgingMinutes;
  const critical = scored.filter(({ mos }) => mos < policy.criticalMos);
  const rtt = minutes.flatMap((minute) => minute[leg.rtt] ?? []);
  const slow = rtt.length === 0 ? '' : `, RTT ${Math.round(Math.max(...rtt) / 1000)} ms`;
  const oneWayText = oneWay(minutes, leg, policy);
  const measured = `MOS ${meanMos.toFixed(2)} on the ${leg.name} leg over ${scored.length} min`;
  const explained = (text: string): string => (oneWayText === undefined ? text : `${text}; ${oneWayText}`);
  if (critical.length * 2 > policy.judgingMinutes && callMinutes(critical) * 2 > calls) {
    const text = explained(`${measured}, ${critical.length} of them below criticalMos ${policy.criticalMos}${slow}`);
    const least = leastCallers(critical.map(({ minute }) => minute));
    return least >= policy.minFailures
      ? { kind: 'bad', text, loss: lossBetween(1, 1) }
      : {
          kind: 'poor',
          loss: poorAudioLoss(meanMos, policy),
          text: `${text}; from ${least} ${least === 1 ? 'caller' : 'callers'} only, minFailures ${policy.minFailures}`,
        };
  }
  return isLong && meanMos < policy.degradedMos
    ? {
        kind: 'poor',
        loss: poorAudioLoss(meanMos, policy),
        text: explained(`${measured}, degradedMos ${policy.degradedMos}${slow}`),
      }
    : { kind: 'good' };
}

/** Nobody measures which calls are lost to poor audio: none of them at `degradedMos`, all at `criticalMos`, in proportion between. */
function poorAudioLoss(mos: number, { degradedMos, criticalMos }: GroupPolicy): CallLoss {
  return lossBetween(0, (degradedMos - mos) / (degradedMos - criticalMos));
}

function callMinutes(scored: readonly ScoredMinute[]): number {
  return scored.reduce((sum, { calls }) => sum + calls, 0);
}

function judgedMinutes(minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): readonly Minute[] {
  return minutes.filter(({ startsAt }) => startsAt >= until - policy.judgingMinutes * minuteMs && startsAt < until);
}

/**
 * Judges a Voice Connector's audio: `bad` justifies a move, `poor` only attention.
 *
 * Audio that is bad on every Voice Connector with calls has a shared cause, in the customer's own network or in the telephone network,
 * which no move would remove. A bad customer leg that cannot be compared may have the same cause.
 *
 * @param others the minutes of each Voice Connector to compare with
 * @param until end (exclusive) of the newest complete minute
 */
export function judgeAudio(
  own: readonly Minute[],
  others: readonly (readonly Minute[])[],
  until: EpochMs,
  policy: GroupPolicy,
): { readonly kind: 'poor' | 'bad'; readonly reason: string; readonly loss: CallLoss } | undefined {
  const judged = judgedMinutes(own, until, policy);
  let poor: { readonly reason: string; readonly loss: CallLoss } | undefined;
  for (const leg of legs) {
    const state = stateOf(judged, leg, policy);
    if (state.kind === 'poor') poor ??= { reason: state.text, loss: state.loss };
    if (state.kind !== 'bad') continue;
    const compared = others
      .map((minutes) => stateOf(judgedMinutes(minutes, until, policy), leg, policy))
      .filter(({ kind }) => kind !== 'unmeasured');
    const isGoodElsewhere = compared.some(({ kind }) => kind === 'good');
    if (isGoodElsewhere)
      return { kind: 'bad', reason: `${state.text}; good on another Voice Connector`, loss: state.loss };
    if (compared.length > 0) {
      poor = {
        reason: `${state.text}; as bad on every other Voice Connector with calls, so the cause is a shared one`,
        loss: state.loss,
      };
    } else if (leg.name === 'remote') {
      return { kind: 'bad', reason: state.text, loss: state.loss };
    } else {
      poor = {
        reason: `${state.text}; no other Voice Connector has calls to compare, so the customer's own network may be the cause`,
        loss: state.loss,
      };
    }
  }
  return poor === undefined ? undefined : { kind: 'poor', ...poor };
}

/** Whether the opinion scores justify reading the other audio metrics, of the other members too. */
export function isAudioSuspect(minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): boolean {
  return judgeAudio(minutes, [], until, policy) !== undefined;
}
