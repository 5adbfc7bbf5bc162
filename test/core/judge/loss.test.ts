import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inbound, read } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';
import { runs, seed } from '../../builders/random.ts';
import { verdictOnTop } from './verdict-on.ts';

function lossAfter(...minutes: readonly [minutes: number, attempts: number, failures: number][]) {
  const verdict = verdictOnTop(read(...minutes.map(([length, attempts, failed]) => inbound(length, attempts, failed))));
  return verdict?.health === 'unhealthy' ? verdict.loss : verdict?.health;
}

describe('the share of calls that a fault loses', () => {
  it('is known the better, the more calls the fault has met', () => {
    expect(lossAfter([50, 20, 0], [3, 20, 10])).toEqual({ least: 0.288, likely: 0.474 });
    expect(lossAfter([50, 20, 0], [10, 20, 10])).toEqual({ least: 0.369, likely: 0.474 });
  });

  it('is all of them where no call succeeds, as far as the calls can tell', () => {
    expect(lossAfter([50, 20, 0], [10, 20, 20])).toEqual({ least: 0.979, likely: 1 });
  });

  it('is what the newest calls allow where the fault has become smaller', () => {
    const { least, likely } = lossAfter([30, 100, 0], [10, 100, 90], [5, 100, 55]) as { least: number; likely: number };
    expect(least).toBeLessThanOrEqual(0.65);
    expect(likely).toBeLessThanOrEqual(0.65);
  });
});

describe(`any proven fault (seed ${seed})`, () => {
  it('loses at least what a failover to a sound member must save', () => {
    let proven = 0;
    const policy = fc.record({
      falseMovesPerGroupYear: fc.constantFrom(0.01, 0.1, 1, 10),
      dispersion: fc.constantFrom(1, 2, 5),
      minExcessRatio: fc.constantFrom(0.02, 0.05, 0.1),
    });
    const stretch = fc.tuple(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), policy, (stretches, changes) => {
        const spans = stretches.map(([minutes, attempts, ratio]) =>
          inbound(minutes, attempts, Math.round(attempts * ratio ** 3)),
        );
        const verdict = verdictOnTop(read(...spans), aPolicy(changes));
        if (verdict?.health !== 'unhealthy') return;
        proven += 1;
        expect(verdict.loss.least).toBeGreaterThanOrEqual(changes.minExcessRatio / 4);
        expect(verdict.loss.likely).toBeGreaterThanOrEqual(verdict.loss.least);
      }),
      runs(3000),
    );
    expect(proven).toBeGreaterThan(0);
  });
});
