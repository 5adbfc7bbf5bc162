/** The impact ledger: what a fault cost, and what a move saved. */
import { formatPercent } from './format.ts';
import type { EpochMs } from './time.ts';

/** Nineteen times out of twenty the truth lies from `least` to `most`. */
export type Interval = { readonly least: number; readonly likely: number; readonly most: number };

/** A fault that failed calls prove. */
export type Impact = {
  /** Beginning of the first minute of the window that proves the fault best. */
  readonly firstBadMinuteAt: EpochMs;
  /** End (exclusive) of the newest minute that is counted. */
  readonly countedUntil: EpochMs;
  /** Calls that failed since the first bad minute, beyond those that usually fail. */
  readonly callsFailed: Interval;
  /** Calls that try the Voice Connector in a minute, as in the newest minutes: each of them may fail. */
  readonly callsPerMinuteAtRisk: number;
  /** Of the calls that would usually succeed, the share that the fault loses: 0 to 1. */
  readonly lossShare: Interval;
};

/** What a move away from a proven fault saved. */
export type Saved = {
  /** The previous primary. */
  readonly voiceConnectorId: string;
  readonly movedAt: EpochMs;
  readonly countedUntil: EpochMs;
  /** Calls of the new primary since the move, without those that it had of its own before. */
  readonly callsSince: number;
  /** Of them, how many the fault would have lost at the share that was proved before the move, less those that failed all the same. */
  readonly callsSaved: Interval;
  /** The fault, up to the move. */
  readonly before: Impact;
};

function timeOf(at: EpochMs): string {
  const minutes = Math.floor(at / 60_000);
  const [hour, minute] = [Math.floor(minutes / 60) % 24, minutes % 60];
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')} UTC`;
}

export function formatInterval({ least, likely, most }: Interval): string {
  return least === most ? String(likely) : `about ${likely} (${least} to ${most})`;
}

/** `calls failed since 08:51 UTC, beyond the usual ones: about 97 (88 to 106), counted up to 09:00 UTC; 24 calls a minute at risk`. */
export function formatImpact(impact: Impact): string {
  const { firstBadMinuteAt, countedUntil, callsFailed, callsPerMinuteAtRisk } = impact;
  return `calls failed since ${timeOf(firstBadMinuteAt)}, beyond the usual ones: ${formatInterval(callsFailed)}, counted up to ${timeOf(countedUntil)}; ${callsPerMinuteAtRisk} calls a minute at risk`;
}

export function formatSaved({ movedAt, countedUntil, callsSince, callsSaved, before }: Saved): string {
  return `calls saved since ${timeOf(movedAt)}, if the fault went on: ${formatInterval(callsSaved)} of ${callsSince}, counted up to ${timeOf(countedUntil)}, at the ${formatPercent(before.lossShare.likely)} lost before; calls failed before, since ${timeOf(before.firstBadMinuteAt)}: ${formatInterval(before.callsFailed)}`;
}
