/** The failure ratio that a line usually has at a time of the day and of the week. */
import {
  mixed,
  outageNats,
  ratioOf,
  slotsPerDay,
  slotsPerWeek,
  standardError,
  standsOutBy,
  totalOf,
  type CallTotal,
  type PastSlot,
} from './past-calls.ts';

/** Used without history. Most lines fail less, so only an obvious fault can be proven against it. */
export const assumedRatio = 0.05;

/** Weights in calls of a more general figure in a more special one. */
const assumedWeight = 100;
const overallWeight = 500;
/** Where a time of day certainly differs from the others, they say little of it. */
const distinctWeight = 50;
const timeOfDayWeight = 300;

/** No line is judged against less or more than this. */
const leastRatio = 0.01;
const mostRatio = 0.98;

/**
 * Of the half hours within an hour, those that certainly fail more count too: a lunch break need not begin at half past, and begins an hour
 * earlier or later when the clocks change.
 */
const nearSlots = [-2, -1, 1, 2];
/** They raise the ratio to this at most: an hour beside a night in which nobody answers must still show a fault. */
const mostFromNear = 0.2;

const noCalls: CallTotal = { attempts: 0, failures: 0 };

export class WeeklyPattern {
  readonly #slots: ReadonlyMap<number, PastSlot>;
  /** By time of day, without outages. */
  readonly #normalAtTimeOfDay: ReadonlyMap<number, CallTotal>;
  readonly #overall: CallTotal;
  readonly #ratiosOfDay = new Map<number, number>();
  readonly #ratiosInPast = new Map<number, number>();

  constructor(slots: readonly PastSlot[]) {
    this.#slots = new Map(slots.map((slot) => [slot.slot, slot]));
    const sameTimeOfDay = Map.groupBy(slots, ({ slot }) => slot % slotsPerDay);
    this.#normalAtTimeOfDay = new Map(
      [...sameTimeOfDay].map(([time, same]) => [time, totalOf(withoutOutages(same, slots))]),
    );
    this.#overall = mixed(totalOf([...this.#normalAtTimeOfDay.values()]), assumedRatio, assumedWeight);
  }

  /** The expected share of failed attempts: what this time of the day and this time of the week showed, whichever is higher. */
  ratioIn(slot: number): number {
    return this.#ratioAround(slot, (each) => this.#inWeeksBefore(each));
  }

  #inWeeksBefore(slot: number): CallTotal | undefined {
    const [lastWeek, weekBefore] = [this.#slots.get(slot - slotsPerWeek), this.#slots.get(slot - 2 * slotsPerWeek)];
    return lastWeek && weekBefore && inCommon(lastWeek, weekBefore);
  }

  /** The same for a slot of the past itself, predicted from the week before or after. */
  ratioInPast(slot: number): number {
    const known = this.#ratiosInPast.get(slot);
    if (known !== undefined) return known;
    // The week beside a slot of the past is often one alone, in which an outage would look normal: it counts for that slot only.
    const ratio = this.#ratioAround(slot, (each) => (each === slot ? this.#inWeeksBeside(slot) : undefined));
    this.#ratiosInPast.set(slot, ratio);
    return ratio;
  }

  #inWeeksBeside(slot: number): CallTotal | undefined {
    const [before, after] = [this.#slots.get(slot - slotsPerWeek), this.#slots.get(slot + slotsPerWeek)];
    return before && after ? inCommon(before, after) : (before ?? after);
  }

  /** @param inOtherWeek the calls at the same time of the week */
  #ratioAround(slot: number, inOtherWeek: (slot: number) => CallTotal | undefined): number {
    const own = this.#ratioOf(slot, inOtherWeek(slot));
    const higher = nearSlots.map((distance) => {
      const near = slot + distance;
      const ofWeek = inOtherWeek(near);
      const ofDay = this.#normalAtTimeOfDay.get(near % slotsPerDay) ?? noCalls;
      const isHigher = [ofDay, ofWeek ?? noCalls].some((total) => standsOutBy(total, own) >= outageNats);
      return isHigher ? Math.min(this.#ratioOf(near, ofWeek), mostFromNear) : 0;
    });
    return Math.max(own, ...higher);
  }

  #ratioOf(slot: number, sameTimeOfWeek: CallTotal | undefined): number {
    const ofDay = this.#ratioOfDay(slot % slotsPerDay);
    const ofWeek = sameTimeOfWeek === undefined ? 0 : ratioOf(mixed(sameTimeOfWeek, ofDay, timeOfDayWeight));
    return Math.min(mostRatio, Math.max(leastRatio, ofDay, ofWeek));
  }

  /** Standard errors are added: a baseline that is too low by chance would turn normal failures into a fault. */
  #ratioOfDay(slotOfDay: number): number {
    const known = this.#ratiosOfDay.get(slotOfDay);
    if (known !== undefined) return known;
    const usual = ratioOf(this.#overall);
    const sameTime = this.#normalAtTimeOfDay.get(slotOfDay) ?? noCalls;
    const weight = standsOutBy(sameTime, usual) < outageNats ? overallWeight : distinctWeight;
    const total = mixed(sameTime, usual, weight);
    const learnedShare = 1 - weight / total.attempts;
    const error =
      learnedShare * standardError(ratioOf(total), total.attempts) + standardError(usual, this.#overall.attempts);
    const ratio = ratioOf(total) + error;
    this.#ratiosOfDay.set(slotOfDay, ratio);
    return ratio;
  }
}

/** A slot is an outage if it stands out from the same time of other days: what is as bad on most days is normal. */
function withoutOutages(sameTimeOfDay: readonly PastSlot[], all: readonly PastSlot[]): readonly PastSlot[] {
  const usual = Math.max(medianRatio(sameTimeOfDay.length > 1 ? sameTimeOfDay : all), leastRatio);
  return sameTimeOfDay.filter((slot) => standsOutBy(slot, usual) < outageNats);
}

/** Where the two weeks differ by more than chance, one of them had an outage, and the better one counts. */
function inCommon(one: PastSlot, other: PastSlot): CallTotal {
  const [best, worse] = ratioOf(one) <= ratioOf(other) ? [one, other] : [other, one];
  if (standsOutBy(worse, Math.max(ratioOf(best), leastRatio)) >= outageNats) return best;
  return { attempts: one.attempts + other.attempts, failures: one.failures + other.failures };
}

/** Failure ratio of the median call: half of all calls were made in slots with this ratio or a lower one. */
export function medianRatio(slots: readonly PastSlot[]): number {
  const total = totalOf(slots).attempts;
  let counted = 0;
  for (const slot of [...slots].sort((left, right) => ratioOf(left) - ratioOf(right))) {
    counted += slot.attempts;
    if (counted * 2 >= total) return ratioOf(slot);
  }
  return assumedRatio;
}
