/** The failure ratio of the last hours, in which an outage counts little: a line that drifts is followed, and one bad hour is not. */
import { mixed, ratioOf, standardError, type CallTotal, type PastSlot } from './past-calls.ts';
import type { WeeklyPattern } from './weekly-pattern.ts';

/** The calls of a slot are worth half as much an hour later. */
const decayPerSlot = Math.SQRT1_2;

/** After so many slots without calls, those before are forgotten. */
const longestGapSlots = 12;
const shares = Array.from({ length: longestGapSlots }, (_, slots) => decayPerSlot ** (slots + 1));

/** Weight in calls of the weekly pattern. */
const patternWeight = 100;

/** An outage raises the ratio by at most this, and by so many standard errors of chance. */
const largestStep = 0.03;
const toleratedErrors = 3;

export class RecentRatio {
  readonly #pattern: WeeklyPattern;
  readonly #after = new Map<number, CallTotal>();

  /** @param slots oldest first */
  constructor(slots: readonly PastSlot[], pattern: WeeklyPattern) {
    this.#pattern = pattern;
    for (const { slot, attempts, failures } of slots) {
      const earlier = this.#decayed(slot);
      const ratio = ratioOf(mixed(earlier, pattern.ratioInPast(slot), patternWeight));
      const most = ratio + largestStep + toleratedErrors * standardError(ratio, attempts);
      this.#after.set(slot, {
        attempts: earlier.attempts + attempts,
        failures: earlier.failures + Math.min(failures, attempts * most),
      });
    }
  }

  /** One standard error is left off, so that only a difference which chance does not explain counts. */
  before(slot: number): number {
    const total = mixed(this.#decayed(slot), this.#pattern.ratioIn(slot), patternWeight);
    const ratio = ratioOf(total);
    return Math.max(0, ratio - standardError(ratio, total.attempts));
  }

  #decayed(slot: number): CallTotal {
    for (const [place, share] of shares.entries()) {
      const total = this.#after.get(slot - place - 1);
      if (total !== undefined) return { attempts: total.attempts * share, failures: total.failures * share };
    }
    return { attempts: 0, failures: 0 };
  }
}
