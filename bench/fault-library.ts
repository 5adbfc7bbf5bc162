/** Outages, drawn from a seed. */
import { streamsFor, type Stream } from '../sim/world/random.ts';
import type { FaultKind, FaultSpec, Place } from '../sim/world/spec.ts';
import { connectorId, homeRegion, minutesPerDay, trafficTried, type Traffic } from './worlds.ts';

/** From the world's first minute until the fault, so that calls are in progress and every window has a healthy part. */
export const leadMinutes = 30;
const tailMinutes = 15;
const shortestMinutes = 10;
const longestMinutes = 240;

export const outageKinds = [
  'hard, rerouted',
  'hard, dead',
  'gray',
  'media',
  'flapping',
  'slow burn',
  'Region-wide',
  'metric loss',
] as const;
export type OutageKind = (typeof outageKinds)[number];

export type Outage = {
  readonly index: number;
  readonly seed: number;
  readonly kind: OutageKind;
  readonly traffic: Traffic;
  readonly groups: number;
  /** Where in the fortnight's history it begins. */
  readonly startsAtMinute: number;
  readonly fromMinute: number;
  readonly durationMinutes: number;
  /** Share of calls that fail because of it at its worst; what the limit (g) is told. 0 where no call fails. */
  readonly size: number;
  readonly standbySize: number | undefined;
  readonly faults: readonly FaultSpec[];
  readonly endsAtMinute: number;
};

/** The sizes that the limit is calibrated for. */
export const sizesTried: readonly number[] = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.95];
const graySizes = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6];
const badSizes = [0.3, 0.6, 0.95];
const deadSize = 0.95;
/** Gray faults are what a monitor is for, and come in the most sizes. */
const drawnKinds: readonly OutageKind[] = [...outageKinds, 'gray', 'gray'];

function pick<Value>(luck: Stream, values: readonly Value[]): Value {
  const value = values[Math.floor(luck.uniform() * values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

const home: Place = { voiceConnectorId: connectorId(0) };
const standby: Place = { voiceConnectorId: connectorId(1) };

type Draft = { readonly size: number; readonly faults: readonly FaultSpec[]; readonly groups?: number };

/** Draws the outage of that number; the numbers before it need not be drawn. */
export function drawOutage(seed: number, index: number): Outage {
  const luck = streamsFor(seed, 'bench outages')(index);
  // Stratified, so that every kind meets every traffic.
  const kind = drawnKinds[index % drawnKinds.length] ?? 'gray';
  const traffic = trafficTried[Math.floor(index / drawnKinds.length) % trafficTried.length] ?? pick(luck, trafficTried);
  const startsAtMinute = minutesPerDay + Math.floor(luck.uniform() * 3 * minutesPerDay);
  const fromMinute = leadMinutes + luck.uniform();
  const durationMinutes = shortestMinutes * (longestMinutes / shortestMinutes) ** luck.uniform();
  const period = { fromMinute, untilMinute: fromMinute + durationMinutes };
  const { size, faults, groups = 1 } = draft(kind, period, luck);
  const isStandbySick = luck.uniform() < 0.2;
  const standbySize = isStandbySick ? pick(luck, graySizes) : undefined;
  const ofStandby: readonly FaultSpec[] =
    standbySize === undefined ? [] : [{ ...period, where: standby, what: { kind: 'sip-5xx', ratio: standbySize } }];
  return {
    index,
    seed: seed * 100_003 + index,
    kind,
    traffic,
    groups,
    startsAtMinute,
    fromMinute,
    durationMinutes,
    size,
    standbySize,
    faults: [...faults, ...ofStandby],
    endsAtMinute: Math.ceil(period.untilMinute) + tailMinutes,
  };
}

type Span = { readonly fromMinute: number; readonly untilMinute: number };

function draft(kind: OutageKind, period: Span, luck: Stream): Draft {
  const at = (what: FaultKind, where: Place = home): FaultSpec => ({ ...period, where, what });
  switch (kind) {
    case 'hard, rerouted':
      return { size: 0, faults: [at({ kind: 'connectivity-loss' })] };
    case 'hard, dead':
      return { size: deadSize, faults: [at({ kind: 'sip-5xx', ratio: deadSize })] };
    case 'gray': {
      const size = pick(luck, graySizes);
      return { size, faults: [at({ kind: 'sip-5xx', ratio: size })] };
    }
    case 'media':
      return { size: 0, faults: [at(mediaFault(luck))] };
    case 'flapping':
      return flapping(period, luck);
    case 'slow burn': {
      const size = pick(luck, badSizes);
      const growsOverMinutes = period.untilMinute - period.fromMinute;
      return { size, faults: [at({ kind: 'sip-5xx', ratio: size, growsOverMinutes })] };
    }
    case 'Region-wide': {
      const size = pick(luck, graySizes);
      return { size, groups: 3, faults: [at({ kind: 'sip-5xx', ratio: size }, { region: homeRegion })] };
    }
    case 'metric loss':
      return metricLoss(at, luck);
    default:
      return kind satisfies never;
  }
}

function mediaFault(luck: Stream): FaultKind {
  return luck.uniform() < 0.5
    ? { kind: 'one-way-audio', ratio: 0.2 + 0.8 * luck.uniform() }
    : { kind: 'bad-audio', mos: 1.5 + luck.uniform(), rttMicroseconds: 600_000, jitterMicroseconds: 80_000 };
}

function flapping(period: Span, luck: Stream): Draft {
  const size = pick(luck, badSizes);
  const every = pick(luck, [
    { minutes: 10, forMinutes: 4 },
    { minutes: 20, forMinutes: 10 },
    { minutes: 5, forMinutes: 2 },
  ]);
  return { size, faults: [{ ...period, every, where: home, what: { kind: 'sip-5xx', ratio: size } }] };
}

/** Half of them hide a fault, and half hide nothing: then no move is called for. */
function metricLoss(at: (what: FaultKind) => FaultSpec, luck: Stream): Draft {
  const missing = at({ kind: 'metrics-missing' });
  if (luck.uniform() < 0.5) return { size: 0, faults: [missing] };
  const size = pick(luck, badSizes);
  return { size, faults: [missing, at({ kind: 'sip-5xx', ratio: size })] };
}
