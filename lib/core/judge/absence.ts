/** Finds when a line's calls last went elsewhere and came back. */
import { stretchOf, type CallSeries } from './call-series.ts';
import type { ConnectorCalls, Measure } from './connector-calls.ts';
import { finestMinutes } from './likelihood.ts';
import type { Minute } from '../model/observation.ts';
import { minuteMs } from '../model/time.ts';

/** Shorter pauses are no absence, nor those that chance brings to a line with few calls. */
const leastMinutes = 10;
const leastMissedCalls = 10;

/** The minutes before a pause that show how many calls it would have had. */
const usualMinutes = 60;

/** The calls went elsewhere where the others had at least this share of those to be expected: their number varies. */
const leastElsewhere = 0.5;

/** Minutes without a call between two calls, often none, from `from` to before `until`, counted from the beginning of the series. */
type Pause = { readonly from: number; readonly until: number };

/** The same calls, compared with those of the Voice Connectors that share a group with theirs. */
export function besideOthers(calls: ConnectorCalls, others: CallSeries['others']): ConnectorCalls {
  const beside = ({ series, source }: Measure): Measure => ({ series: { ...series, others }, source });
  return { ...calls, all: beside(calls.all), unrefused: calls.unrefused && beside(calls.unrefused) };
}

/**
 * Minutes since the beginning of the newest absence that has ended; all minutes of the series where there was none. What failed before an
 * absence says nothing about the calls after it: the group was moved back because the fault was over, or the calls since will show that it
 * is not. Where no other Voice Connector had the calls, nobody moved them: callers paused, or metrics are missing, and the fault may go on.
 */
export function minutesSinceAbsence(series: CallSeries): number {
  const newest = endedPauses(series).findLast((pause) => isAbsence(series, pause));
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

function isAbsence(series: CallSeries, { from, until }: Pause): boolean {
  const minutes = until - from;
  if (minutes < leastMinutes) return false;
  const usualFrom = Math.max(0, from - usualMinutes);
  const perMinute = stretchOf(series, usualFrom, from).attempts / (from - usualFrom);
  const elsewhere = callsElsewhere(series, { from, until });
  return (
    perMinute * minutes >= leastMissedCalls &&
    elsewhere.minutes > 0 &&
    elsewhere.calls >= leastElsewhere * perMinute * elsewhere.minutes
  );
}

/** The others' calls in a pause, and in how many minutes of it: of some, only the last hour is read. */
function callsElsewhere({ others, minutes, until }: CallSeries, pause: Pause): { calls: number; minutes: number } {
  const read = others.flat().map(({ startsAt, InboundCallAttempts: calls = 0 }: Minute) => ({
    index: minutes - (until - startsAt) / minuteMs,
    calls,
  }));
  const from = Math.max(pause.from, Math.min(minutes - finestMinutes, ...read.map(({ index }) => index)));
  return {
    calls: read.reduce((sum, { index, calls }) => sum + (index >= from && index < pause.until ? calls : 0), 0),
    minutes: Math.max(0, pause.until - from),
  };
}
