/** The calls of a Voice Connector, or of several together, minute by minute, and their sums over any stretch of minutes. */
import type { CallDetail } from './call-counts.ts';
import { factorFor, type Dispersion } from './dispersion.ts';
import { evidenceAgainst } from './likelihood.ts';
import type { Normal } from './normal.ts';
import { slotOf } from './past-calls.ts';
import type { Minute } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

/**
 * Running sums: entry `i` covers the minutes before index `i`. Sums are clamped per stretch, never per minute, because AWS may stamp a
 * failure, an answer and a response code in a later minute than the attempt.
 */
export type CallSeries = {
  /** End (exclusive) of the newest minute. */
  readonly until: EpochMs;
  readonly dispersion: readonly Dispersion[];
  readonly minutes: number;
  /** Index after the newest minute that has a datapoint; 0 without any. */
  readonly publishedMinutes: number;
  readonly attempts: Float64Array;
  readonly failures: Float64Array;
  readonly answered: Float64Array;
  readonly refused: Float64Array;
  readonly throttled: Float64Array;
  /** Failures that the baseline predicts for the attempts. */
  readonly expected: Float64Array;
  /** Calls that usually fail at one route and are answered by the next. */
  readonly rerouted: Float64Array;
  /** Baseline at the start of each minute, as the hours before it showed. */
  readonly recentRatio: Float64Array;
  /** The minutes of each Voice Connector that shares a group with these calls: where they go when they do not come here. */
  readonly others: readonly (readonly Minute[])[];
};

/** A stretch of minutes, judged: attempts, failures, and the share of the attempts that the baseline predicts to fail. */
export type Stretch = { readonly attempts: number; readonly failures: number; readonly baseline: number };

const summed = ['attempts', 'failures', 'answered', 'refused', 'throttled', 'expected', 'rerouted'] as const;

/** Failures that AWS stamped up to this many minutes after their attempts are counted in the minute of the attempts. */
const lateFailureMinutes = 3;

/** @param minutes how many minutes the series covers; older calls are left out */
export function seriesOf(
  calls: readonly CallDetail[],
  normal: Normal,
  { until, minutes }: { readonly until: EpochMs; readonly minutes: number },
): CallSeries {
  const from = until - minutes * minuteMs;
  const series = emptySeries(until, minutes, normal.dispersion);
  let publishedMinutes = 0;
  for (const call of calls) {
    const index = (call.startsAt - from) / minuteMs;
    if (index < 0 || index >= minutes) continue;
    publishedMinutes = Math.max(publishedMinutes, index + 1);
    add(series.attempts, index, call.attempts);
    add(series.failures, index, call.failures);
    add(series.answered, index, call.answered);
    add(series.refused, index, call.refused);
    add(series.throttled, index, call.throttled);
  }
  matchLateFailures(series);
  expectFailures(series, normal, from);
  for (let index = 1; index <= minutes; index += 1)
    series.rerouted[index] = (series.attempts[index] ?? 0) * normal.reroutedRatio;
  return { ...accumulated(series), publishedMinutes };
}

/** What is normal is learned by the half hour, and the same for each of its minutes. */
function expectFailures({ minutes, attempts, expected, recentRatio }: CallSeries, normal: Normal, from: EpochMs): void {
  let slot: number | undefined;
  let [ratio, recent] = [0, 0];
  for (let index = 0; index < minutes; index += 1) {
    const present = slotOf(from + index * minuteMs);
    if (present !== slot) [slot, ratio, recent] = [present, normal.ratioIn(present), normal.recentRatioBefore(present)];
    expected[index + 1] = (attempts[index + 1] ?? 0) * ratio;
    recentRatio[index] = recent;
  }
}

function emptySeries(until: EpochMs, minutes: number, dispersion: readonly Dispersion[]): CallSeries {
  // One piece of memory: millions of series are made, and each piece costs more than the counting.
  const length = minutes + 1;
  const cells = new Float64Array(8 * length);
  let taken = 0;
  const zeros = (): Float64Array => {
    taken += length;
    return cells.subarray(taken - length, taken);
  };
  return {
    until,
    dispersion,
    minutes,
    publishedMinutes: 0,
    attempts: zeros(),
    failures: zeros(),
    answered: zeros(),
    refused: zeros(),
    throttled: zeros(),
    expected: zeros(),
    rerouted: zeros(),
    recentRatio: zeros(),
    others: [],
  };
}

/** Several counts of one minute, as AWS may return them on two pages, are added up. */
function add(counts: Float64Array, index: number, value: number): void {
  counts[index + 1] = (counts[index + 1] ?? 0) + value;
}

/** Moves failures that exceed the attempts of their minute to the attempts shortly before; what finds none is left out. */
function matchLateFailures({ minutes, attempts, failures }: CallSeries): void {
  for (let index = 1; index <= minutes; index += 1) {
    let surplus = (failures[index] ?? 0) - (attempts[index] ?? 0);
    if (surplus <= 0) continue;
    failures[index] = attempts[index] ?? 0;
    for (let earlier = index - 1; earlier >= Math.max(1, index - lateFailureMinutes) && surplus > 0; earlier -= 1) {
      const moved = Math.min(surplus, (attempts[earlier] ?? 0) - (failures[earlier] ?? 0));
      failures[earlier] = (failures[earlier] ?? 0) + moved;
      surplus -= moved;
    }
  }
}

function accumulated(series: CallSeries): CallSeries {
  for (const key of summed) {
    const sums = series[key];
    for (let index = 1; index < sums.length; index += 1) sums[index] = (sums[index] ?? 0) + (sums[index - 1] ?? 0);
  }
  return series;
}

/** The calls of several Voice Connectors, each expected to fail at its own baseline. */
export function pooled(all: readonly CallSeries[], minutes: number): CallSeries {
  const until = Math.max(...all.map((one) => one.until));
  const total = {
    ...emptySeries(until, minutes, pooledDispersion(all)),
    publishedMinutes: Math.max(...all.map((one) => one.publishedMinutes + minutes - one.minutes)),
  };
  for (const one of all) addSeries(total, one, 1);
  // The recent ratio is weighted by calls, like everything else that is pooled.
  for (let index = 0; index < minutes; index += 1) total.recentRatio[index] = recentRatioOf(all, index, minutes);
  return total;
}

function pooledDispersion(all: readonly CallSeries[]): readonly Dispersion[] {
  const lengths = [...new Set(all.flatMap(({ dispersion }) => dispersion.map(({ upToMinutes }) => upToMinutes)))];
  return lengths
    .sort((left, right) => left - right)
    .map((upToMinutes) => ({
      upToMinutes,
      factor: Math.max(...all.map(({ dispersion }) => factorFor(dispersion, upToMinutes))),
    }));
}

function recentRatioOf(all: readonly CallSeries[], index: number, minutes: number): number {
  let attempts = 0;
  let failures = 0;
  for (const one of all) {
    const own = sumOf(one.attempts, 0, one.minutes);
    attempts += own;
    failures += own * (one.recentRatio[index + one.minutes - minutes] ?? 0);
  }
  return attempts === 0 ? 0 : failures / attempts;
}

/** The pool without one of its members. */
export function without(pool: CallSeries, one: CallSeries): CallSeries {
  const rest = { ...pool };
  for (const key of summed) {
    rest[key] = pool[key].slice();
  }
  addSeries(rest, one, -1);
  return rest;
}

/** Aligned at the newest minute; the older minutes of a shorter series are empty. */
function addSeries(total: CallSeries, one: CallSeries, sign: 1 | -1): void {
  const offset = total.minutes - one.minutes;
  for (const key of summed) {
    const sums = total[key];
    for (let index = Math.max(0, offset); index < sums.length; index += 1) {
      const before = offset < 0 ? (one[key][-offset] ?? 0) : 0;
      sums[index] = (sums[index] ?? 0) + sign * ((one[key][index - offset] ?? 0) - before);
    }
  }
}

/** The minutes from index `from` (inclusive) to `to` (exclusive). */
export function stretchOf(series: CallSeries, from: number, to: number): Stretch {
  const offered = sumOf(series.attempts, from, to);
  const published = Math.min(offered, sumOf(series.failures, from, to));
  // A call that failed on one route and was answered on the next is no failed call.
  const failed = Math.max(0, Math.min(published, offered - sumOf(series.answered, from, to)));
  const throttled = clamped(sumOf(series.throttled, from, to), failed);
  // Which refusals belong to answered calls is not known: as many as usual, so that a first route that is down excuses no failed call
  // on a line whose routes are tried in turn, and convicts none elsewhere.
  const answeredAfterRefusal = Math.min(published - failed, sumOf(series.rerouted, from, to));
  const refused = clamped(sumOf(series.refused, from, to) - answeredAfterRefusal, failed - throttled);
  const attempts = offered - throttled;
  const usual = attempts === 0 ? 0 : Math.min(1, withoutRounding(sumOf(series.expected, from, to) / offered));
  return {
    attempts,
    failures: failed - throttled - refused,
    baseline: Math.max(usual, series.recentRatio[from] ?? 0),
  };
}

/** The rounding of running sums depends on the calls before a stretch. They must not decide a comparison of equal ratios. */
function withoutRounding(ratio: number): number {
  return Math.round(ratio * 1e12) / 1e12;
}

export function sumOf(sums: Float64Array, from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}

export function clamped(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** The evidence in a stretch against the baseline, in nats. */
export function natsOf(series: CallSeries, from: number, to: number): number {
  const { failures, attempts, baseline } = stretchOf(series, from, to);
  return evidenceAgainst(failures, attempts, baseline, factorFor(series.dispersion, to - from));
}
