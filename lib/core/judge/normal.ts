/**
 * What is normal for a line: the share of calls that fails without a fault, and how much it varies.
 *
 * AWS may count busy and unanswered calls as failures, and their share differs from line to line and from hour to hour: at lunch, at
 * night, at weekends. Each Voice Connector is therefore judged against its own past fortnight.
 */
import type { CallCount } from './call-counts.ts';
import { learnDispersion, type Dispersion } from './dispersion.ts';
import { longestMinutes } from './likelihood.ts';
import { slotMinutes, slotOf, slotsPerDay, type PastSlot } from './past-calls.ts';
import { RecentRatio } from './recent-ratio.ts';
import { assumedRatio, WeeklyPattern } from './weekly-pattern.ts';
import type { EpochMs } from '../model/time.ts';

export type Normal = {
  /** The share of attempts that is expected to fail in a half hour. Above 0 and below 1. */
  readonly ratioIn: (slot: number) => number;
  /** The share that failed in the hours before a half hour; 0 where it is unknown. */
  readonly recentRatioBefore: (slot: number) => number;
  /** The share of attempts that usually fails at one route and is answered by the next. */
  readonly reroutedRatio: number;
  /** By how much the failures vary more than those of independent calls; for longer and longer windows. */
  readonly dispersion: readonly Dispersion[];
  /** Where the ratio comes from, for reasons. */
  readonly source: string;
};

/** A ratio that is the same at all hours. */
export function constantNormal(ratio: number, dispersion: number, source: string): Normal {
  return {
    ratioIn: () => ratio,
    recentRatioBefore: () => 0,
    reroutedRatio: 0,
    dispersion: [{ upToMinutes: longestMinutes, factor: dispersion }],
    source,
  };
}

const unlearnedSource = 'assumed, no history';

/**
 * @param counts half-hourly counts of up to 15 days
 * @param until end (exclusive) of the newest complete minute
 * @param leastDispersion the dispersion never falls below it
 */
export function learnNormal(counts: readonly CallCount[], until: EpochMs, leastDispersion: number): Normal {
  const slots = counts
    .filter(({ attempts }) => attempts > 0)
    .map(({ startsAt, attempts, failures }): PastSlot => ({ slot: slotOf(startsAt), attempts, failures }))
    .sort((left, right) => left.slot - right.slot);
  // The time that a window may cover is left out: a fault in it must not raise its own baseline.
  const learned = slots.filter(({ slot }) => slot + 1 <= slotOf(until) - longestMinutes / slotMinutes);
  const [oldest] = learned;
  if (oldest === undefined) return constantNormal(assumedRatio, leastDispersion, unlearnedSource);
  const pattern = new WeeklyPattern(learned);
  const recent = new RecentRatio(slots, pattern);
  const days = Math.max(1, Math.round((slotOf(until) - oldest.slot) / slotsPerDay));
  return {
    ratioIn: (slot) => pattern.ratioIn(slot),
    recentRatioBefore: (slot) => recent.before(slot),
    reroutedRatio: 0,
    dispersion: learnDispersion(learned, pattern, recent, leastDispersion),
    source: `at this time of day, from ${days} ${days === 1 ? 'day' : 'days'}`,
  };
}
