/**
 * Whether the calls that usually succeed are missing. In a fault that refuses every call they are. In a flood of calls to unknown numbers
 * nearly every call of the line fails too, but the line's own calls succeed as often as usual.
 */
import { stretchOf, type CallSeries } from './call-series.ts';
import type { CallWindow } from './evidence.ts';
import { natsForBudget } from './likelihood.ts';
import type { UsualSuccesses } from './usual-successes.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import { minuteMs } from '../model/time.ts';

/** Of the attempts, and of the usual successes: below it next to no call gets through. */
const nothingShare = 0.1;

/** Added to both sides when the day so far is compared with usual days, so that a few calls do not decide how busy the day is. */
const usualDayCalls = 5;

/**
 * What is missing, in words; undefined if that is not proven. Half of the nats of a proof suffice: the refused calls alone are a proof
 * already, and a flood that could be mistaken for a fault comes by the week and not by the minute.
 */
export function findMissingSuccesses(
  series: CallSeries,
  window: CallWindow,
  usual: UsualSuccesses,
  { falseMovesPerGroupYear }: GroupPolicy,
): string | undefined {
  const succeeded = window.attempts - window.failures;
  const expected = expectedIn(series, window, usual);
  if (expected === undefined || succeeded >= nothingShare * Math.min(window.attempts, expected)) return undefined;
  // The likelihood ratio of two Poisson distributions, one of them with a tenth of the usual successes.
  const nats = expected * (1 - nothingShare) + succeeded * Math.log(nothingShare);
  if (nats <= natsForBudget(falseMovesPerGroupYear) / 2) return undefined;
  return `next to no call gets through: ${succeeded} succeeded instead of about ${Math.round(expected)}`;
}

/** On a day that began with less traffic than usual, such as a holiday, less is expected. */
function expectedIn(series: CallSeries, { windowMinutes }: CallWindow, usual: UsualSuccesses): number | undefined {
  const windowFrom = series.until - windowMinutes * minuteMs;
  const expected = usual.between(windowFrom, series.until);
  const before = usual.between(series.until - series.minutes * minuteMs, windowFrom);
  if (expected === undefined || before === undefined) return undefined;
  const { attempts, failures } = stretchOf(series, 0, series.minutes - windowMinutes);
  const level = (attempts - failures + usualDayCalls) / (before + usualDayCalls);
  return expected * Math.min(1, level);
}
