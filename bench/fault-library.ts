/** Outages, generated from a seed. */
import { streamsFor, type Stream } from '../sim/world/random.ts';
import type { FaultKind, FaultSpec, Place } from '../sim/world/spec.ts';
import { firstStartMinute, startDays } from './history.ts';
import { connectorId, homeRegion, minutesPerDay, trafficTried, type Traffic } from './worlds.ts';

/** From the world's first minute until the fault, so that calls are in progress and every window contains healthy minutes. */
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

/** Faults that answer 4xx, as lost routing does (403, 404, 408): by the codes alone they look like callers' wrong numbers. */
export const refusalKinds = ['4xx, partial', '4xx, total'] as const;
export type OutageKind = (typeof outageKinds)[number] | (typeof refusalKinds)[number];

export type Outage = {
  readonly index: number;
  readonly seed: number;
  readonly kind: OutageKind;
  readonly traffic: Traffic;
  readonly groups: number;
  /** The minute of the recorded history at which it begins. */
  readonly startsAtMinute: number;
  readonly fromMinute: number;
  readonly durationMinutes: number;
  /** Share of calls that fail at the peak of the fault, which the limit (g) knows. 0 if no call fails. */
  readonly size: number;
  readonly standbySize: number | undefined;
  readonly faults: readonly FaultSpec[];
  readonly endsAtMinute: number;
};

/** The sizes for which the limit is calibrated. */
export const sizesTried: readonly number[] = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.95];
const graySizes = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6];
const badSizes = [0.3, 0.6, 0.95];
const partialRefusals = [0.15, 0.3, 0.6];
const deadSize = 0.95;
/** Gray faults are the main purpose of a monitor and have the most sizes, so they are drawn more often. */
const drawnKinds: readonly OutageKind[] = [...outageKinds, 'gray', 'gray'];

function pick<Value>(random: Stream, values: readonly Value[]): Value {
  const value = values[Math.floor(random.uniform() * values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

const home: Place = { voiceConnectorId: connectorId(0) };
const standby: Place = { voiceConnectorId: connectorId(1) };

type Draft = { readonly size: number; readonly faults: readonly FaultSpec[]; readonly groups?: number };

/** From which an outage is drawn: `faults` are compared on the scoreboard, `refusals` apart from it. */
export type Library = 'faults' | 'refusals';

/** The outage with that index, independent of all others. */
export function drawOutage(seed: number, index: number, library: Library = 'faults'): Outage {
  const random = streamsFor(seed, library === 'faults' ? 'bench outages' : 'bench refusals')(index);
  // Stratified, so that every kind occurs with every traffic.
  const kinds = library === 'faults' ? drawnKinds : refusalKinds;
  const kind = kinds[index % kinds.length] ?? 'gray';
  const traffic = trafficTried[Math.floor(index / kinds.length) % trafficTried.length] ?? pick(random, trafficTried);
  const startsAtMinute = firstStartMinute + Math.floor(random.uniform() * startDays * minutesPerDay);
  const fromMinute = leadMinutes + random.uniform();
  const durationMinutes = shortestMinutes * (longestMinutes / shortestMinutes) ** random.uniform();
  const period = { fromMinute, untilMinute: fromMinute + durationMinutes };
  const { size, faults, groups = 1 } = draft(kind, period, random);
  const { standbySize, standbyFaults } = library === 'faults' ? draftStandby(period, random) : healthyStandby;
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
    faults: [...faults, ...standbyFaults],
    endsAtMinute: Math.ceil(period.untilMinute) + tailMinutes,
  };
}

type StandbyDraft = { readonly standbySize: number | undefined; readonly standbyFaults: readonly FaultSpec[] };

const healthyStandby: StandbyDraft = { standbySize: undefined, standbyFaults: [] };

/** One in five is unhealthy throughout. */
function draftStandby(period: Span, random: Stream): StandbyDraft {
  if (random.uniform() >= 0.2) return healthyStandby;
  const standbySize = pick(random, graySizes);
  return {
    standbySize,
    standbyFaults: [{ ...period, where: standby, what: { kind: 'sip-5xx', ratio: standbySize } }],
  };
}

type Span = { readonly fromMinute: number; readonly untilMinute: number };

function draft(kind: OutageKind, period: Span, random: Stream): Draft {
  const at = (what: FaultKind, where: Place = home): FaultSpec => ({ ...period, where, what });
  switch (kind) {
    case 'hard, rerouted':
      return { size: 0, faults: [at({ kind: 'connectivity-loss' })] };
    case 'hard, dead':
      return { size: deadSize, faults: [at({ kind: 'sip-5xx', ratio: deadSize })] };
    case 'gray': {
      const size = pick(random, graySizes);
      return { size, faults: [at({ kind: 'sip-5xx', ratio: size })] };
    }
    case 'media':
      return { size: 0, faults: [at(mediaFault(random))] };
    case 'flapping':
      return flapping(period, random);
    case 'slow burn': {
      const size = pick(random, badSizes);
      const growsOverMinutes = period.untilMinute - period.fromMinute;
      return { size, faults: [at({ kind: 'sip-5xx', ratio: size, growsOverMinutes })] };
    }
    case 'Region-wide': {
      const size = pick(random, graySizes);
      return { size, groups: 3, faults: [at({ kind: 'sip-5xx', ratio: size }, { region: homeRegion })] };
    }
    case 'metric loss':
      return metricsMissing(at, random);
    case '4xx, partial': {
      const size = pick(random, partialRefusals);
      return { size, faults: [at({ kind: 'busy', ratio: size, code: 404 })] };
    }
    case '4xx, total':
      return { size: deadSize, faults: [at({ kind: 'busy', ratio: 1, code: 404 })] };
    default:
      return kind satisfies never;
  }
}

function mediaFault(random: Stream): FaultKind {
  return random.uniform() < 0.5
    ? { kind: 'one-way-audio', ratio: 0.2 + 0.8 * random.uniform() }
    : { kind: 'bad-audio', mos: 1.5 + random.uniform(), rttMicroseconds: 600_000, jitterMicroseconds: 80_000 };
}

function flapping(period: Span, random: Stream): Draft {
  const size = pick(random, badSizes);
  const every = pick(random, [
    { minutes: 10, forMinutes: 4 },
    { minutes: 20, forMinutes: 10 },
    { minutes: 5, forMinutes: 2 },
  ]);
  return { size, faults: [{ ...period, every, where: home, what: { kind: 'sip-5xx', ratio: size } }] };
}

/** Half of them hide a fault. In the other half there is none, and no move is right. */
function metricsMissing(at: (what: FaultKind) => FaultSpec, random: Stream): Draft {
  const missing = at({ kind: 'metrics-missing' });
  if (random.uniform() < 0.5) return { size: 0, faults: [missing] };
  const size = pick(random, badSizes);
  return { size, faults: [missing, at({ kind: 'sip-5xx', ratio: size })] };
}
