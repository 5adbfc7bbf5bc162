/**
 * What the audio of calls in progress says. Loss counters are left out: AWS lets them grow for as long as a call lasts, so one
 * burst would look like a fault until the caller hangs up. Pure.
 */
import { minuteMs, type EpochMs, type MetricName, type Minute } from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';

type Leg = {
  readonly name: 'customer' | 'remote';
  readonly mos: MetricName;
  readonly rtt: MetricName;
  readonly received: MetricName;
  readonly sent: MetricName;
};

/** Between the Voice Connector and the customer's SIP host, and between it and the telephone network. */
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

/** Read only where the opinion scores, which are read always, give reason to. */
export const audioDetailMetrics: readonly MetricName[] = legs.flatMap(({ rtt, received, sent }) => [
  rtt,
  received,
  sent,
]);

/** A call at 20 ms a packet sends 3000 of them a minute each way; one-way audio is when one way has less than half. */
const packetsPerCallMinute = 3000;
const oneWayShare = 0.5;

type LegState =
  | { readonly kind: 'unseen' }
  | { readonly kind: 'fine'; readonly meanMos: number }
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
  // Sorted, because a sum of fractions depends on their order.
  const scores = minutes.flatMap((minute) => minute[leg.mos] ?? []).sort((left, right) => left - right);
  if (scores.length === 0) return { kind: 'unseen' };
  const meanMos = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const enough = scores.length * 2 > policy.judgingMinutes;
  const critical = scores.filter((score) => score < policy.criticalMos).length;
  const rtt = minutes.flatMap((minute) => minute[leg.rtt] ?? []);
  const slow = rtt.length === 0 ? '' : `, RTT ${Math.round(Math.max(...rtt) / 1000)} ms`;
  const silent = oneWay(minutes, leg, policy);
  const measured = `MOS ${meanMos.toFixed(2)} on the ${leg.name} leg over ${scores.length} min`;
  if (enough && critical * 2 > policy.judgingMinutes) {
    const words = `${measured}, ${critical} of them below criticalMos ${policy.criticalMos}${slow}`;
    return { kind: 'bad', text: silent === undefined ? words : `${words}; ${silent}` };
  }
  if (enough && meanMos < policy.degradedMos) {
    const words = `${measured}, degradedMos ${policy.degradedMos}${slow}`;
    return { kind: 'poor', text: silent === undefined ? words : `${words}; ${silent}` };
  }
  return { kind: 'fine', meanMos };
}

function judged(minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): readonly Minute[] {
  return minutes.filter(({ startsAt }) => startsAt >= until - policy.judgingMinutes * minuteMs && startsAt < until);
}

/**
 * Whether a Voice Connector's audio is worth a move (`bad`) or only attention (`poor`).
 *
 * Whose fault is it? What is bad on every Voice Connector that carries a call is shared by all: the customer's own network, or
 * the telephone network at large; moving would help nobody. A bad customer leg that cannot be compared may be the customer's too.
 */
export function judgeAudio(
  own: readonly Minute[],
  others: readonly (readonly Minute[])[],
  until: EpochMs,
  policy: GroupPolicy,
): { readonly kind: 'poor' | 'bad'; readonly reason: string } | undefined {
  const mine = judged(own, until, policy);
  let poor: string | undefined;
  for (const leg of legs) {
    const state = stateOf(mine, leg, policy);
    if (state.kind === 'poor') poor ??= state.text;
    if (state.kind !== 'bad') continue;
    const compared = others
      .map((minutes) => stateOf(judged(minutes, until, policy), leg, policy))
      .filter(({ kind }) => kind !== 'unseen');
    const isFineElsewhere = compared.some(({ kind }) => kind === 'fine');
    if (isFineElsewhere) return { kind: 'bad', reason: `${state.text}; fine on another Voice Connector` };
    if (compared.length > 0) {
      poor = `${state.text}; as bad on every other Voice Connector with calls: what they share is at fault`;
    } else if (leg.name === 'remote') {
      return { kind: 'bad', reason: state.text };
    } else {
      poor = `${state.text}; no other Voice Connector has calls to compare: it may be the customer's own network`;
    }
  }
  return poor === undefined ? undefined : { kind: 'poor', reason: poor };
}

/** Whether the opinion scores give reason to read the rest of the audio metrics, and the other members' too. */
export function isAudioSuspect(minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): boolean {
  return judgeAudio(minutes, [], until, policy) !== undefined;
}
