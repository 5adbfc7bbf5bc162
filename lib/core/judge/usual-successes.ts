/** How many calls usually succeed at a time, as the past of the line shows. */
import type { CallDetail } from './call-counts.ts';
import { slotMs, slotOf, slotsPerDay, slotsPerWeek } from './past-calls.ts';
import type { EpochMs } from '../model/time.ts';

export class UsualSuccesses {
  readonly #bySlot: ReadonlyMap<number, number>;
  readonly #first: number;

  /** @param past counts by the half hour, up to now */
  constructor(past: readonly CallDetail[]) {
    const slots = past.map(({ startsAt, attempts, failures, answered }) => ({
      slot: slotOf(startsAt),
      // A call that failed on one route and was answered on the next succeeded.
      succeeded: Math.max(0, attempts - failures, Math.min(attempts, answered)),
    }));
    this.#first = Math.min(...slots.map(({ slot }) => slot));
    this.#bySlot = new Map(slots.map(({ slot, succeeded }) => [slot, succeeded]));
  }

  /** Undefined where the past does not cover the same time of another day. */
  between(from: EpochMs, until: EpochMs): number | undefined {
    let expected = 0;
    for (let slot = slotOf(from); slot * slotMs < until; slot += 1) {
      const usual = this.#in(slot);
      if (usual === undefined) return undefined;
      const covered = Math.min(until, (slot + 1) * slotMs) - Math.max(from, slot * slotMs);
      expected += usual * (covered / slotMs);
    }
    return expected;
  }

  /**
   * What the same time of day showed on most days, or less where the same time of the week showed less: a closed Sunday must not be
   * compared with working days.
   */
  #in(slot: number): number | undefined {
    const days = this.#everyEarlier(slot, slotsPerDay).sort((left, right) => left - right);
    const median = days[Math.floor(days.length / 2)];
    return median === undefined ? undefined : Math.min(median, Math.max(...this.#sameTimeOfWeek(slot, median)));
  }

  #sameTimeOfWeek(slot: number, otherwise: number): readonly number[] {
    const weeks = this.#everyEarlier(slot, slotsPerWeek);
    return weeks.length === 0 ? [otherwise] : weeks;
  }

  /** AWS publishes nothing for half hours without calls: what is missing is 0. */
  #everyEarlier(slot: number, step: number): number[] {
    const found: number[] = [];
    for (let earlier = slot - step; earlier >= this.#first; earlier -= step) {
      found.push(this.#bySlot.get(earlier) ?? 0);
    }
    return found;
  }
}
