import { describe, expect, it } from 'vitest';
import type { CallCount } from '../../../lib/core/judge/call-counts.ts';
import { constantNormal, learnNormal } from '../../../lib/core/judge/normal.ts';
import { slotMs, slotOf } from '../../../lib/core/judge/past-calls.ts';
import { judgedUntil, past, slots, type Stretch } from '../../builders/metrics.ts';

const now = slotOf(judgedUntil);

/** What is normal for a line in the day up to now. */
function normalsAround(counts: readonly CallCount[]) {
  const { ratioIn, recentRatioBefore, dispersion, source } = learnNormal(counts, judgedUntil, 2);
  const around = Array.from({ length: 48 }, (_, place) => now - 47 + place);
  return { ratios: around.map(ratioIn), recent: around.map(recentRatioBefore), dispersion, source };
}

function sourceAfter(...stretches: readonly Stretch[]): string {
  return learnNormal(slots(...stretches), judgedUntil, 2).source;
}

describe('the source of what is normal', () => {
  it('is the days of the history', () => {
    expect(sourceAfter(past(14 * 24, 50, 1))).toBe('at this time of day, from 14 days');
    expect(sourceAfter(past(24, 50, 1))).toBe('at this time of day, from 1 day');
  });

  it('is one day where the history is shorter', () => {
    expect(sourceAfter(past(5, 50, 1))).toBe('at this time of day, from 1 day');
  });

  it('begins with the first call', () => {
    expect(sourceAfter({ hours: 7 * 24 }, past(3 * 24, 0), past(4 * 24, 50, 1))).toBe(
      'at this time of day, from 4 days',
    );
  });

  it('is an assumption without calls before the last four hours', () => {
    const assumed = constantNormal(0.05, 2, 'assumed, no history');
    for (const stretches of [[], [past(24, 0)], [past(4, 50, 1)]]) {
      const learned = learnNormal(slots(...stretches), judgedUntil, 2);
      expect({ ...learned, ratioIn: learned.ratioIn(now), recentRatioBefore: learned.recentRatioBefore(now) }).toEqual({
        ...assumed,
        ratioIn: 0.05,
        recentRatioBefore: 0,
      });
    }
  });
});

describe('the last four hours', () => {
  const fortnight = past(14 * 24 - 4, 50, 1);

  it('teach neither the ratio nor the dispersion, because a fault in them is being judged', () => {
    const [quiet, failing] = [past(4, 50, 1), past(4, 50, 50)].map((last) => normalsAround(slots(fortnight, last)));
    expect(failing?.ratios).toEqual(quiet?.ratios);
    expect(failing?.dispersion).toEqual(quiet?.dispersion);
  });

  it('are followed by the recent ratio, as far as they were before a minute', () => {
    const [quiet, failing] = [past(1, 50, 1), past(1, 50, 10)].map((last) =>
      learnNormal(slots(fortnight, past(3, 50, 1), last), judgedUntil, 2),
    );
    expect(failing!.recentRatioBefore(now)).toBeGreaterThan(quiet!.recentRatioBefore(now));
    expect(failing!.recentRatioBefore(now - 2)).toBe(quiet!.recentRatioBefore(now - 2));
  });

  it('begin with the half hour that reaches into them', () => {
    const counts = slots(past(14 * 24 - 5, 50, 1), { hours: 5 });
    const ratiosWith = (slotsAgo: number) =>
      normalsAround([...counts, { startsAt: judgedUntil - slotsAgo * slotMs, attempts: 500, failures: 20 }]).ratios;
    expect(ratiosWith(8)).toEqual(normalsAround(counts).ratios);
    expect(ratiosWith(9)).not.toEqual(normalsAround(counts).ratios);
  });
});

describe('the history of a line', () => {
  it('teaches the same in any order', () => {
    const counts = slots(past(7 * 24, 40, 1), past(3 * 24, 60, 6), past(4 * 24, 50, 0), past(4, 50, 10));
    expect(normalsAround(counts.toReversed())).toEqual(normalsAround(counts));
  });

  it('teaches nothing by half hours with published zeros', () => {
    expect(normalsAround(slots(past(5 * 24, 50, 1), past(8, 0), past(24, 50, 1)))).toEqual(
      normalsAround(slots(past(5 * 24, 50, 1), { hours: 8 }, past(24, 50, 1))),
    );
  });
});
