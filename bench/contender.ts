import type { ConnectorMetrics } from './connector-metrics.ts';

/** Minutes from the end of a minute until its metrics are visible. */
export const lagMinutes = 1;

/** Minutes after a move in which a contender with the common cooldown does not move the same group again. */
export const commonCooldownMinutes = 10;

/**
 * The input of one run, at the start of `minute`. The newest visible minute is the one that ended
 * {@link lagMinutes} ago.
 *
 * Every group has two connectors: group g has its home at index 2g and its standby at 2g + 1.
 */
export type Turn = {
  readonly minute: number;
  /** The newest visible minute, by connector. Every minute occurs in exactly one run. */
  readonly newest: readonly ConnectorMetrics[];
  /** The connector on top, by group. */
  readonly tops: readonly number[];
};

/** A monitor under test. */
export interface Contender {
  /** @returns the groups whose two connectors are to be swapped now */
  turn(turn: Turn): readonly number[];
  /** Takes in a minute of history without acting on it. An hour that is more than a day old comes as one minute. */
  learn?(turn: Turn): void;
  /** Days of history that it learns from. Default 1. */
  readonly historyDays?: number;
}

export function otherOf(connector: number): number {
  return connector ^ 1;
}
export function homeOf(group: number): number {
  return 2 * group;
}
export function isHome(connector: number): boolean {
  return connector % 2 === 0;
}

/** The minute that became visible with this run. */
export function newestMinute({ minute }: Turn): number {
  return minute - lagMinutes - 1;
}

/** Time since the last move, by group. */
export class Cooldown {
  readonly #lastMove = new Map<number, number>();
  readonly #cooldownMinutes: number;

  constructor(cooldownMinutes: number) {
    this.#cooldownMinutes = cooldownMinutes;
  }

  allows(group: number, minute: number): boolean {
    return minute - (this.#lastMove.get(group) ?? -Infinity) >= this.#cooldownMinutes;
  }

  recordMove(group: number, minute: number): void {
    this.#lastMove.set(group, minute);
  }
}
