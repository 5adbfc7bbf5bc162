/** Which attempt at a move this is, so that a move that cannot be made alerts people once, and then every quarter of an hour. */
import type { EpochMs } from './time.ts';
import { isIntervalBegun } from './wake.ts';

/**
 * `first`: the move was not wanted at the run before, or a person orders it. `reminder`: it is still wanted, and a quarter of an hour begins.
 * `repeat`: it is still wanted, in any other minute.
 */
export const attempts = ['first', 'reminder', 'repeat'] as const;

export type Attempt = (typeof attempts)[number];

const reminderMinutes = 15;

/** @param isWantedBefore whether the same move was wanted at the run before, at `previousAt` */
export function attemptAt(observedAt: EpochMs, previousAt: EpochMs, isWantedBefore: boolean): Attempt {
  if (!isWantedBefore) return 'first';
  return isIntervalBegun(reminderMinutes, previousAt, observedAt) ? 'reminder' : 'repeat';
}
