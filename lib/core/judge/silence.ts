/** A silence that is too long for the traffic before it. */
import { stretchOf, type CallSeries } from './call-series.ts';
import { windowOf } from './evidence.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Verdict } from '../model/verdict.ts';

/** A silence counts only where the earlier rate predicts at least this many calls in it. */
const silenceExpectedCalls = 5;

export type Silence = {
  readonly verdict: Verdict;
  /** Whether the metrics still arrive; otherwise the data may be lost. */
  readonly isPublished: boolean;
  /** Whether a call failed in it, which can only worsen the verdict: failures must never make a line look quiet or healthy. */
  readonly isBroken: boolean;
};

/** Measured from the last successful call; undefined where the silence may be chance. */
export function silenceOf(series: CallSeries, expectsCalls: boolean, policy: GroupPolicy): Silence | undefined {
  const window = windowWithCalls(series, policy);
  if (window === undefined) return undefined;
  const from = series.minutes - window.windowMinutes;
  let lastSuccess = from;
  let lastFailure = -1;
  for (let index = from; index < series.minutes; index += 1) {
    const { attempts, failures } = stretchOf(series, index, index + 1);
    if (attempts > failures) lastSuccess = index + 1;
    if (failures > 0) lastFailure = index;
  }
  const silentMinutes = series.minutes - lastSuccess;
  const activeMinutes = window.windowMinutes - silentMinutes;
  const expected = ((window.attempts - window.failures) / activeMinutes) * silentMinutes;
  if (expected < silenceExpectedCalls) return undefined;
  const isPublished = series.publishedMinutes > lastSuccess;
  const isBroken = lastFailure >= lastSuccess;
  const missing = isBroken ? 'no successful call' : isPublished ? 'no call' : 'no datapoint';
  const reason = `${missing} for ${silentMinutes} min, about ${Math.round(expected)} calls expected at the earlier rate`;
  return {
    verdict: { health: 'unknown', cause: expectsCalls && !isPublished ? 'stale' : 'idle', reason },
    isPublished,
    isBroken,
  };
}

function windowWithCalls(series: CallSeries, policy: GroupPolicy): ReturnType<typeof windowOf> | undefined {
  for (let length = policy.judgingMinutes; length <= series.minutes; length += 1) {
    const window = windowOf(series, length);
    if (window.attempts - window.failures >= policy.minAttempts) return window;
  }
  return undefined;
}
