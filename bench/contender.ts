import type { Sight } from './connector-metrics.ts';

/** Minutes from the end of a minute until a turn can read its metrics. */
export const lagMinutes = 1;

/** Minutes after a move in which a contender with the common brakes does not move the same group again. */
export const commonCooldownMinutes = 10;

/**
 * One look at the account, at the very start of `minute`. The newest minute it can see is the one that ended
 * {@link lagMinutes} ago.
 *
 * Every group has two connectors: group g its home at index 2g, its standby at 2g + 1.
 */
export type Turn = {
  readonly minute: number;
  /** The newest visible minute, by connector. Every minute comes by exactly once. */
  readonly newest: readonly Sight[];
  /** The connector on top, by group. */
  readonly tops: readonly number[];
};

/** Somebody who watches and moves groups. */
export interface Contender {
  /** The groups whose two connectors change places now. */
  turn(turn: Turn): readonly number[];
  /** History from before the world began: remembered, and never acted upon. */
  learn?(turn: Turn): void;
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

/** The minute that a turn newly sees. */
export function newestMinute({ minute }: Turn): number {
  return minute - lagMinutes - 1;
}

/** Time since the last move, by group. */
export class Brakes {
  readonly #lastMove = new Map<number, number>();
  readonly #cooldownMinutes: number;

  constructor(cooldownMinutes: number) {
    this.#cooldownMinutes = cooldownMinutes;
  }

  allow(group: number, minute: number): boolean {
    return minute - (this.#lastMove.get(group) ?? -Infinity) >= this.#cooldownMinutes;
  }

  moved(group: number, minute: number): void {
    this.#lastMove.set(group, minute);
  }
}
