/** Periods at random times, so many a week on average. */
import { streamsFor, type Stream } from '../sim/world/random.ts';
import { minutesPerDay } from './worlds.ts';

export type Occasion = { readonly fromMinute: number; readonly untilMinute: number; readonly random: Stream };

const minutesPerWeek = 7 * minutesPerDay;

export type OccasionSetting = {
  readonly perWeek: number;
  readonly shortestMinutes: number;
  readonly longestMinutes: number;
};

/** As a Poisson process would have them, but never two at once. `random` has further numbers for each. */
export function occasionsIn(seed: number, minutes: number, setting: OccasionSetting): readonly Occasion[] {
  const { perWeek, shortestMinutes, longestMinutes } = setting;
  const random = streamsFor(seed, 'bench occasions')(0);
  const occasions: Occasion[] = [];
  let at = (random.exponential() * minutesPerWeek) / perWeek;
  while (at < minutes) {
    const untilMinute = at + shortestMinutes + random.uniform() * (longestMinutes - shortestMinutes);
    occasions.push({ fromMinute: at, untilMinute, random });
    at = untilMinute + (random.exponential() * minutesPerWeek) / perWeek;
  }
  return occasions;
}

const afterMinutes = 60;

/**
 * The most of these moments in one of the periods and the hour after it. Where the next period begins within that hour, a moment belongs to
 * the next one.
 */
export function mostWithin(
  moments: readonly number[],
  periods: readonly { readonly fromMinute: number; readonly untilMinute: number }[],
): number {
  return periods.reduce((most, { fromMinute, untilMinute }, place) => {
    const end = Math.min(untilMinute + afterMinutes, periods[place + 1]?.fromMinute ?? Infinity);
    return Math.max(most, moments.filter((at) => at >= fromMinute && at < end).length);
  }, 0);
}
