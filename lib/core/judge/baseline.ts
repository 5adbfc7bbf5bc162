/**
 * The share of calls that normally fails on a Voice Connector. AWS may count busy and unanswered calls as failures, so each Voice
 * Connector is judged against its own history.
 */
import { coarseIntervalMinutes, evidenceAgainst, longestMinutes, type CallCount } from './evidence.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatPercent } from '../model/format.ts';

export type Baseline = {
  /** Share of attempts that fails without a fault; above 0 and below 1. */
  readonly ratio: number;
  /** Value and source, for reasons. */
  readonly text: string;
};

/** Used without history. Most lines fail less, so only an obvious fault can be proven against it. */
export const assumedRatio = 0.05;

/** Weight of the assumed ratio, in calls: the few calls of a quiet line cannot override it. */
const assumedWeight = 100;

/** Upper limit of a baseline: failures above it count as a fault even where they are permanent. */
const highestRatio = 0.2;

/** Hours of history that are worse than the median by more than this count as outages and are not learned. */
const outageNats = 5;

const hourMs = 60 * minuteMs;

type CallTotal = { readonly attempts: number; readonly failures: number };

function hoursOf(coarse: readonly CallCount[], until: EpochMs): readonly CallTotal[] {
  // The hours being judged are left out: a fault in them must not raise the baseline.
  const learned = coarse.filter(
    ({ startsAt }) => startsAt + coarseIntervalMinutes * minuteMs <= until - longestMinutes * minuteMs,
  );
  return [...Map.groupBy(learned, ({ startsAt }) => Math.floor(startsAt / hourMs)).values()].map((counts) => ({
    attempts: counts.reduce((total, { attempts }) => total + attempts, 0),
    failures: counts.reduce((total, { failures }) => total + failures, 0),
  }));
}

/** Failure ratio of the median call: half of all calls were made in hours with this ratio or a lower one. */
function medianRatio(hours: readonly CallTotal[]): number {
  const total = hours.reduce((sum, { attempts }) => sum + attempts, 0);
  let counted = 0;
  for (const { attempts, failures } of hours.filter((hour) => hour.attempts > 0).sort(byRatio)) {
    counted += attempts;
    if (counted * 2 >= total) return failures / attempts;
  }
  return assumedRatio;
}

function byRatio(left: CallTotal, right: CallTotal): number {
  return left.failures / left.attempts - right.failures / right.attempts;
}

const alwaysFailingBaseline: Baseline = {
  ratio: highestRatio,
  text: `always above ${formatPercent(highestRatio)} in the past, baseline set to ${formatPercent(highestRatio)}`,
};

/**
 * Learns the baseline from up to a day of five-minute counts. Outages are left out; with few calls the result stays near the assumption.
 *
 * @param until end (exclusive) of the newest complete minute
 */
export function learnBaseline(coarse: readonly CallCount[], until: EpochMs, dispersion: number): Baseline {
  const hours = hoursOf(coarse, until);
  const median = Math.min(Math.max(medianRatio(hours), 0.01), highestRatio);
  const normal = hours.filter(
    ({ attempts, failures }) => evidenceAgainst(failures, attempts, median, dispersion) < outageNats,
  );
  const attempts = normal.reduce((total, hour) => total + hour.attempts, 0);
  if (attempts === 0 && hours.some((hour) => hour.attempts > 0)) return alwaysFailingBaseline;
  const failures = normal.reduce((total, hour) => total + hour.failures, 0);
  const weight = attempts + assumedWeight;
  const ratio = (failures + assumedRatio * assumedWeight) / weight;
  // One standard error is added to the learned part: a baseline that is too low by chance would turn normal failures into a fault.
  const cautious = ratio + (attempts / weight) * Math.sqrt((dispersion * ratio * (1 - ratio)) / weight);
  const bounded = Math.min(cautious, highestRatio);
  const text =
    attempts === 0 ? `no history, baseline assumed ${formatPercent(bounded)}` : `baseline ${formatPercent(bounded)}`;
  return { ratio: bounded, text };
}

/** Used where the history cannot be read: failover stays possible, but only on failures that no line normally has. */
export const unreadableBaseline: Baseline = {
  ratio: highestRatio,
  text: `history unreadable, baseline set to ${formatPercent(highestRatio)}`,
};

/** Used before the history was requested. */
export const unreadBaseline: Baseline = {
  ratio: assumedRatio,
  text: `history not read, baseline assumed ${formatPercent(assumedRatio)}`,
};
