import { describe, expect, it } from 'vitest';
import { factorFor, learnDispersion } from '../../../lib/core/judge/dispersion.ts';
import { slotsPerDay, type PastSlot } from '../../../lib/core/judge/past-calls.ts';
import { RecentRatio } from '../../../lib/core/judge/recent-ratio.ts';
import { WeeklyPattern } from '../../../lib/core/judge/weekly-pattern.ts';

const least = 2;
/** Half an hour, an hour, two hours, four hours. */
const lengths = [30, 60, 120, 240];
const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1);

/** Evenly distributed between 0 and 1, the same in every test run. */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Line = {
  readonly attempts?: number;
  /** The probability that a call fails in a slot. */
  readonly ratioIn?: (slot: number, random: () => number) => number;
  /** Slots in which every call fails. */
  readonly outage?: readonly number[];
};

/** A fortnight in which each of 100 calls per half hour fails with a probability of 8 %, independently of the others. */
function fortnight(seed: number, { attempts = 100, ratioIn = () => 0.08, outage = [] }: Line): readonly PastSlot[] {
  const random = randomFrom(seed);
  return Array.from({ length: 14 * slotsPerDay }, (_, slot) => {
    const ratio = ratioIn(slot, random);
    let failures = 0;
    for (let call = 0; call < attempts; call += 1) if (random() < ratio) failures += 1;
    return { slot, attempts, failures: outage.includes(slot) ? attempts : failures };
  });
}

/** The factors for {@link lengths}. */
function learned(slots: readonly PastSlot[]): readonly number[] {
  const pattern = new WeeklyPattern(slots);
  const dispersion = learnDispersion(slots, pattern, new RecentRatio(slots, pattern), least);
  expect(dispersion.map(({ upToMinutes }) => upToMinutes)).toEqual(lengths);
  return dispersion.map(({ factor }) => factor);
}

const none = lengths.map(() => least);

/** Every half hour is either good or bad, whatever the one before was. */
const correlated: Line = { ratioIn: (_, random) => (random() < 0.5 ? 0.02 : 0.2) };
/** Rises and falls within 18.5 hours, so that no time of the day or of the week predicts it. */
const drifting: Line = { attempts: 30, ratioIn: (slot) => 0.12 + 0.07 * Math.sin((2 * Math.PI * slot) / 37) };

describe('the dispersion of a line', () => {
  it('is the least where calls fail independently of each other', () => {
    expect(seeds.map((seed) => learned(fortnight(seed, {})))).toEqual(seeds.map(() => none));
  });

  it('is the least where a line has few calls, which chance must not raise', () => {
    const few = { attempts: 3 };
    expect(seeds.map((seed) => learned(fortnight(seed, few)))).toEqual(seeds.map(() => none));
  });

  it('is higher for every length where the calls of a half hour fail together', () => {
    for (const seed of seeds) {
      for (const factor of learned(fortnight(seed, correlated))) expect(factor).toBeGreaterThan(1.5 * least);
    }
  });

  it('is higher only for long windows where the ratio drifts', () => {
    for (const seed of seeds) {
      const factors = learned(fortnight(seed, drifting));
      expect(factors[0]).toBe(least);
      expect(factors[3]).toBeGreaterThan(1.5 * least);
    }
  });

  it('is lower where the recent ratio predicts a drift over days', () => {
    const slowly: Line = { ratioIn: (slot) => 0.12 + 0.08 * Math.sin((2 * Math.PI * slot) / 240) };
    for (const seed of seeds) {
      const slots = fortnight(seed, slowly);
      const pattern = new WeeklyPattern(slots);
      const [followed, ignored] = [slots, []].map((recent) =>
        factorFor(learnDispersion(slots, pattern, new RecentRatio(recent, pattern), least), 30),
      );
      expect(followed).toBeLessThan(ignored ?? 0);
    }
  });

  it('never falls with the length of the window', () => {
    for (const line of [correlated, drifting, {}, { attempts: 3 }]) {
      for (const seed of seeds) {
        const factors = learned(fortnight(seed, line));
        expect(factors).toEqual([...factors].sort((left, right) => left - right));
      }
    }
  });

  it('does not rise by outages', () => {
    const outage = [100, 101, 102, 300, 301, 500];
    expect(seeds.map((seed) => learned(fortnight(seed, { outage })))).toEqual(seeds.map(() => none));
  });

  it('is never below the policy', () => {
    const slots = fortnight(1, {});
    const pattern = new WeeklyPattern(slots);
    const factors = learnDispersion(slots, pattern, new RecentRatio(slots, pattern), 7).map(({ factor }) => factor);
    expect(factors).toEqual([7, 7, 7, 7]);
  });
});

describe('the dispersion of a window', () => {
  const dispersion = [
    { upToMinutes: 30, factor: 2 },
    { upToMinutes: 60, factor: 3 },
  ];

  it('is that of the shortest length that holds it', () => {
    expect([1, 30, 31, 60].map((minutes) => factorFor(dispersion, minutes))).toEqual([2, 2, 3, 3]);
  });

  it('is that of the longest length where the window is longer', () => {
    expect(factorFor(dispersion, 240)).toBe(3);
  });

  it('is that of independent calls where none is known', () => {
    expect(factorFor([], 5)).toBe(1);
  });
});
