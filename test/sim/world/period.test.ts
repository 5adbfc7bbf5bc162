import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstOn, isOnAt, minutesOn } from '../../../sim/world/period.ts';

const propertySeed = 20261120;

/** Quarters of a minute, which binary fractions hold exactly: the laws are about periods, not about rounding. */
function quarters(most: number) {
  return fc.integer({ min: 1, max: most * 4 }).map((count) => count / 4);
}

const periods = fc
  .record({ fromMinute: quarters(20), length: quarters(40), pulse: fc.option(fc.tuple(quarters(10), quarters(10))) })
  .map(({ fromMinute, length, pulse }) => ({
    fromMinute,
    untilMinute: fromMinute + length,
    ...(pulse === null ? {} : { every: { minutes: Math.max(...pulse), forMinutes: Math.min(...pulse) } }),
  }));

/** Between quarters nothing changes, so looking at each quarter's start sees everything. */
function quartersIn(from: number, until: number): readonly number[] {
  return Array.from({ length: (until - from) * 4 }, (_, index) => from + index / 4);
}

describe(`a period (seed ${propertySeed})`, () => {
  it('is active for as long as the sum of its active moments', () => {
    fc.assert(
      fc.property(periods, quarters(60), quarters(10), (period, from, length) => {
        const on = quartersIn(from, from + length).filter((moment) => isOnAt(period, moment));
        expect(minutesOn(period, from, from + length)).toBeCloseTo(on.length / 4, 9);
      }),
      { seed: propertySeed },
    );
  });

  it('finds the first active moment', () => {
    fc.assert(
      fc.property(periods, quarters(60), quarters(10), (period, from, length) => {
        const first = quartersIn(from, from + length).find((moment) => isOnAt(period, moment));
        expect(firstOn(period, from, from + length)).toBe(first);
      }),
      { seed: propertySeed },
    );
  });

  it('includes its start and excludes its end', () => {
    const period = { fromMinute: 10, untilMinute: 20 };
    expect([9.99, 10, 19.99, 20].map((moment) => isOnAt(period, moment))).toEqual([false, true, true, false]);
  });
});
