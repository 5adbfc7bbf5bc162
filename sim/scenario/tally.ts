/** Counts of calls over a simulation. */
import { callsFailedByFaults, type MinuteOfWorld } from '../world/minute.ts';
import type { ScenarioRun } from './run.ts';

export type Tally = { readonly offered: number; readonly failed: number; readonly failedByFaults: number };

export function tally(minutes: readonly MinuteOfWorld[]): Tally {
  const groups = minutes.flatMap((minute) => minute.groups);
  return {
    offered: groups.reduce((sum, { callsOffered }) => sum + callsOffered, 0),
    failed: groups.reduce((sum, { callsFailed }) => sum + callsFailed, 0),
    failedByFaults: groups.reduce((sum, group) => sum + callsFailedByFaults(group), 0),
  };
}

/** Failures by faults that the monitor prevented; negative where it caused more. */
export function callsSaved({ minutes, withoutMonitor }: ScenarioRun): number {
  return tally(withoutMonitor).failedByFaults - tally(minutes.map(({ calls }) => calls)).failedByFaults;
}
