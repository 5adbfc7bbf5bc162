/** Which faults there really were, and when: known to the oracle and to the count of false moves. */
import type { FaultSpec } from '../sim/world/spec.ts';
import { isHome } from './contender.ts';
import { connectorId, regionOf } from './worlds.ts';

/** The longest window that any contender evaluates: a fault this recent may still be in it. */
export const judgedWindowMinutes = 240;

function isAt({ where }: FaultSpec, connector: number): boolean {
  if ('region' in where) return where.region === regionOf(connector);
  return 'voiceConnectorId' in where && where.voiceConnectorId === connectorId(connector);
}

/** Missing metrics do not affect a caller. */
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
  /** Whether the contender always fails back to the home connector. */
  readonly failsBack: boolean;
};

/**
 * A false move leaves a top that has no fault and had none within the evaluated window. The failback of a contender that always
 * fails back is not a false move if the home connector has no fault.
 */
export function isFalseMove(faults: readonly FaultSpec[], move: MoveMade): boolean {
  const since = move.minute - judgedWindowMinutes;
  if (faults.some((fault) => harms(fault) && isAt(fault, move.from) && isWithin(fault, since, move.minute + 1))) {
    return false;
  }
  const isFailback = move.failsBack && isHome(move.to);
  return !isFailback || severityAt(faults, move.to, move.minute) > 0;
}

/** The share of calls that a connector loses at a minute. A flapping fault counts with its average; AWS reroutes a lost connection. */
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
