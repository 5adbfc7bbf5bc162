/** The day before an outage: healthy minutes, recorded once per traffic and group, for contenders that learn from history. */
import { createWorld } from '../sim/world/world.ts';
import { homeOf, lagMinutes, type Contender } from './contender.ts';
import { noMetrics, metricsOf, type ConnectorMetrics } from './connector-metrics.ts';
import { minutesPerDay, routingOf, trafficName, worldSpec, type Traffic } from './worlds.ts';

/** Days in which a simulation may begin, each with a day of history before it. */
export const startDays = 3;
export const firstStartMinute = minutesPerDay;
export const recordedDays = 5;
const historySeed = 7_000_003;

export type HistoryMinute = { readonly minute: number; readonly newest: readonly ConnectorMetrics[] };

const recordings = new Map<string, readonly (readonly ConnectorMetrics[])[]>();

/**
 * The 24 hours before `startsAtMinute` of the recording, numbered so that they end where the world's minute 0 begins.
 * `flat`: the traffic of the busiest hour at all times.
 */
export function historyBefore(
  traffic: Traffic,
  startsAtMinute: number,
  { groups, flat }: { readonly groups: number; readonly flat: boolean },
): readonly HistoryMinute[] {
  // Each group has its own day: with a shared one, the groups of a Region would not be independent.
  const days = Array.from({ length: groups }, (_, group) =>
    recordingOf(traffic, flat, group).slice(startsAtMinute - minutesPerDay, startsAtMinute),
  );
  return Array.from({ length: minutesPerDay }, (_, index) => ({
    minute: index - minutesPerDay + lagMinutes + 1,
    newest: days.flatMap((day) => day[index] ?? [noMetrics, noMetrics]),
  }));
}

export type Past = {
  readonly traffic: Traffic;
  readonly startsAtMinute: number;
  readonly groups: number;
  readonly flat: boolean;
  readonly tops: readonly number[];
};

/** Gives the history before a simulation to a contender that learns from it. */
export function teach(contender: Contender, { traffic, startsAtMinute, groups, flat, tops }: Past): void {
  if (contender.learn === undefined) return;
  for (const { minute, newest } of historyBefore(traffic, startsAtMinute, { groups, flat })) {
    contender.learn({ minute, newest, tops });
  }
}

function recordingOf(traffic: Traffic, flat: boolean, group: number): readonly (readonly ConnectorMetrics[])[] {
  const name = `${trafficName(traffic)} ${flat ? 'flat' : 'shaped'} ${group}`;
  const known = recordings.get(name);
  if (known !== undefined) return known;
  const world = createWorld(worldSpec({ seed: historySeed + group, traffic, flat }));
  const routing = routingOf([homeOf(0)]);
  const recording = Array.from({ length: recordedDays * minutesPerDay }, () => {
    const { connectors } = world.runMinute(routing);
    return [
      connectors[0] === undefined ? noMetrics : metricsOf(connectors[0]),
      connectors[1] === undefined ? noMetrics : metricsOf(connectors[1]),
    ];
  });
  recordings.set(name, recording);
  return recording;
}
