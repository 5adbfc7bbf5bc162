/** Finds when a line's calls last went elsewhere and came back. */
import { stretchOf, type CallSeries } from './call-series.ts';

/** Shorter pauses are no absence, nor those that chance brings to a line with few calls or that calls in bursts bring all the time. */
const leastMinutes = 10;
const leastMissedCalls = 10;
const leastTimesLongestPause = 2;

/** The minutes before a pause that show how many calls it would have had. */
const usualMinutes = 60;

/** Minutes without a call between two calls, often none, from `from` to before `until`, counted from the beginning of the series. */
type Pause = { readonly from: number; readonly until: number };

/**
 * Minutes since the beginning of the newest absence that has ended; all minutes of the series where there was none. What failed before an
 * absence says nothing about the calls after it: the group was moved back because the fault was over, or the calls since will show that it
 * is not.
 */
export function minutesSinceAbsence(series: CallSeries): number {
  const pauses = endedPauses(series);
  const newest = pauses.findLast((pause) => isAbsence(series, pause, pauses));
  return series.minutes - (newest?.from ?? 0);
}

function endedPauses(series: CallSeries): readonly Pause[] {
  const pauses: Pause[] = [];
  let afterLastCall: number | undefined;
  for (let index = 0; index < series.minutes; index += 1) {
    if (stretchOf(series, index, index + 1).attempts === 0) continue;
    if (afterLastCall !== undefined) pauses.push({ from: afterLastCall, until: index });
    afterLastCall = index + 1;
  }
  return pauses;
}

function isAbsence(series: CallSeries, { from, until }: Pause, pauses: readonly Pause[]): boolean {
  const minutes = until - from;
  if (minutes < leastMinutes) return false;
  const usualFrom = Math.max(0, from - usualMinutes);
  const missedCalls = (stretchOf(series, usualFrom, from).attempts / (from - usualFrom)) * minutes;
  const longestPause = Math.max(
    0,
    ...pauses.filter((pause) => pause.until > usualFrom && pause.from < from).map((pause) => pause.until - pause.from),
  );
  return missedCalls >= leastMissedCalls && minutes >= leastTimesLongestPause * longestPause;
}
