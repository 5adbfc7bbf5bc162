import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evidenceAgainst,
  natsForBudget,
  strongestProof,
  windowsUntil,
  type Floors,
  type CallWindow,
} from '../../../lib/core/judge/evidence.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { judgedUntil as until } from '../../builders/metrics.ts';
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

describe('counting calls in windows', () => {
  const ago = (minutes: number, attempts: number, failures: number) => ({
    startsAt: until - minutes * minuteMs,
    attempts,
    failures,
  });
  /** The first windows, of one minute, two and so on. */
  const shortest = (count: number, minutes: readonly ReturnType<typeof ago>[], tolerableRatio = 0.1) =>
    windowsUntil(minutes, [], until, tolerableRatio).slice(0, count);
  const lengthsOf = (windows: readonly CallWindow[]) => windows.map(({ windowMinutes }) => windowMinutes);

  it('adds up every window that ends now', () => {
    expect(shortest(4, [ago(3, 10, 1), ago(2, 20, 5), ago(1, 30, 6)])).toEqual([
      { windowMinutes: 1, attempts: 30, failures: 6, failingIntervals: 1 },
      { windowMinutes: 2, attempts: 50, failures: 11, failingIntervals: 2 },
      { windowMinutes: 3, attempts: 60, failures: 12, failingIntervals: 3 },
      { windowMinutes: 4, attempts: 60, failures: 12, failingIntervals: 3 },
    ]);
  });

  it('has each length up to an hour, and no longer one without history', () => {
    expect(lengthsOf(windowsUntil([ago(90, 10, 10)], [], until, 0.1))).toEqual(
      Array.from({ length: 60 }, (_, place) => place + 1),
    );
  });

  it('has quarters of an hour up to four hours with history', () => {
    const windows = windowsUntil([ago(1, 10, 0)], [ago(240, 1, 0)], until, 0.1);
    expect(lengthsOf(windows.slice(59))).toEqual([60, 75, 90, 105, 120, 135, 150, 165, 180, 195, 210, 225, 240]);
  });

  it('takes the last hour from the minutes and only what is older from the history', () => {
    const windows = windowsUntil(
      [ago(61, 1000, 1000), ago(60, 10, 1)],
      [ago(65, 50, 20), ago(75, 50, 0), ago(60, 1000, 1000), ago(62, 1000, 1000)],
      until,
      0.1,
    );
    expect(windows.slice(59, 62)).toEqual([
      { windowMinutes: 60, attempts: 10, failures: 1, failingIntervals: 1 },
      { windowMinutes: 75, attempts: 110, failures: 21, failingIntervals: 2 },
      { windowMinutes: 90, attempts: 110, failures: 21, failingIntervals: 2 },
    ]);
  });

  it('leaves out history that is older than the longest window, even in part', () => {
    const windows = windowsUntil([], [ago(241, 7, 7), ago(240, 5, 0)], until, 0.1);
    expect(windows.at(-1)).toEqual({ windowMinutes: 240, attempts: 5, failures: 0, failingIntervals: 0 });
  });

  it('counts a minute without a datapoint as time that passed without calls', () => {
    expect(shortest(3, [ago(3, 10, 2)])).toEqual([
      { windowMinutes: 1, attempts: 0, failures: 0, failingIntervals: 0 },
      { windowMinutes: 2, attempts: 0, failures: 0, failingIntervals: 0 },
      { windowMinutes: 3, attempts: 10, failures: 2, failingIntervals: 1 },
    ]);
  });

  it('leaves out the minute that begins where the judged time ends', () => {
    expect(shortest(1, [ago(0, 99, 99), ago(-5, 99, 99), ago(1, 7, 0)])).toEqual([
      { windowMinutes: 1, attempts: 7, failures: 0, failingIntervals: 0 },
    ]);
  });

  it('takes two reports of one minute as one minute with the calls of both', () => {
    expect(shortest(1, [ago(1, 10, 0), ago(1, 10, 3)])).toEqual([
      { windowMinutes: 1, attempts: 20, failures: 3, failingIntervals: 1 },
    ]);
  });

  it('calls a minute failing from the tolerable share on, and never one without a failure', () => {
    const failing = (attempts: number, failures: number, tolerableRatio: number) =>
      shortest(1, [ago(1, attempts, failures)], tolerableRatio)[0]?.failingIntervals;
    expect(failing(11, 1, 0.1)).toBe(0);
    expect(failing(10, 1, 0.1)).toBe(1);
    expect(failing(0, 0, 0.1)).toBe(0);
    expect(failing(10, 0, 0)).toBe(0);
  });

  it('finds no calls without data', () => {
    expect(windowsUntil([], [], until, 0.1)).toEqual(
      Array.from({ length: 60 }, (_, place) => ({
        windowMinutes: place + 1,
        attempts: 0,
        failures: 0,
        failingIntervals: 0,
      })),
    );
  });
});

describe('the strongest proof', () => {
  const window = (windowMinutes: number, attempts: number, failures: number, failingIntervals = 9): CallWindow => ({
    windowMinutes,
    attempts,
    failures,
    failingIntervals,
  });
  const floors: Floors = { minFailures: 3, minFailingMinutes: 2, minExcessRatio: 0.05 };

  it('is the window with the most evidence', () => {
    const [short, right, long] = [window(2, 10, 5), window(5, 20, 18), window(9, 200, 30)];
    expect(strongestProof([short, right, long], 0.05, 2, floors)).toEqual({
      window: right,
      nats: evidenceAgainst(18, 20, 0.05, 2),
    });
  });

  it('is the shortest of several with equal evidence', () => {
    expect(strongestProof([window(3, 10, 10), window(4, 10, 10)], 0.05, 2, floors)?.window.windowMinutes).toBe(3);
  });

  it.each([
    { lacks: 'failures', is: window(5, 3, 3), isNot: window(5, 2, 2) },
    { lacks: 'failing minutes', is: window(5, 100, 100, 2), isNot: window(5, 100, 100, 1) },
    { lacks: 'excess over the baseline', is: window(5, 1000, 100), isNot: window(5, 1000, 99) },
  ])('is none that lacks $lacks, however certain', ({ is, isNot }) => {
    expect(strongestProof([is], 0.05, 2, floors)?.window).toEqual(is);
    expect(strongestProof([isNot], 0.05, 2, floors)).toBeUndefined();
  });

  it('passes over a stronger window that is below a floor', () => {
    const [blip, lasting] = [window(1, 500, 500, 1), window(5, 30, 20)];
    expect(strongestProof([blip, lasting], 0.05, 2, floors)?.window).toEqual(lasting);
  });
});
