/**
 * The statistics of failed call attempts. Sources: the binomial tail as in any textbook; scanning every window that ends
 * now for the strongest evidence is the generalised likelihood ratio idea of sequential change detection (Lorden 1971).
 */
import { minuteMs, type EpochMs } from './model.ts';

/** How many call attempts a window saw, and how many of them failed for a reason that is not the caller's throttle. */
export type CallCount = {
  /** Length of the window that ends where the judged time ends. */
  readonly windowMinutes: number;
  readonly attempts: number;
  readonly failures: number;
  /** Minutes of the window in which more than the tolerable share of attempts failed. */
  readonly failingMinutes: number;
};

/** Call attempts of one minute, in whichever direction is being judged. */
export type CallMinute = { readonly startsAt: EpochMs; readonly attempts: number; readonly failures: number };

/** Counts for every window length from one minute up to `longestMinutes`, all ending at `until` (exclusive). */
export const countWindows = (
  minutes: readonly CallMinute[],
  until: EpochMs,
  longestMinutes: number,
  tolerableFailureRatio: number,
): readonly CallCount[] => {
  const byStart = new Map<EpochMs, { attempts: number; failures: number }>();
  for (const minute of minutes) {
    const sum = byStart.get(minute.startsAt) ?? { attempts: 0, failures: 0 };
    sum.attempts += minute.attempts;
    sum.failures += minute.failures;
    byStart.set(minute.startsAt, sum);
  }
  const windows: CallCount[] = [];
  let attempts = 0;
  let failures = 0;
  let failingMinutes = 0;
  for (let windowMinutes = 1; windowMinutes <= longestMinutes; windowMinutes += 1) {
    const minute = byStart.get(until - windowMinutes * minuteMs);
    if (minute !== undefined) {
      attempts += minute.attempts;
      failures += minute.failures;
      if (minute.failures > minute.attempts * tolerableFailureRatio) failingMinutes += 1;
    }
    windows.push({ windowMinutes, attempts, failures, failingMinutes });
  }
  return windows;
};

/** Stirling's series with a shift, accurate to about 1e-13 for every argument from 1 up. */
const logGamma = (argument: number): number => {
  let shift = 0;
  let x = argument;
  while (x < 10) {
    shift -= Math.log(x);
    x += 1;
  }
  const inverseSquare = 1 / (x * x);
  const series =
    (1 / 12 -
      inverseSquare * (1 / 360 - inverseSquare * (1 / 1260 - inverseSquare * (1 / 1680 - inverseSquare / 1188)))) /
    x;
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
};

/**
 * The probability that at least `failures` of `attempts` independent calls fail when each fails with `ratio` (0 < ratio < 1):
 * how easily luck alone explains what was seen.
 */
export const binomialUpperTail = (failures: number, attempts: number, ratio: number): number => {
  if (failures <= 0) return 1;
  if (failures > attempts) return 0;
  const logTerm =
    logGamma(attempts + 1) -
    logGamma(failures + 1) -
    logGamma(attempts - failures + 1) +
    failures * Math.log(ratio) +
    (attempts - failures) * Math.log1p(-ratio);
  // The terms rise up to the mode before they fall, so adding may stop only beyond it.
  const mode = (attempts + 1) * ratio;
  let term = 1;
  let sum = 1;
  for (let count = failures; count < attempts; count += 1) {
    term *= ((attempts - count) / (count + 1)) * (ratio / (1 - ratio));
    sum += term;
    if (count > mode && term < sum * 1e-15) break;
  }
  return Math.min(1, Math.exp(logTerm + Math.log(sum)));
};
