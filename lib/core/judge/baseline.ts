/**
 * What is normal for a Voice Connector: AWS may count busy and unanswered calls as failures, so every one is judged against
 * its own past. Pure.
 */
import { coarseIntervalMinutes, evidenceAgainst, longestMinutes, type CallCount } from './evidence.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatPercent } from '../model/format.ts';

export type Baseline = {
  /** Share of attempts that fails when nothing is wrong; above 0 and below 1. */
  readonly ratio: number;
  /** Where it comes from, for reasons. */
  readonly text: string;
};

/** Without a past: more than most lines ever fail, so that a fault must be plain to be proven against it. */
export const assumedRatio = 0.05;

/** The assumption weighs as much as so many calls; a quiet line's few calls do not outvote it. */
const assumedWeight = 100;

/** A line that fails more than this when "nothing is wrong" is taken to fail this much: the rest is wrong. */
const highestRatio = 0.2;

/** Hours of history worse than the others by so many nats were an outage, and are not learned. */
const outageNats = 5;

const hourMs = 60 * minuteMs;

type Sum = { readonly attempts: number; readonly failures: number };

function hoursOf(coarse: readonly CallCount[], until: EpochMs): readonly Sum[] {
  // The time that is being judged must not vouch for itself.
  const learned = coarse.filter(
    ({ startsAt }) => startsAt + coarseIntervalMinutes * minuteMs <= until - longestMinutes * minuteMs,
  );
  return [...Map.groupBy(learned, ({ startsAt }) => Math.floor(startsAt / hourMs)).values()].map((counts) => ({
    attempts: counts.reduce((total, { attempts }) => total + attempts, 0),
    failures: counts.reduce((total, { failures }) => total + failures, 0),
  }));
}

/** The ratio that half of all calls were in hours no better than. */
function medianRatio(hours: readonly Sum[]): number {
  const total = hours.reduce((sum, { attempts }) => sum + attempts, 0);
  let seen = 0;
  for (const { attempts, failures } of hours.filter((hour) => hour.attempts > 0).sort(byRatio)) {
    seen += attempts;
    if (seen * 2 >= total) return failures / attempts;
  }
  return assumedRatio;
}

function byRatio(left: Sum, right: Sum): number {
  return left.failures / left.attempts - right.failures / right.attempts;
}

const alwaysFailing: Baseline = {
  ratio: highestRatio,
  text: `more than ${formatPercent(highestRatio)} always failed, baseline taken as ${formatPercent(highestRatio)}`,
};

/** Learned from up to a day of five-minute counts; an outage in it is left out, and few calls fall back on the assumption. */
export function learnBaseline(coarse: readonly CallCount[], until: EpochMs, dispersion: number): Baseline {
  const hours = hoursOf(coarse, until);
  const median = Math.min(Math.max(medianRatio(hours), 0.01), highestRatio);
  const normal = hours.filter(
    ({ attempts, failures }) => evidenceAgainst(failures, attempts, median, dispersion) < outageNats,
  );
  const attempts = normal.reduce((total, hour) => total + hour.attempts, 0);
  if (attempts === 0 && hours.some((hour) => hour.attempts > 0)) return alwaysFailing;
  const failures = normal.reduce((total, hour) => total + hour.failures, 0);
  const weight = attempts + assumedWeight;
  const ratio = (failures + assumedRatio * assumedWeight) / weight;
  // One standard error up, of what was learned: a baseline too low by luck would make luck look like a fault.
  const cautious = ratio + (attempts / weight) * Math.sqrt((dispersion * ratio * (1 - ratio)) / weight);
  const bounded = Math.min(cautious, highestRatio);
  const text =
    attempts === 0 ? `no past to learn from, assumed ${formatPercent(bounded)}` : `baseline ${formatPercent(bounded)}`;
  return { ratio: bounded, text };
}

/** Where the past could not be read: rescue goes on, but only from what no line calls normal. */
export const unreadableBaseline: Baseline = {
  ratio: highestRatio,
  text: `baseline unreadable, taken as ${formatPercent(highestRatio)}`,
};

/** Before anybody asked for the past. */
export const unreadBaseline: Baseline = {
  ratio: assumedRatio,
  text: `baseline not read, assumed ${formatPercent(assumedRatio)}`,
};
