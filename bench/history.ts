/** The time before a simulation: healthy calls, recorded once per traffic and group, for contenders that learn from history. */
import { createWorld, type World } from '../sim/world/world.ts';
import { homeOf, lagMinutes, type Contender } from './contender.ts';
import { metricsOf, noMetrics, together, type ConnectorMetrics } from './connector-metrics.ts';
import { minutesPerDay, routingOf, trafficName, worldSpec, type Traffic } from './worlds.ts';

/** The longest history that a contender learns from. */
export const historyDays = 15;
/** Days in which a simulation may begin, each with a whole history before it. */
export const startDays = 3;
export const firstStartMinute = historyDays * minutesPerDay;

const historySeed = 7_000_003;
const recordedDays = historyDays + startDays;
/** Of the time before it only half hours are kept. A day of minutes is enough for every contender. */
const firstKeptMinute = firstStartMinute - minutesPerDay - 60;
const minutesPerSlot = 30;

type Pair = readonly ConnectorMetrics[];

/** The calls of a minute or of half an hour. */
export type HistoryEntry = { readonly minute: number; readonly newest: Pair };

export type Past = {
  readonly traffic: Traffic;
  /** The minute of the recording at which the simulation begins. */
  readonly startsAtMinute: number;
  readonly groups: number;
  /** The traffic of the busiest hour at all times. */
  readonly flat: boolean;
};

/**
 * The history before a simulation, numbered so that it ends where the world's minute 0 begins: a day of minutes, and before it whole
 * half hours of the clock, each as one entry in its first minute, up to `days` days ago.
 */
export function historyBefore(past: Past, days: number): readonly HistoryEntry[] {
  const { traffic, startsAtMinute, groups, flat } = past;
  // Each group has its own past: with a shared one, the groups of a Region would not be independent.
  const recordings = Array.from({ length: groups }, (_, group) => recordingOf(traffic, flat, group));
  const entry = (startsAt: number, pairOf: (recording: Recording) => Pair | undefined): HistoryEntry => ({
    minute: startsAt - startsAtMinute + lagMinutes + 1,
    newest: recordings.flatMap((recording) => pairOf(recording) ?? [noMetrics, noMetrics]),
  });
  const firstSlot = Math.ceil((startsAtMinute - days * minutesPerDay) / minutesPerSlot);
  const firstMinute = days > 1 ? floorToSlot(startsAtMinute - minutesPerDay) : startsAtMinute - minutesPerDay;
  const slots = Math.max(0, firstMinute / minutesPerSlot - firstSlot);
  return [
    ...range(Math.floor(slots)).map((index) => {
      const slot = firstSlot + index;
      return entry(slot * minutesPerSlot, (recording) => recording.slots[slot]);
    }),
    ...range(startsAtMinute - firstMinute).map((index) => {
      const minute = firstMinute + index;
      return entry(minute, (recording) => recording.minutes[minute - firstKeptMinute]);
    }),
  ];
}

/** Gives the history before a simulation to a contender that learns from it. */
export function teach(contender: Contender, past: Past, tops: readonly number[]): void {
  if (contender.learn === undefined) return;
  for (const { minute, newest } of historyBefore(past, contender.historyDays ?? 1)) {
    contender.learn({ minute, newest, tops });
  }
}

function floorToSlot(minute: number): number {
  return Math.floor(minute / minutesPerSlot) * minutesPerSlot;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

type Recording = { readonly slots: readonly Pair[]; readonly minutes: readonly Pair[] };

const recorded = new Map<string, Recording>();

function recordingOf(traffic: Traffic, flat: boolean, group: number): Recording {
  const name = `${trafficName(traffic)} ${flat ? 'flat' : 'shaped'} ${group}`;
  const known = recorded.get(name);
  if (known !== undefined) return known;
  const recording = record(createWorld(worldSpec({ seed: historySeed + group, traffic, flat })));
  recorded.set(name, recording);
  return recording;
}

function record(world: World): Recording {
  const routing = routingOf([homeOf(0)]);
  const slots: Pair[] = [];
  const minutes: Pair[] = [];
  for (let minute = 0; minute < recordedDays * minutesPerDay; minute += 1) {
    const [home, standby] = world.runMinute(routing).connectors.map(metricsOf);
    const pair = [home ?? noMetrics, standby ?? noMetrics];
    if (minute >= firstKeptMinute) minutes.push(pair);
    const slot = Math.floor(minute / minutesPerSlot);
    slots[slot] = pair.map((metrics, connector) => together(slots[slot]?.[connector] ?? noMetrics, metrics));
  }
  return { slots, minutes };
}
