/** Which attempt at a move this is, so that a move that cannot be made alerts people once, and then every quarter of an hour. */
import { minuteMs, type EpochMs } from './time.ts';

/**
 * `first`: the move was not wanted a minute before, or a person orders it. `reminder`: it is still wanted, and a quarter of an hour begins.
 * `repeat`: it is still wanted, in any other minute.
 */
export const attempts = ['first', 'reminder', 'repeat'] as const;

export type Attempt = (typeof attempts)[number];

const reminderMinutes = 15;

/** @param isWantedBefore whether the same move was wanted a minute before */
export function attemptAt(observedAt: EpochMs, isWantedBefore: boolean): Attempt {
  if (!isWantedBefore) return 'first';
  return Math.floor(observedAt / minuteMs) % reminderMinutes === 0 ? 'reminder' : 'repeat';
}
