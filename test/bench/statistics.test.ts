import { describe, expect, it } from 'vitest';
import {
  binomialCdf,
  binomialInterval,
  gammaCdf,
  levelAt,
  poissonInterval,
  quantile,
  rateAt,
  rateIntervalAt,
  tailOf,
} from '../../bench/statistics.ts';
import { streamsFor } from '../../sim/world/random.ts';

describe('the exact Poisson interval', () => {
  // Garwood's table, as reprinted by Ulm (1990), American Journal of Epidemiology 131:373.
  it.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [2, 0.2422, 7.225],
    [5, 1.623, 11.668],
    [10, 4.795, 18.39],
    [20, 12.217, 30.888],
    [100, 81.364, 121.627],
  ])('of %i events is %f to %f', (count, lower, upper) => {
    const interval = poissonInterval(count);
    expect(interval.lower).toBeCloseTo(lower, 2);
    expect(interval.upper).toBeCloseTo(upper, 2);
  });

  it('of 1,350 days without an event ends below one a year', () => {
    expect(poissonInterval(0).upper / (1350 / 365)).toBeLessThan(1);
  });

  it('is correct for counts beyond the table', () => {
    const { lower, upper } = poissonInterval(200_000);
    expect((upper - lower) / (2 * 1.96 * Math.sqrt(200_000))).toBeCloseTo(1, 2);
  });
});

describe('the exact binomial interval', () => {
  // Closed forms at the ends; the others by bisection of exact sums over integer binomial coefficients.
  it.each([
    [0, 2000, 0, 1 - 0.025 ** (1 / 2000)],
    [7, 2000, 0.0014081, 0.0071979],
    [6, 10, 0.2623781, 0.8784477],
    [10, 10, 0.025 ** (1 / 10), 1],
  ])('of %i in %i is %f to %f', (count, trials, lower, upper) => {
    const interval = binomialInterval(count, trials);
    expect(interval.lower).toBeCloseTo(lower, 5);
    expect(interval.upper).toBeCloseTo(upper, 5);
  });

  it('comes from the binomial distribution', () => {
    expect(binomialCdf(1, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialCdf(2, 40, 0.02)).toBeCloseTo(0.9543, 4);
  });
});

it('the gamma distribution agrees with sums of exponentials', () => {
  expect(gammaCdf(1, 2)).toBeCloseTo(1 - Math.exp(-2), 12);
  expect(gammaCdf(3, 2)).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 12);
  expect(gammaCdf(3, 12)).toBeCloseTo(1 - Math.exp(-12) * (1 + 12 + 72), 12);
});

it('the fit of a tail recovers an exponential distribution', () => {
  const random = streamsFor(7, 'tail')(0);
  const scale = 1.5;
  const peaks = Array.from({ length: 20_000 }, () => scale * random.exponential()).sort((left, right) => right - left);
  const tail = tailOf({ years: 10, highest: peaks.slice(0, 500) });
  const oncePerYear = scale * Math.log(20_000 / 10);
  expect(levelAt(tail!, 1)).toBeGreaterThan(oncePerYear * 0.93);
  expect(levelAt(tail!, 1)).toBeLessThan(oncePerYear * 1.07);
  expect(rateAt(tail!, levelAt(tail!, 0.2))).toBeCloseTo(0.2, 12);
});

it('the interval of an extrapolated rate grows with its distance', () => {
  const tail = { floor: 5, scale: 2, peaks: 100, peaksPerYear: 50 };
  const near = rateIntervalAt(tail, 5);
  expect(near.lower).toBeCloseTo(50 * Math.exp(-0.196), 10);
  expect(near.upper).toBeCloseTo(50 * Math.exp(0.196), 10);
  const far = rateIntervalAt(tail, 13);
  expect(far.upper / far.lower).toBeCloseTo(Math.exp(2 * 0.196 * Math.sqrt(17)), 10);
});

it('a quantile is one of the values, and infinite if enough values are', () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([1, 2, Infinity, Infinity], 0.5)).toBe(2);
  expect(quantile([1, 2, Infinity, Infinity], 0.95)).toBe(Infinity);
});
