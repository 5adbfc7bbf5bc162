/** The day before: healthy minutes, recorded once per traffic and group, and shown to whoever learns from history. */
import { createWorld } from '../sim/world/world.ts';
import { homeOf, lagMinutes } from './contender.ts';
import { silent, sightOf, type Sight } from './connector-metrics.ts';
import { minutesPerDay, routingOf, trafficName, worldSpec, type Traffic } from './worlds.ts';

export const recordedDays = 5;
const historySeed = 7_000_003;

export type HistoryMinute = { readonly minute: number; readonly newest: readonly Sight[] };

const recordings = new Map<string, readonly (readonly Sight[])[]>();

/**
 * The 24 hours before `startsAtMinute` of the recording, numbered so that they end where the world's minute 0 begins.
 * `flat`: of a world whose busiest hour never ends.
 */
export function historyBefore(
  traffic: Traffic,
  startsAtMinute: number,
  { groups, flat }: { readonly groups: number; readonly flat: boolean },
): readonly HistoryMinute[] {
  // A day of its own for each group: the same one for all would count its luck as often as a Region has groups.
  const days = Array.from({ length: groups }, (_, group) =>
    recordingOf(traffic, flat, group).slice(startsAtMinute - minutesPerDay, startsAtMinute),
  );
  return Array.from({ length: minutesPerDay }, (_, index) => ({
    minute: index - minutesPerDay + lagMinutes + 1,
    newest: days.flatMap((day) => day[index] ?? [silent, silent]),
  }));
}

function recordingOf(traffic: Traffic, flat: boolean, group: number): readonly (readonly Sight[])[] {
  const name = `${trafficName(traffic)} ${flat ? 'flat' : 'shaped'} ${group}`;
  const known = recordings.get(name);
  if (known !== undefined) return known;
  const world = createWorld(worldSpec({ seed: historySeed + group, traffic, flat }));
  const routing = routingOf([homeOf(0)]);
  const recording = Array.from({ length: recordedDays * minutesPerDay }, () => {
    const { connectors } = world.runMinute(routing);
    return [
      connectors[0] === undefined ? silent : sightOf(connectors[0]),
      connectors[1] === undefined ? silent : sightOf(connectors[1]),
    ];
  });
  recordings.set(name, recording);
  return recording;
}
