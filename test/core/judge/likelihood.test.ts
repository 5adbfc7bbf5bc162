import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceAgainst, natsForBudget } from '../../../lib/core/judge/likelihood.ts';
import { runs, seed } from '../../builders/random.ts';

describe('the evidence against a Voice Connector', () => {
  it.each([
    { failures: 1, attempts: 1, baseline: 0.1, dispersion: 1, nats: Math.log(10) },
    { failures: 10, attempts: 10, baseline: 0.1, dispersion: 1, nats: 10 * Math.log(10) },
    { failures: 10, attempts: 10, baseline: 0.1, dispersion: 2, nats: 5 * Math.log(10) },
    { failures: 5, attempts: 10, baseline: 0.1, dispersion: 1, nats: 5 * Math.log(5) + 5 * Math.log(5 / 9) },
    { failures: 3, attempts: 4, baseline: 0.5, dispersion: 1, nats: 3 * Math.log(1.5) + Math.log(0.5) },
  ])(
    'is $nats nats for $failures of $attempts at $baseline and dispersion $dispersion',
    ({ failures, attempts, baseline, dispersion, nats }) => {
      expect(evidenceAgainst(failures, attempts, baseline, dispersion)).toBeCloseTo(nats, 10);
    },
  );

  it('is zero where no more calls fail than the baseline predicts, or without calls', () => {
    expect(evidenceAgainst(0, 0, 0.1, 1)).toBe(0);
    expect(evidenceAgainst(0, 10, 0.1, 1)).toBe(0);
    expect(evidenceAgainst(1, 10, 0.1, 1)).toBe(0);
    expect(evidenceAgainst(2, 10, 0.1, 1)).toBeGreaterThan(0);
  });

  const counts = fc
    .integer({ min: 1, max: 5000 })
    .chain((attempts) => fc.tuple(fc.integer({ min: 0, max: attempts }), fc.constant(attempts)));
  const baselines = fc.double({ min: 0.01, max: 0.5, noNaN: true });
  const dispersions = fc.double({ min: 1, max: 10, noNaN: true });
  const rounding = 1e-9;

  it(`is never negative, and is divided by the dispersion (seed ${seed})`, () => {
    fc.assert(
      fc.property(counts, baselines, dispersions, ([failures, attempts], baseline, dispersion) => {
        const nats = evidenceAgainst(failures, attempts, baseline, dispersion);
        expect(nats).toBeGreaterThanOrEqual(-rounding);
        expect(nats * dispersion).toBeCloseTo(evidenceAgainst(failures, attempts, baseline, 1), 6);
      }),
      runs(2000),
    );
  });

  it(`grows with each failed call, and shrinks with each successful one (seed ${seed})`, () => {
    fc.assert(
      fc.property(counts, baselines, ([failures, attempts], baseline) => {
        const nats = evidenceAgainst(failures, attempts, baseline, 2);
        expect(evidenceAgainst(failures + 1, attempts + 1, baseline, 2)).toBeGreaterThanOrEqual(nats - rounding);
        expect(evidenceAgainst(failures, attempts + 1, baseline, 2)).toBeLessThanOrEqual(nats + rounding);
      }),
      runs(2000),
    );
  });

  it(`shrinks as the baseline rises (seed ${seed})`, () => {
    fc.assert(
      fc.property(counts, baselines, baselines, ([failures, attempts], one, other) => {
        const [lower, higher] = [Math.min(one, other), Math.max(one, other)];
        expect(evidenceAgainst(failures, attempts, higher, 2)).toBeLessThanOrEqual(
          evidenceAgainst(failures, attempts, lower, 2) + rounding,
        );
      }),
      runs(2000),
    );
  });
});

describe('a budget of false moves', () => {
  it('of one a year needs 12 nats', () => {
    expect(natsForBudget(1)).toBeCloseTo(12.01, 2);
  });

  it('ten times smaller needs 3.5 nats more', () => {
    expect(natsForBudget(0.1) - natsForBudget(1)).toBeCloseTo(1.5 * Math.LN10, 10);
    expect(natsForBudget(0.001) - natsForBudget(0.01)).toBeCloseTo(1.5 * Math.LN10, 10);
  });
});
