/** What was really wrong, and when: known to the oracle and to whoever counts false moves. */
import type { FaultSpec } from '../sim/world/spec.ts';
import { isHome } from './contender.ts';
import { connectorId, regionOf } from './worlds.ts';

/** A fault this recent is still in the window that a contender may be judging: the longest that any of them has. */
export const judgedWindowMinutes = 240;

function isAt({ where }: FaultSpec, connector: number): boolean {
  if ('region' in where) return where.region === regionOf(connector);
  return 'voiceConnectorId' in where && where.voiceConnectorId === connectorId(connector);
}

/** Losing sight of a connector does no caller any harm. */
function harms({ what }: FaultSpec): boolean {
  return what.kind !== 'metrics-missing' && what.kind !== 'metrics-late';
}

function isWithin({ fromMinute, untilMinute }: FaultSpec, from: number, until: number): boolean {
  return fromMinute < until && untilMinute > from;
}

export type MoveMade = {
  readonly from: number;
  readonly to: number;
  readonly minute: number;
  /** Whether whoever made it gives the home connector its calls back on principle. */
  readonly failsBack: boolean;
};

/**
 * A false move leaves a top that has no fault, nor had one in the window judged. A failback on principle is none where
 * the home connector has no fault.
 */
export function isFalseMove(faults: readonly FaultSpec[], move: MoveMade): boolean {
  const since = move.minute - judgedWindowMinutes;
  if (faults.some((fault) => harms(fault) && isAt(fault, move.from) && isWithin(fault, since, move.minute + 1))) {
    return false;
  }
  const isFailback = move.failsBack && isHome(move.to);
  return !isFailback || severityAt(faults, move.to, move.minute) > 0;
}

/** How bad a connector is at a moment: a flapping fault counts through its pauses, a lost connection is rerouted by AWS. */
export function severityAt(faults: readonly FaultSpec[], connector: number, minute: number): number {
  let severity = 0;
  for (const fault of faults) {
    if (!harms(fault) || !isAt(fault, connector) || !isWithin(fault, minute, minute + 1)) continue;
    severity = 1 - (1 - severity) * (1 - severityOf(fault));
  }
  return severity;
}

const reroutedSeverity = 0.01;
const badAudioSeverity = 1;

function severityOf({ what, every }: FaultSpec): number {
  const duty = every === undefined ? 1 : every.forMinutes / every.minutes;
  if ('ratio' in what) return what.ratio * duty;
  return what.kind === 'connectivity-loss' ? reroutedSeverity : badAudioSeverity;
}
