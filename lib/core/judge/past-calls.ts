/** The past of a line, in half hours. */
import { evidenceAgainst } from './likelihood.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

/** Length of the intervals of the history: short enough for lunch breaks that begin at half past. */
export const slotMinutes = 30;
export const slotMs = slotMinutes * minuteMs;
export const slotsPerDay = (24 * 60) / slotMinutes;
export const slotsPerWeek = 7 * slotsPerDay;

/** A fortnight, and the day that is judged. */
export const historyDays = 15;

/** The half hour that contains a time, counted since the epoch. */
export function slotOf(time: EpochMs): number {
  return Math.floor(time / slotMs);
}

export type CallTotal = { readonly attempts: number; readonly failures: number };

/** The calls of one half hour; at least one. */
export type PastSlot = CallTotal & { readonly slot: number };

export function totalOf(slots: readonly CallTotal[]): CallTotal {
  return {
    attempts: slots.reduce((sum, { attempts }) => sum + attempts, 0),
    failures: slots.reduce((sum, { failures }) => sum + failures, 0),
  };
}

export function ratioOf({ attempts, failures }: CallTotal): number {
  return failures / attempts;
}

/** As if `weight` more calls had failed at `ratio`: a few calls cannot override it. */
export function mixed({ attempts, failures }: CallTotal, ratio: number, weight: number): CallTotal {
  return { attempts: attempts + weight, failures: failures + weight * ratio };
}

/** Callers redial, so the failures of any line vary more than those of independent calls. */
const usualDispersion = 2;

/** Evidence in nats by which calls stand out from a ratio. */
export function standsOutBy({ attempts, failures }: CallTotal, usualRatio: number): number {
  return evidenceAgainst(failures, attempts, usualRatio, usualDispersion);
}

/** What stands out by this many nats is an outage, and is not learned. */
export const outageNats = 5;

export function standardError(ratio: number, attempts: number): number {
  return Math.sqrt((usualDispersion * ratio * (1 - ratio)) / attempts);
}
