/**
 * Judges the audio of calls in progress. Packet-loss counters are not used: AWS accumulates them for the length of a call, so one
 * burst would look like a fault until the caller hangs up.
 */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Minute, MetricName } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

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
  | { readonly kind: 'poor' | 'bad'; readonly text: string };

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

function stateOf(minutes: readonly Minute[], leg: Leg, policy: GroupPolicy): LegState {
  // Sorted, because the sum of floating-point numbers depends on their order.
  const scores = minutes.flatMap((minute) => minute[leg.mos] ?? []).sort((left, right) => left - right);
  if (scores.length === 0) return { kind: 'unmeasured' };
  const meanMos = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const enough = scores.length * 2 > policy.judgingMinutes;
  const critical = scores.filter((score) => score < policy.criticalMos).length;
  const rtt = minutes.flatMap((minute) => minute[leg.rtt] ?? []);
  const slow = rtt.length === 0 ? '' : `, RTT ${Math.round(Math.max(...rtt) / 1000)} ms`;
  const oneWayText = oneWay(minutes, leg, policy);
  const measured = `MOS ${meanMos.toFixed(2)} on the ${leg.name} leg over ${scores.length} min`;
  if (enough && critical * 2 > policy.judgingMinutes) {
    const text = `${measured}, ${critical} of them below criticalMos ${policy.criticalMos}${slow}`;
    return { kind: 'bad', text: oneWayText === undefined ? text : `${text}; ${oneWayText}` };
  }
  if (enough && meanMos < policy.degradedMos) {
    const text = `${measured}, degradedMos ${policy.degradedMos}${slow}`;
    return { kind: 'poor', text: oneWayText === undefined ? text : `${text}; ${oneWayText}` };
  }
  return { kind: 'good' };
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
): { readonly kind: 'poor' | 'bad'; readonly reason: string } | undefined {
  const judged = judgedMinutes(own, until, policy);
  let poor: string | undefined;
  for (const leg of legs) {
    const state = stateOf(judged, leg, policy);
    if (state.kind === 'poor') poor ??= state.text;
    if (state.kind !== 'bad') continue;
    const compared = others
      .map((minutes) => stateOf(judgedMinutes(minutes, until, policy), leg, policy))
      .filter(({ kind }) => kind !== 'unmeasured');
    const isGoodElsewhere = compared.some(({ kind }) => kind === 'good');
    if (isGoodElsewhere) return { kind: 'bad', reason: `${state.text}; good on another Voice Connector` };
    if (compared.length > 0) {
      poor = `${state.text}; as bad on every other Voice Connector with calls, so the cause is a shared one`;
    } else if (leg.name === 'remote') {
      return { kind: 'bad', reason: state.text };
    } else {
      poor = `${state.text}; no other Voice Connector has calls to compare, so the customer's own network may be the cause`;
    }
  }
  return poor === undefined ? undefined : { kind: 'poor', reason: poor };
}

/** Whether the opinion scores justify reading the other audio metrics, of the other members too. */
export function isAudioSuspect(minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): boolean {
  return judgeAudio(minutes, [], until, policy) !== undefined;
}
