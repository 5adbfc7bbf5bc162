import { describe, expect, it } from 'vitest';
import type { CallDetail } from '../../../lib/core/judge/call-counts.ts';
import { seriesOf } from '../../../lib/core/judge/call-series.ts';
import { findMissingSuccesses } from '../../../lib/core/judge/missing-successes.ts';
import { constantNormal } from '../../../lib/core/judge/normal.ts';
import { slotMs, slotsPerDay } from '../../../lib/core/judge/past-calls.ts';
import { UsualSuccesses } from '../../../lib/core/judge/usual-successes.ts';
import { minuteMs, type EpochMs } from '../../../lib/core/model/time.ts';
import { aPolicy } from '../../builders/policy.ts';

const until = Date.parse('2026-11-25T12:00:00Z');
const usualWindowMinutes = 30;
const seriesMinutes = 90;

function calls(startsAt: EpochMs, attempts: number, failures: number): CallDetail {
  return { startsAt, attempts, failures, answered: 0, refused: 0, throttled: 0 };
}

/** So many calls succeeded in each half hour of the past days. */
function usualPast(succeeded: number, halfHours = 9 * slotsPerDay): readonly CallDetail[] {
  return Array.from({ length: halfHours }, (_, ago) => calls(until - (ago + 1) * slotMs, succeeded, 0));
}

type Today = {
  /** Successes in each half hour of the past days. Default 30. */
  readonly usual?: number;
  readonly past?: readonly CallDetail[];
  /** In the hour before the window. Default: as many as usual. */
  readonly succeededBefore?: number;
  readonly failedBefore?: number;
  /** Of the 40 attempts of the window. Default 0. */
  readonly succeeded?: number;
  /** Default 30. */
  readonly windowMinutes?: number;
};

function missing({ usual = 30, succeeded = 0, failedBefore = 0, ...today }: Today = {}): string | undefined {
  const succeededBefore = today.succeededBefore ?? 2 * usual;
  const attempts = 40;
  const series = seriesOf(
    [
      calls(until - seriesMinutes * minuteMs, succeededBefore + failedBefore, failedBefore),
      calls(until - usualWindowMinutes * minuteMs, attempts, attempts - succeeded),
    ],
    constantNormal(0.05, 2, ''),
    { until, minutes: seriesMinutes },
  );
  const window = {
    windowMinutes: today.windowMinutes ?? usualWindowMinutes,
    attempts,
    failures: attempts - succeeded,
    baseline: 0.05,
  };
  return findMissingSuccesses(series, window, new UsualSuccesses(today.past ?? usualPast(usual)), aPolicy());
}

describe('Usual successes are missing', () => {
  it('if less than a tenth of them is left', () => {
    expect(missing({ succeeded: 2 })).toBe('next to no call gets through: 2 succeeded instead of about 30');
  });
  it('if half of the nats of a proof say so: 8.49 against 7.73', () => {
    expect(missing({ usual: 12, succeeded: 1 })).toBe('next to no call gets through: 1 succeeded instead of about 12');
  });
  it('on a quiet day, if as many are missing as that day shows', () => {
    expect(missing({ succeededBefore: 14 })).toBe('next to no call gets through: 0 succeeded instead of about 9');
  });
});

describe('Usual successes are not proven to be missing', () => {
  it.each<[string, Today]>([
    ['if a tenth of them is left, however many other calls are refused', { succeeded: 3 }],
    ['if few are usual: 7.2 nats against 7.73', { usual: 8 }],
    ['if few are usual and one is left: 7.6 nats against 7.73', { usual: 11, succeeded: 1 }],
    ['if the hour before had few too: 7.06 nats against 7.73', { succeededBefore: 12 }],
    ['if the hour before was full of calls that failed', { succeededBefore: 5, failedBefore: 55 }],
    ['of a line without a past', { past: [] }],
    ['of a line without a past, in a window as long as the series', { past: [], windowMinutes: seriesMinutes }],
    ['if the past does not cover the hour before', { past: usualPast(30, slotsPerDay + 1) }],
  ])('%s', (_what, today) => {
    expect(missing(today)).toBeUndefined();
  });
});
