/**
 * What is normal for a line: the share of calls that fails without a fault, by the hour, and how much it varies.
 *
 * AWS may count busy and unanswered calls as failures, and their share differs from line to line and from hour to hour: at lunch, at
 * night, at weekends. Each Voice Connector is therefore judged against its own past fortnight. Three predictions are made for an hour, and
 * the highest counts: what the same hour of the day showed, what the same hour of the week showed, and what the hours before showed.
 */
import { evidenceAgainst, longestMinutes } from './likelihood.ts';
import type { CallCount } from './call-counts.ts';
import { hourMs, minuteMs, type EpochMs } from '../model/time.ts';

export type Normal = {
  /** The share of attempts that is expected to fail in an hour, given as whole hours since the epoch. Above 0 and below 1. */
  readonly ratioIn: (hour: number) => number;
  /** The same, as the hours before it showed; 0 where they showed nothing above {@link ratioIn}. */
  readonly recentRatioBefore: (hour: number) => number;
  /** How many times more the failures vary than those of independent calls. */
  readonly dispersion: number;
  /** Where the ratio comes from, for reasons: `of 14 days`. */
  readonly source: string;
};

/** Used without history. Most lines fail less, so only an obvious fault can be proven against it. */
export const assumedRatio = 0.05;

/** Failures that nobody refused are learned up to this share: above it they count as a fault even where they are permanent. */
export const highestRatio = 0.2;

/** Weights in calls: so many calls of a more general figure are mixed into a more special one, so that few calls cannot override it. */
const assumedWeight = 100;
const overallWeight = 200;
const weekdayWeight = 300;

/** Evidence in nats by which an hour stands out from its own hour on other days: it counts as an outage and is not learned. */
const outageNats = 5;

const hoursPerDay = 24;
const hoursPerWeek = 7 * hoursPerDay;
export const historyDays = 14;

/** Hours before the judged one are worth half as much with each further hour. */
const recentDecay = 0.5;

/** An outage raises the recent ratio by at most this, and chance by this many standard errors. */
const recentStep = 0.03;
const recentStandardErrors = 3;

const leastRatio = 0.01;

type Hour = { readonly hour: number; readonly attempts: number; readonly failures: number };

/** A ratio that is the same at all hours. */
export function constantNormal(ratio: number, dispersion: number, source: string): Normal {
  return { ratioIn: () => ratio, recentRatioBefore: () => 0, dispersion, source };
}

/**
 * @param counts hourly counts of up to {@link historyDays} days
 * @param until end (exclusive) of the newest complete minute
 * @param leastDispersion the dispersion never falls below it
 */
export function learnNormal(counts: readonly CallCount[], until: EpochMs, leastDispersion: number): Normal {
  const hours = counts
    .map(({ startsAt, attempts, failures }): Hour => ({ hour: Math.floor(startsAt / hourMs), attempts, failures }))
    .filter(({ attempts }) => attempts > 0)
    .sort((left, right) => left.hour - right.hour);
  if (hours.length === 0) {
    return constantNormal(assumedRatio, leastDispersion, 'assumed, no history');
  }
  // The hours that a window may cover are left out: a fault in them must not raise its own baseline.
  const learned = hours.filter(({ hour }) => (hour + 1) * hourMs <= until - longestMinutes * minuteMs);
  const weekly = new WeeklyPattern(learned);
  const recent = new RecentRatios(hours, weekly);
  const days = Math.max(1, Math.round((until / hourMs - (hours[0]?.hour ?? 0)) / hoursPerDay));
  return {
    ratioIn: (hour) => weekly.ratioIn(hour),
    recentRatioBefore: (hour) => recent.before(hour),
    dispersion: dispersionOf(learned, weekly, recent, leastDispersion),
    source: learned.length === 0 ? 'assumed, no history' : `of this hour in ${days} d`,
  };
}

/** The usual ratio by hour of the day and by hour of the week. */
class WeeklyPattern {
  readonly #byHour: ReadonlyMap<number, Hour>;
  readonly #byHourOfDay: ReadonlyMap<number, readonly Hour[]>;
  readonly #median: number;
  readonly #overall: CallTotal;
  readonly #ratios = new Map<number, number>();
  readonly #ofDay = new Map<number, number>();

  constructor(learned: readonly Hour[]) {
    this.#byHour = new Map(learned.map((hour) => [hour.hour, hour]));
    this.#byHourOfDay = Map.groupBy(learned, ({ hour }) => hour % hoursPerDay);
    this.#median = Math.max(medianRatio(learned), leastRatio);
    const normal = [...this.#byHourOfDay.values()].flatMap((sameHour) => this.#withoutOutages(sameHour));
    this.#overall = mixed(totalOf(normal), assumedRatio, assumedWeight);
  }

  ratioIn(hour: number): number {
    const known = this.#ratios.get(hour);
    if (known !== undefined) return known;
    const ratio = Math.max(this.#ratioOfDay(hour % hoursPerDay), this.#ratioOfWeek(hour));
    this.#ratios.set(hour, ratio);
    return ratio;
  }

  /** One standard error is added: a baseline that is too low by chance would turn normal failures into a fault. */
  #ratioOfDay(hourOfDay: number): number {
    const known = this.#ofDay.get(hourOfDay);
    if (known !== undefined) return known;
    const sameHour = this.#withoutOutages(this.#byHourOfDay.get(hourOfDay) ?? []);
    const total = mixed(totalOf(sameHour), ratioOf(this.#overall), overallWeight);
    const ratio = ratioOf(total);
    const learnedShare = 1 - overallWeight / total.attempts;
    const error = learnedShare * standardError(ratio, total.attempts) + standardError(ratio, this.#overall.attempts);
    this.#ofDay.set(hourOfDay, ratio + error);
    return ratio + error;
  }

  /** What the same hour of the last two weeks has in common: where they differ by more than chance, one of them was an outage. */
  #ratioOfWeek(hour: number): number {
    const sameHour = [hour - hoursPerWeek, hour - 2 * hoursPerWeek].flatMap((each) => this.#byHour.get(each) ?? []);
    const [one, other] = sameHour;
    if (one === undefined || other === undefined) return 0;
    const [lower, higher] = ratioOf(one) < ratioOf(other) ? [one, other] : [other, one];
    const agree = standsOutBy(higher, Math.max(ratioOf(lower), leastRatio)) < outageNats;
    return ratioOf(mixed(totalOf(agree ? sameHour : [lower]), this.#ratioOfDay(hour % hoursPerDay), weekdayWeight));
  }

  /** An hour is an outage if it stands out from the same hour on other days; a single day is compared with the other hours. */
  #withoutOutages(sameHour: readonly Hour[]): readonly Hour[] {
    const usual = sameHour.length > 1 ? Math.max(medianRatio(sameHour), leastRatio) : this.#median;
    return sameHour.filter((hour) => standsOutBy(hour, usual) < outageNats);
  }
}

type CallTotal = { readonly attempts: number; readonly failures: number };

function totalOf(hours: readonly CallTotal[]): CallTotal {
  return {
    attempts: hours.reduce((sum, { attempts }) => sum + attempts, 0),
    failures: hours.reduce((sum, { failures }) => sum + failures, 0),
  };
}

function ratioOf({ attempts, failures }: CallTotal): number {
  return failures / attempts;
}

/** As if `weight` more calls had failed at `ratio`. */
function mixed({ attempts, failures }: CallTotal, ratio: number, weight: number): CallTotal {
  return { attempts: attempts + weight, failures: failures + weight * ratio };
}

/** Failure ratio of the median call: half of all calls were made in hours with this ratio or a lower one. */
function medianRatio(hours: readonly CallTotal[]): number {
  const total = totalOf(hours).attempts;
  let counted = 0;
  for (const hour of [...hours].sort((left, right) => ratioOf(left) - ratioOf(right))) {
    counted += hour.attempts;
    if (counted * 2 >= total) return ratioOf(hour);
  }
  return assumedRatio;
}

/** Hours with redialling callers vary more than independent calls would. */
const usualDispersion = 2;

function standsOutBy({ attempts, failures }: CallTotal, usualRatio: number): number {
  return evidenceAgainst(failures, attempts, usualRatio, usualDispersion);
}

function standardError(ratio: number, attempts: number): number {
  return Math.sqrt((usualDispersion * ratio * (1 - ratio)) / attempts);
}

/** The ratio of the last hours, in which an outage counts little: a line that drifts is followed, and one bad hour is not. */
class RecentRatios {
  readonly #pattern: WeeklyPattern;
  readonly #after = new Map<number, CallTotal>();

  constructor(hours: readonly Hour[], pattern: WeeklyPattern) {
    this.#pattern = pattern;
    for (const { hour, attempts, failures } of hours) {
      const earlier = this.#decayed(hour);
      const ratio = ratioOf(mixed(earlier, pattern.ratioIn(hour), assumedWeight));
      const most = ratio + recentStep + recentStandardErrors * standardError(ratio, attempts);
      this.#after.set(hour, {
        attempts: earlier.attempts + attempts,
        failures: earlier.failures + Math.min(failures, attempts * most),
      });
    }
  }

  /** One standard error is left off, so that only a difference which chance does not explain counts. */
  before(hour: number): number {
    const total = mixed(this.#decayed(hour), this.#pattern.ratioIn(hour), assumedWeight);
    const ratio = ratioOf(total);
    return Math.max(0, ratio - standardError(ratio, total.attempts));
  }

  #decayed(hour: number): CallTotal {
    for (let gap = 1; gap <= longestGapHours; gap += 1) {
      const total = this.#after.get(hour - gap);
      if (total === undefined) continue;
      const share = recentDecay ** gap;
      return { attempts: total.attempts * share, failures: total.failures * share };
    }
    return { attempts: 0, failures: 0 };
  }
}

/** After so many hours without calls, the hours before are forgotten. */
const longestGapHours = 6;

/** Weight of the least dispersion, in hours: a short history cannot prove that a line varies more. */
const dispersionWeight = 24;
const dispersionRounds = 4;

/**
 * How much more the hours exceeded their own prediction than independent calls would (Pearson's statistic of the excesses). Outages
 * are left out; what counts as one depends on the dispersion, so both are found in turns.
 */
function dispersionOf(
  learned: readonly Hour[],
  pattern: WeeklyPattern,
  recent: RecentRatios,
  leastDispersion: number,
): number {
  const excesses = learned.map(({ hour, attempts, failures }) => {
    const usual = Math.max(pattern.ratioIn(hour), recent.before(hour));
    const excess = Math.max(0, failures - attempts * usual);
    return {
      pearson: (excess * excess) / (attempts * usual * (1 - usual)),
      nats: evidenceAgainst(failures, attempts, usual, 1),
    };
  });
  let dispersion = leastDispersion;
  for (let round = 0; round < dispersionRounds; round += 1) {
    const usual = excesses.filter(({ nats }) => nats < outageNats * dispersion);
    // Only half of the hours exceed their prediction, so the sum of their squares counts twice.
    const sum = 2 * usual.reduce((total, { pearson }) => total + pearson, 0);
    dispersion = Math.max(
      leastDispersion,
      (dispersionWeight * leastDispersion + sum) / (dispersionWeight + usual.length),
    );
  }
  return dispersion;
}
