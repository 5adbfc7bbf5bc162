import { describe, expect, it } from 'vitest';
import { slotsPerDay, type CallTotal, type PastSlot } from '../../../lib/core/judge/past-calls.ts';
import { RecentRatio } from '../../../lib/core/judge/recent-ratio.ts';
import { WeeklyPattern } from '../../../lib/core/judge/weekly-pattern.ts';

const now = 14 * slotsPerDay;
/** 5 % of the calls failed in every half hour of the fortnight. */
const pattern = new WeeklyPattern(Array.from({ length: now }, (_, slot) => ({ slot, attempts: 200, failures: 10 })));
const usual = pattern.ratioIn(now);

/** The newest of these half hours ends `gap` half hours before now; by default each has 200 calls. */
function before(failures: readonly number[], { gap = 0, attempts = 200 } = {}): number {
  const slots = failures.map((failed, place): PastSlot => {
    const slot = now - gap - failures.length + place;
    return { slot, attempts, failures: failed };
  });
  return new RecentRatio(slots, pattern).before(now);
}

/** The ratio of calls beside 100 calls that failed as usual, one standard error off. */
function cautious({ attempts, failures }: CallTotal): number {
  const ratio = (failures + 100 * usual) / (attempts + 100);
  return ratio - Math.sqrt((2 * ratio * (1 - ratio)) / (attempts + 100));
}

function repeated(count: number, failures: number): readonly number[] {
  return Array.from({ length: count }, () => failures);
}

describe('the failure ratio of the last hours', () => {
  it('is the weekly pattern, one standard error off, where nothing is known of them', () => {
    expect(before([])).toBeCloseTo(cautious({ attempts: 0, failures: 0 }), 10);
  });

  it('is that of the last half hour, one standard error off; its calls weigh less the older they are', () => {
    expect(before([14])).toBeCloseTo(cautious({ attempts: 200 * Math.SQRT1_2, failures: 14 * Math.SQRT1_2 }), 10);
    expect(before([14, 8])).toBeCloseTo(
      cautious({ attempts: 200 * (Math.SQRT1_2 + 0.5), failures: 14 * 0.5 + 8 * Math.SQRT1_2 }),
      10,
    );
  });

  it('is below the weekly pattern where the line is as usual', () => {
    expect(before(repeated(20, 10))).toBeLessThan(usual);
  });

  it('is never negative', () => {
    expect(before([], { attempts: 1 })).toBeGreaterThanOrEqual(0);
    expect(before(repeated(20, 0))).toBeGreaterThanOrEqual(0);
  });

  it('follows a line that drifts to more failures', () => {
    const drift = [12, 16, 20, 24, 28, 32, 36, 40, 40, 40, 40];
    expect(before(drift)).toBeGreaterThan(0.14);
    expect(before(drift)).toBeLessThan(0.2);
  });

  it('follows calls that fail less again', () => {
    expect(before([...repeated(12, 40), ...repeated(12, 10)])).toBeCloseTo(before(repeated(12, 10)), 2);
  });
});

describe('an outage in the last hours', () => {
  it('raises the ratio only a little', () => {
    const withOutage = before([...repeated(10, 10), 200]);
    expect(withOutage).toBeGreaterThan(before(repeated(11, 10)));
    expect(withOutage).toBeLessThan(before(repeated(11, 10)) + 0.06);
  });

  it('raises it by the same, however bad it is', () => {
    expect(before([...repeated(10, 10), 200])).toBe(before([...repeated(10, 10), 60]));
    expect(before([...repeated(10, 10), 25])).not.toBe(before([...repeated(10, 10), 24]));
  });

  it('raises it by at most 3 % and three standard errors', () => {
    const expected = pattern.ratioInPast(now - 1);
    const most = expected + 0.03 + 3 * Math.sqrt((2 * expected * (1 - expected)) / 200);
    expect(before([200])).toBeCloseTo(
      cautious({ attempts: 200 * Math.SQRT1_2, failures: 200 * most * Math.SQRT1_2 }),
      10,
    );
  });

  it('of a single half hour is nearly forgotten three hours later', () => {
    expect(before([200, ...repeated(6, 10)])).toBeLessThan(before(repeated(7, 10)) + 0.01);
  });
});

describe('hours without calls', () => {
  it('let the calls before them weigh less', () => {
    const share = Math.SQRT1_2 ** 4;
    expect(before([14], { gap: 3 })).toBeCloseTo(cautious({ attempts: 200 * share, failures: 14 * share }), 10);
  });

  it('make the calls before them count for nothing after six hours', () => {
    expect(before([14], { gap: 11 })).not.toBe(before([]));
    expect(before([14], { gap: 12 })).toBe(before([]));
  });
});
