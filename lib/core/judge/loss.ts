/** How many calls a fault loses, as an interval, from the windows that prove it. */
import type { CallSeries, Stretch } from './call-series.ts';
import { factorFor } from './dispersion.ts';
import { windowOf, windowsOf, type CallWindow } from './evidence.ts';
import { evidenceAgainst } from './likelihood.ts';
import type { CallLoss } from '../model/verdict.ts';

/** Evidence against every ratio outside of the interval: about one interval in forty lies too high (Wilks 1938). */
const boundNats = 2;

const bisections = 24;

/**
 * @param longest the window whose calls the verdict is about
 * @param newestMinutes the newest calls bound the interval from above, because a fault may have become smaller since it was proven
 */
export function lossIn(series: CallSeries, longest: CallWindow, newestMinutes: number): CallLoss {
  const windows = windowsOf(series).filter(({ windowMinutes }) => windowMinutes <= longest.windowMinutes);
  const proven = windows.map((window) =>
    shareLost(lowestRatio(window, factorFor(series.dispersion, window.windowMinutes)), window.baseline),
  );
  const most = mostLostIn(series, longest, newestMinutes);
  const least = Math.min(most, Math.max(0, ...proven));
  return lossBetween(least, Math.min(most, shareLost(longest.failures / longest.attempts, longest.baseline)));
}

/** What the newest calls do not contradict, as far as they belong to the window: calls from before the fault say nothing about it. */
export function mostLostIn(series: CallSeries, { windowMinutes }: CallWindow, newestMinutes: number): number {
  const newest = windowOf(series, Math.min(newestMinutes, windowMinutes));
  if (newest.attempts === 0) return 1;
  return shareLost(highestRatio(newest, factorFor(series.dispersion, newest.windowMinutes)), newest.baseline);
}

/** Rounded, so that events do not show digits that mean nothing. */
export function lossBetween(least: number, likely: number): CallLoss {
  const rounded = (share: number): number => Number(Math.max(0, Math.min(1, share)).toFixed(3));
  return { least: rounded(least), likely: rounded(Math.max(least, likely)) };
}

/** Of the calls that would usually succeed, the share that fails. */
export function shareLost(ratio: number, baseline: number): number {
  return Math.max(0, (ratio - baseline) / (1 - baseline));
}

/** The lowest failure ratio that the calls do not contradict. */
export function lowestRatio({ failures, attempts }: Stretch, dispersion: number): number {
  if (failures === 0) return 0;
  let [contradicted, possible] = [0, failures / attempts];
  for (let step = 0; step < bisections; step += 1) {
    const middle = (contradicted + possible) / 2;
    if (evidenceAgainst(failures, attempts, middle, dispersion) > boundNats) contradicted = middle;
    else possible = middle;
  }
  return possible;
}

/** The highest failure ratio that the calls do not contradict. */
export function highestRatio({ failures, attempts, baseline }: Stretch, dispersion: number): number {
  return 1 - lowestRatio({ failures: attempts - failures, attempts, baseline }, dispersion);
}
