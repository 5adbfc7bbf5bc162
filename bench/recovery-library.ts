/** Faults that end, generated from a seed: what a monitor says afterwards is the question. */
import { streamsFor, type Stream } from '../sim/world/random.ts';
import type { FaultSpec } from '../sim/world/spec.ts';
import { firstStartMinute, startDays } from './history.ts';
import { connectorId, minutesPerDay, trafficTried, type Traffic } from './worlds.ts';

/** What happens around the end of the fault. */
export const recoveryKinds = [
  /** Mode observe: nothing is moved. */
  'watched',
  /** A pause holds the group through the fault and until some time after its end. */
  'paused and resumed',
  /** `failback: auto`. */
  'failed over and back',
  /** The monitor fails over, and an operator restores the order after the end. */
  'returned by an operator',
  /** Both connectors are dead, so that nothing can be moved. */
  'both dead',
] as const;
export type RecoveryKind = (typeof recoveryKinds)[number];

export type Recovery = {
  readonly index: number;
  readonly seed: number;
  readonly kind: RecoveryKind;
  readonly traffic: Traffic;
  /** The minute of the recorded history at which it begins. */
  readonly startsAtMinute: number;
  readonly faults: readonly FaultSpec[];
  /** When the last fault ends. */
  readonly healedAtMinute: number;
  /** When the pause ends, or the operator restores the order. */
  readonly actsAtMinute: number;
  readonly endsAtMinute: number;
};

const leadMinutes = 30;
const shortestMinutes = 5;
const longestMinutes = 60;
const bothDeadMinutes = 30;
const earliestActMinutes = 5;
const latestActMinutes = 120;
/** Healthy minutes after the fault. */
export const watchedMinutes = 240;
const ratios = [0.3, 0.6, 0.95, 1] as const;

/** The recovery with that index, independent of all others. Stratified, so that every kind occurs with every traffic. */
export function drawRecovery(seed: number, index: number): Recovery {
  const random = streamsFor(seed, 'bench recoveries')(index);
  const kind = recoveryKinds[index % recoveryKinds.length] ?? 'watched';
  const traffic = trafficTried[Math.floor(index / recoveryKinds.length) % trafficTried.length] ?? trafficTried[0];
  if (traffic === undefined) throw new RangeError('no traffic to draw from');
  const startsAtMinute = firstStartMinute + Math.floor(random.uniform() * startDays * minutesPerDay);
  const fromMinute = leadMinutes + random.uniform();
  const healedAtMinute = fromMinute + drawDuration(kind, random);
  const actsAtMinute = Math.ceil(
    healedAtMinute + earliestActMinutes + random.uniform() * (latestActMinutes - earliestActMinutes),
  );
  return {
    index,
    seed: seed * 100_019 + index,
    kind,
    traffic,
    startsAtMinute,
    faults: drawFaults(kind, { fromMinute, untilMinute: healedAtMinute }, random),
    healedAtMinute,
    actsAtMinute,
    endsAtMinute: Math.ceil(healedAtMinute) + watchedMinutes,
  };
}

function drawDuration(kind: RecoveryKind, random: Stream): number {
  const share = random.uniform();
  return kind === 'both dead' ? bothDeadMinutes : shortestMinutes * (longestMinutes / shortestMinutes) ** share;
}

function drawFaults(
  kind: RecoveryKind,
  period: { readonly fromMinute: number; readonly untilMinute: number },
  random: Stream,
): readonly FaultSpec[] {
  const drawn = ratios[Math.floor(random.uniform() * ratios.length)] ?? 1;
  const ratio = kind === 'both dead' ? 1 : drawn;
  const connectors = kind === 'both dead' ? [0, 1] : [0];
  return connectors.map((connector) => ({
    ...period,
    where: { voiceConnectorId: connectorId(connector) },
    what: { kind: 'sip-5xx' as const, ratio },
  }));
}
