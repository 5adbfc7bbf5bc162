import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialUpperTail, countWindows } from '../../lib/core/evidence.ts';
import { minuteMs } from '../../lib/core/model.ts';
import { judgedUntil as until } from '../builders/metrics.ts';
import { runs, seed } from '../builders/random.ts';

/** Σ C(n, i) pⁱ (1 − p)ⁿ⁻ⁱ for i ≥ failures in whole numbers, with p in ten-thousandths; exact to the last division. */
function exactTail(failures: number, attempts: number, tenThousandths: number): number {
  const [fail, succeed, all] = [BigInt(tenThousandths), 10_000n - BigInt(tenThousandths), 10_000n];
  let ways = 1n;
  let sum = 0n;
  for (let count = 0; count <= attempts; count += 1) {
    if (count >= failures) sum += ways * fail ** BigInt(count) * succeed ** BigInt(attempts - count);
    ways = (ways * BigInt(attempts - count)) / BigInt(count + 1);
  }
  const scale = 10n ** 60n;
  return Number((sum * scale) / all ** BigInt(attempts)) / 1e60;
}

const relativeError = (actual: number, exact: number) => Math.abs(actual - exact) / exact;

describe('the chance that luck alone fails so many calls', () => {
  it.each([
    { failures: 1, attempts: 1, ratio: 0.1, tail: 0.1 },
    { failures: 2, attempts: 2, ratio: 0.1, tail: 0.01 },
    { failures: 1, attempts: 10, ratio: 0.1, tail: 0.6513215599 },
    { failures: 2, attempts: 10, ratio: 0.1, tail: 0.2639010709 },
    { failures: 3, attempts: 10, ratio: 0.1, tail: 0.0701908264 },
    { failures: 10, attempts: 10, ratio: 0.1, tail: 1e-10 },
    { failures: 5, attempts: 10, ratio: 0.5, tail: 638 / 1024 },
    { failures: 2, attempts: 20, ratio: 0.05, tail: 0.2641604754 },
    { failures: 4, attempts: 20, ratio: 0.1, tail: 0.1329533 },
  ])(
    'is the $tail of the printed tables for $failures of $attempts at $ratio',
    ({ failures, attempts, ratio, tail }) => {
      expect(relativeError(binomialUpperTail(failures, attempts, ratio), tail)).toBeLessThan(1e-6);
    },
  );

  it('is exact to eleven digits for every count of up to 40 calls', () => {
    for (const tenThousandths of [1, 100, 500, 1000, 2500, 5000, 9000]) {
      for (let attempts = 1; attempts <= 40; attempts += 1) {
        for (let failures = 1; failures <= attempts; failures += 1) {
          const exact = exactTail(failures, attempts, tenThousandths);
          // Below that the reference itself runs out of digits, and every policy has long since called it proof.
          if (exact < 1e-40) continue;
          const actual = binomialUpperTail(failures, attempts, tenThousandths / 10_000);
          expect(relativeError(actual, exact), `${failures} of ${attempts} at ${tenThousandths}`).toBeLessThan(1e-11);
        }
      }
    }
  });

  it.each([
    [90, 600, 1000],
    [61, 600, 1000],
    [30, 600, 1000],
    [3, 600, 1],
    [700, 1000, 5000],
    [1, 1000, 5000],
  ])('is exact beyond, before and far before the mode: %d of %d at %d ten-thousandths', (failures, attempts, at) => {
    const exact = exactTail(failures, attempts, at);
    expect(relativeError(binomialUpperTail(failures, attempts, at / 10_000), exact)).toBeLessThan(1e-10);
  });

  it('is certain for no failure and impossible for more failures than calls', () => {
    expect(binomialUpperTail(0, 0, 0.1)).toBe(1);
    expect(binomialUpperTail(0, 100, 0.1)).toBe(1);
    expect(binomialUpperTail(-1, 100, 0.1)).toBe(1);
    expect(binomialUpperTail(1, 0, 0.1)).toBe(0);
    expect(binomialUpperTail(101, 100, 0.1)).toBe(0);
    expect(binomialUpperTail(200, 100, 0.1)).toBe(0);
  });

  it('stays a probability at the ends of what a busy account can ask', () => {
    for (const attempts of [1, 2, 1000, 100_000]) {
      for (const failures of [1, 2, Math.ceil(attempts / 10), Math.ceil(attempts / 2), attempts - 1, attempts]) {
        for (const ratio of [1e-12, 1e-6, 0.01, 0.1, 0.5, 0.999999]) {
          const tail = binomialUpperTail(failures, attempts, ratio);
          expect(tail >= 0 && tail <= 1, `${failures} of ${attempts} at ${ratio} is ${tail}`).toBe(true);
        }
      }
    }
  });

  it('is half at the median of a hundred thousand calls, and nothing far above it', () => {
    expect(binomialUpperTail(10_000, 100_000, 0.1)).toBeCloseTo(0.5, 2);
    expect(binomialUpperTail(1, 100_000, 0.5)).toBeCloseTo(1, 9);
    expect(binomialUpperTail(20_000, 100_000, 0.1)).toBeLessThan(1e-300);
  });

  it(`shrinks with every further failure and grows with every further success (seed ${seed})`, () => {
    const counts = fc
      .integer({ min: 1, max: 5000 })
      .chain((attempts) => fc.tuple(fc.integer({ min: 0, max: attempts }), fc.constant(attempts)));
    const ratio = fc.double({ min: 0.01, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(counts, ratio, ([failures, attempts], p) => {
        const tail = binomialUpperTail(failures, attempts, p);
        const rounding = 1 + 1e-9;
        expect(binomialUpperTail(failures + 1, attempts, p)).toBeLessThanOrEqual(tail * rounding);
        expect(binomialUpperTail(failures + 1, attempts + 1, p)).toBeLessThanOrEqual(tail * rounding);
        expect(tail).toBeLessThanOrEqual(binomialUpperTail(failures, attempts + 1, p) * rounding);
      }),
      runs(2000),
    );
  });
});

describe('counting calls in windows', () => {
  const ago = (minutes: number, attempts: number, failures: number) => ({
    startsAt: until - minutes * minuteMs,
    attempts,
    failures,
  });

  it('adds up every window that ends now, from one minute to the longest', () => {
    expect(countWindows([ago(3, 10, 1), ago(2, 20, 5), ago(1, 30, 6)], until, 4, 0.1)).toEqual([
      { windowMinutes: 1, attempts: 30, failures: 6, failingMinutes: 1 },
      { windowMinutes: 2, attempts: 50, failures: 11, failingMinutes: 2 },
      { windowMinutes: 3, attempts: 60, failures: 12, failingMinutes: 2 },
      { windowMinutes: 4, attempts: 60, failures: 12, failingMinutes: 2 },
    ]);
  });

  it('counts a minute without a datapoint as time that passed without calls', () => {
    expect(countWindows([ago(3, 10, 2)], until, 3, 0.1)).toEqual([
      { windowMinutes: 1, attempts: 0, failures: 0, failingMinutes: 0 },
      { windowMinutes: 2, attempts: 0, failures: 0, failingMinutes: 0 },
      { windowMinutes: 3, attempts: 10, failures: 2, failingMinutes: 1 },
    ]);
  });

  it('leaves out the minute that begins where the judged time ends, and what is older than the longest window', () => {
    expect(countWindows([ago(0, 99, 99), ago(-5, 99, 99), ago(2, 99, 99), ago(1, 7, 0)], until, 1, 0.1)).toEqual([
      { windowMinutes: 1, attempts: 7, failures: 0, failingMinutes: 0 },
    ]);
  });

  it('takes two reports of one minute as one minute with the calls of both', () => {
    expect(countWindows([ago(1, 10, 0), ago(1, 10, 3)], until, 1, 0.1)).toEqual([
      { windowMinutes: 1, attempts: 20, failures: 3, failingMinutes: 1 },
    ]);
  });

  it('calls a minute failing only beyond the tolerable share, not at it', () => {
    expect(countWindows([ago(1, 10, 1)], until, 1, 0.1)[0]?.failingMinutes).toBe(0);
    expect(countWindows([ago(1, 10, 2)], until, 1, 0.1)[0]?.failingMinutes).toBe(1);
  });

  it('finds nothing in nothing', () => {
    expect(countWindows([], until, 1, 0.1)).toEqual([
      { windowMinutes: 1, attempts: 0, failures: 0, failingMinutes: 0 },
    ]);
    expect(countWindows([ago(1, 10, 1)], until, 0, 0.1)).toEqual([]);
  });
});
