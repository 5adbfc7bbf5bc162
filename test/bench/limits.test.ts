import { describe, expect, it } from 'vitest';
import { correlationOf, logProbability } from '../../bench/contenders/beta-binomial.ts';
import { Cusum, CusumContender, faultyRatio } from '../../bench/contenders/cusum.ts';
import { Focus } from '../../bench/contenders/focus.ts';
import { Baseline, CallWindows, likelihoodRatio } from '../../bench/contenders/glr-statistic.ts';
import { OracleContender } from '../../bench/contenders/oracle.ts';
import { ShiryaevRoberts } from '../../bench/contenders/shiryaev-roberts.ts';
import { EvidenceDetector } from '../../bench/contenders/statistic.ts';
import { streamsFor } from '../../sim/world/random.ts';
import { mean, sum } from '../../bench/statistics.ts';
import { noMetrics, type ConnectorMetrics } from '../../bench/connector-metrics.ts';
import { createWorld } from '../../sim/world/world.ts';
import { attemptFailureRatio, routingOf, worldSpec } from '../../bench/worlds.ts';

function calls(attempts: number, failures: number): ConnectorMetrics {
  return { ...noMetrics, published: true, attempts, failures };
}

describe('the informed CUSUM', () => {
  // 2 % against 50 %: ln 25 = 3.2189 a failure, ln (0.5 / 0.98) = −0.67294 a success.
  it('matches a manual calculation and never falls below zero', () => {
    const cusum = new Cusum(0.02, 0.5);
    expect(cusum.add(10, 0)).toBe(0);
    expect(cusum.add(2, 1)).toBeCloseTo(2.5459, 4);
    expect(cusum.add(3, 1)).toBeCloseTo(4.4189, 4);
    expect(cusum.add(4, 0)).toBeCloseTo(1.7271, 4);
    expect(cusum.add(4, 0)).toBe(0);
  });

  it('moves at its threshold, and does not return to a previous top', () => {
    const contender = new CusumContender({ baseline: 0.02, size: 0.4898, threshold: 3 });
    expect(contender.turn({ minute: 0, newest: [calls(2, 1), noMetrics], tops: [0] })).toEqual([]);
    expect(contender.turn({ minute: 1, newest: [calls(2, 1), noMetrics], tops: [0] })).toEqual([0]);
    expect(contender.turn({ minute: 30, newest: [noMetrics, calls(9, 9)], tops: [1] })).toEqual([]);
  });

  it('adds the fault to the baseline', () => {
    expect(faultyRatio(0.02, 0.5)).toBeCloseTo(0.51, 12);
  });
});

describe('the GLR', () => {
  it('is n times the divergence', () => {
    // 5 × ln (0.5 / 0.1) + 5 × ln (0.5 / 0.9)
    expect(likelihoodRatio(5, 10, 0.1)).toBeCloseTo(5.1083, 4);
    expect(likelihoodRatio(3, 3, 0.5)).toBeCloseTo(3 * Math.log(2), 12);
  });

  it('finds the strongest window that ends now, of two failing minutes at least', () => {
    const windows = new CallWindows();
    for (let minute = 0; minute < 300; minute += 1) windows.push(10, 0);
    windows.push(10, 5);
    expect(windows.strongest(0.1)).toBe(0);
    windows.push(10, 6);
    expect(windows.strongest(0.1)).toBeCloseTo(likelihoodRatio(11, 20, 0.1), 12);
  });

  it('learns its baseline from a day that ended before the longest window', () => {
    const baseline = new Baseline();
    for (let minute = 0; minute < 1680; minute += 1) baseline.push(10, minute < 1440 ? 1 : 10);
    expect(baseline.ratio).toBeCloseTo((1440 + 1) / (14_400 + 50), 12);
    for (let minute = 0; minute < 1680; minute += 1) baseline.push(10, 0);
    expect(baseline.ratio).toBe(0.005);
  });
});

describe('the oracle', () => {
  const where = { voiceConnectorId: 'vc-0' };
  const oracle = new OracleContender([
    { fromMinute: 10.5, untilMinute: 20, where, what: { kind: 'sip-5xx', ratio: 0.5 } },
    { fromMinute: 10, untilMinute: 30, where: { voiceConnectorId: 'vc-1' }, what: { kind: 'sip-5xx', ratio: 0.3 } },
  ]);

  it('moves to the less unhealthy connector as soon as the first faulty minute is visible', () => {
    expect(oracle.turn({ minute: 11, newest: [], tops: [0] })).toEqual([]);
    expect(oracle.turn({ minute: 12, newest: [], tops: [0] })).toEqual([0]);
    expect(oracle.turn({ minute: 13, newest: [], tops: [1] })).toEqual([]);
    expect(oracle.turn({ minute: 23, newest: [], tops: [1] })).toEqual([0]);
  });
});

it('the limit knows the failure ratio of the worlds', () => {
  const traffic = { callsPerMinute: 60, baseline: 0.05 };
  const world = createWorld(worldSpec({ seed: 3, traffic, flat: true }));
  let [attempts, failures] = [0, 0];
  for (let minute = 0; minute < 1500; minute += 1) {
    const [home] = world.runMinute(routingOf([0])).connectors;
    attempts += home!.inboundCallAttempts;
    failures += home!.inboundCallFailures;
  }
  expect(failures / attempts / attemptFailureRatio(traffic)).toBeGreaterThan(0.94);
  expect(failures / attempts / attemptFailureRatio(traffic)).toBeLessThan(1.06);
});

describe('the other yardsticks', () => {
  const baseline = 0.1;
  const random = streamsFor(11, 'yardsticks')(0);
  const minutes = Array.from({ length: 400 }, (_, minute) => {
    const ratio = minute < 300 ? baseline : 0.3;
    const attempts = Math.floor(random.uniform() * 6);
    const failures = Array.from({ length: attempts }, () => random.uniform() < ratio).filter(Boolean).length;
    return { attempts, failures };
  });

  it('FOCuS is the strongest of all windows, whatever their length', () => {
    const focus = new Focus(1);
    for (const [minute, calls] of minutes.entries()) {
      focus.add(calls, baseline);
      const strongest = minutes.slice(0, minute + 1).reduce((most, _, from) => {
        const attempts = sum(minutes.slice(from, minute + 1).map((one) => one.attempts));
        const failures = sum(minutes.slice(from, minute + 1).map((one) => one.failures));
        return failures > attempts * baseline ? Math.max(most, likelihoodRatio(failures, attempts, baseline)) : most;
      }, 0);
      expect(focus.nats(baseline)).toBeCloseTo(strongest, 9);
    }
  });

  // One failed call of one at 10 %: (1 + 0) × faulty / 0.1 for each size, then (1 + that) × the same.
  it('the Shiryaev–Roberts mixture matches a manual calculation', () => {
    const mixture = new ShiryaevRoberts();
    expect(mixture.nats()).toBe(0);
    const factors = [0.05, 0.1, 0.2, 0.4, 0.7, 0.95].map((size) => (1 - 0.9 * (1 - size)) / 0.1);
    mixture.add({ attempts: 1, failures: 1 }, baseline);
    expect(mixture.nats()).toBeCloseTo(Math.log(1 + mean(factors)), 9);
    mixture.add({ attempts: 1, failures: 1 }, baseline);
    expect(mixture.nats()).toBeCloseTo(Math.log(1 + mean(factors.map((factor) => factor * (1 + factor)))), 9);
  });

  it('the mixture grows by one a minute on a healthy line', () => {
    const ends = Array.from({ length: 4000 }, () => {
      const mixture = new ShiryaevRoberts();
      for (let minute = 0; minute < 5; minute += 1)
        mixture.add({ attempts: 1, failures: random.uniform() < baseline ? 1 : 0 }, baseline);
      return Math.exp(mixture.nats()) - 1;
    });
    expect(mean(ends)).toBeGreaterThan(4);
    expect(mean(ends)).toBeLessThan(6);
  });

  it('the beta-binomial learns the correlation of a minute, and takes correlated failures for less', () => {
    const bursts = Array.from({ length: 2000 }, (_, minute) => ({
      attempts: 10,
      failures: minute % 10 === 0 ? 10 : 0,
    }));
    expect(correlationOf(bursts, baseline)).toBeCloseTo(0.5, 9);
    expect(correlationOf(minutes.slice(0, 300), baseline)).toBeLessThan(0.05);
    const evidence = (correlation: number): number =>
      logProbability({ attempts: 10, failures: 6 }, 0.5, correlation) -
      logProbability({ attempts: 10, failures: 6 }, baseline, correlation);
    expect(evidence(1e-4)).toBeCloseTo(6 * Math.log(5) + 4 * Math.log(0.5 / 0.9), 1);
    expect(evidence(0.2)).toBeLessThan(0.5 * evidence(1e-4));
  });

  it('forget a connector that has had no calls for four hours', () => {
    const detector = new EvidenceDetector(() => new Focus(2), 3);
    const observe = (minute: number, home: ConnectorMetrics): readonly number[] =>
      detector.turn({ minute, newest: [home, noMetrics], tops: [0] });
    expect(observe(0, calls(9, 9))).toEqual([0]);
    for (let minute = 1; minute <= 240; minute += 1) observe(minute, noMetrics);
    expect(detector.statistic(0)).toBeGreaterThan(3);
    observe(241, noMetrics);
    expect(detector.statistic(0)).toBe(0);
  });
});
