import { describe, expect, it } from 'vitest';
import {
  eastFirst,
  expectedShare,
  inOrder,
  callCountsOf,
  simulate,
  seed,
  total,
  twoRegions,
  virginia,
  westFirst,
} from './builders.ts';

const hour = 60;
const day = 24 * hour;

function callersOf(minutes: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = total(minutes, (count) => count) / minutes.length;
  return { mean, variance: total(minutes, (count) => (count - mean) ** 2) / (minutes.length - 1) };
}

describe(`callers (seed ${seed})`, () => {
  it.each([0.3, 10, 60])('arrive as a Poisson process of %d a minute', (callsPerMinute) => {
    const minutes = 20_000;
    const counts = callCountsOf(simulate(twoRegions({ group: { callsPerMinute } }), minutes));
    const { mean, variance } = callersOf(counts.map(({ newCallers }) => newCallers));
    expect(Math.abs(mean - callsPerMinute)).toBeLessThan(4 * Math.sqrt(callsPerMinute / minutes));
    expect(variance / callsPerMinute).toBeGreaterThan(0.95);
    expect(variance / callsPerMinute).toBeLessThan(1.05);
  });

  it('do not arrive at a rate of 0', () => {
    const counts = callCountsOf(simulate(twoRegions({ group: { callsPerMinute: 0 } }), hour));
    expect(total(counts, ({ callsOffered }) => callsOffered)).toBe(0);
  });

  it('arrive independently of the previous minute', () => {
    const counts = callCountsOf(simulate(twoRegions(), 20_000)).map(({ newCallers }) => newCallers);
    const { mean, variance } = callersOf(counts);
    const products = counts.slice(1).map((count, index) => (count - mean) * (counts[index]! - mean));
    const covariance = total(products, (product) => product) / counts.length;
    expect(Math.abs(covariance / variance)).toBeLessThan(4 / Math.sqrt(counts.length));
  });

  it('are more by day than by night and fewer at weekends', () => {
    // Day 0 is a Friday and begins at noon.
    const shape = { busiestHourUtc: 12, quietestFactor: 0.1, weekendFactor: 0.5 };
    const counts = callCountsOf(simulate(twoRegions({ group: { callsPerMinute: 60, shape } }), 2 * day));
    const rateAround = (minute: number) =>
      total(counts.slice(minute, minute + hour), ({ newCallers }) => newCallers) / hour;
    expect(rateAround(0)).toBeCloseTo(60, -1);
    expect(rateAround(11 * hour)).toBeCloseTo(6, -0.5);
    expect(rateAround(23.5 * hour)).toBeCloseTo(30, -1);
  });

  it('are multiplied by a spike while it lasts', () => {
    const spikes = [{ fromMinute: 100, untilMinute: 200, factor: 5 }];
    const counts = callCountsOf(simulate(twoRegions({ group: { spikes } }), 300));
    const rates = [0, 100, 200].map(
      (from) => total(counts.slice(from, from + 100), ({ newCallers }) => newCallers) / 100,
    );
    expect(rates.map((rate) => Math.round(rate / 10))).toEqual([1, 5, 1]);
  });

  it('are the same in every minute for any routing and any faults', () => {
    const faults = [
      { fromMinute: 10, untilMinute: 40, where: { region: virginia }, what: { kind: 'sip-5xx', ratio: 0.5 } as const },
    ];
    const redials = { probability: 0.9, atMost: 3, withinSeconds: 90, failureRatio: 0.5 };
    const newCallers = (spec: ReturnType<typeof twoRegions>, routing = eastFirst) =>
      callCountsOf(simulate(spec, hour, routing)).map((minute) => minute.newCallers);
    const calm = newCallers(twoRegions({ group: { redials } }));
    expect(newCallers(twoRegions({ group: { redials }, faults }))).toEqual(calm);
    expect(newCallers(twoRegions({ group: { redials }, faults }), westFirst)).toEqual(calm);
    expect(new Set(calm).size).toBeGreaterThan(3);
  });

  it('differ with another seed', () => {
    const newCallers = (spec: ReturnType<typeof twoRegions>) =>
      callCountsOf(simulate(spec, hour)).map((minute) => minute.newCallers);
    expect(newCallers(twoRegions({ seed: seed + 1 }))).not.toEqual(newCallers(twoRegions()));
  });

  it('are identical when the simulation is repeated', () => {
    const spec = twoRegions({ group: { baselineFailureRatio: 0.1 }, connector: { outboundCallsPerMinute: 2 } });
    expect(simulate(spec, hour)).toEqual(simulate(spec, hour));
  });

  it('fail without faults in the baseline ratio, mostly with 4xx', () => {
    const minutes = simulate(
      twoRegions({ group: { baselineFailureRatio: 0.05, baselineServerErrorShare: 0.2 } }),
      5_000,
    );
    const counts = callCountsOf(minutes);
    const failed = total(counts, ({ callsFailed }) => callsFailed);
    const { least, most } = expectedShare(
      0.05,
      total(counts, ({ callsOffered }) => callsOffered),
    );
    const share = failed / total(counts, ({ callsOffered }) => callsOffered);
    expect(share).toBeGreaterThan(least);
    expect(share).toBeLessThan(most);
    expect(total(counts, ({ callsFailedBecause }) => callsFailedBecause.ownReasons)).toBe(failed);
    const east = minutes.map(({ connectors }) => connectors[0]!);
    const ofServers = total(east, ({ sip5xxCodes }) => sip5xxCodes) / failed;
    expect(ofServers).toBeGreaterThan(expectedShare(0.2, failed).least);
    expect(ofServers).toBeLessThan(expectedShare(0.2, failed).most);
    expect(total(east, ({ sip4xxCodes, sip5xxCodes }) => sip4xxCodes + sip5xxCodes)).toBe(failed);
  });

  it('have the same random numbers on every route: a call that fails without faults fails on every connector', () => {
    const spec = twoRegions({ group: { baselineFailureRatio: 0.3 } });
    const failures = (routing: typeof eastFirst) =>
      callCountsOf(simulate(spec, hour, routing)).map(({ callsFailed }) => callsFailed);
    expect(failures(westFirst)).toEqual(failures(eastFirst));
  });
});

describe(`redials (seed ${seed})`, () => {
  const redials = { probability: 0.5, atMost: 2, withinSeconds: 120, failureRatio: 0.8 };

  it('follow failures with their probability, and fail more often than first calls', () => {
    const counts = callCountsOf(simulate(twoRegions({ group: { baselineFailureRatio: 0.1, redials } }), 10_000));
    const newCallers = total(counts, (minute) => minute.newCallers);
    const perCaller = total(counts, (minute) => minute.redials) / newCallers;
    // 10 % fail; half of them redial; four fifths of those fail again; half of them redial once more.
    expect(perCaller).toBeCloseTo(0.1 * 0.5 * (1 + 0.8 * 0.5), 2);
    const failed = total(counts, ({ callsFailed }) => callsFailed) / newCallers;
    expect(failed).toBeCloseTo(0.1 * (1 + 0.5 * 0.8 * (1 + 0.5 * 0.8)), 2);
  });

  it('are never more than allowed', () => {
    const nobody = inOrder();
    const always = { ...redials, probability: 1 };
    const counts = callCountsOf(simulate(twoRegions({ group: { redials: always } }), 1_000, nobody));
    const newCallers = total(counts.slice(0, 990), (minute) => minute.newCallers);
    const redialled = total(counts, (minute) => minute.redials);
    expect(redialled / newCallers).toBeCloseTo(2, 1);
    expect(redialled).toBeLessThanOrEqual(2 * total(counts, (minute) => minute.newCallers));
  });

  it('come within the given time', () => {
    const soon = { probability: 1, atMost: 1, withinSeconds: 120, failureRatio: 0 };
    const spikes = [{ fromMinute: 1, untilMinute: 1_000, factor: 0 }];
    const counts = callCountsOf(
      simulate(twoRegions({ group: { redials: soon, spikes, callsPerMinute: 100 } }), 6, inOrder()),
    );
    const redialled = counts.map((minute) => minute.redials);
    expect(redialled.slice(3)).toEqual([0, 0, 0]);
    expect(total(redialled, (count) => count)).toBe(counts[0]!.newCallers);
    expect(Math.min(...redialled.slice(0, 3))).toBeGreaterThan(0);
  });

  it('come at uniformly random moments, each at its own', () => {
    const patient = { probability: 1, atMost: 1, withinSeconds: 600, failureRatio: 0 };
    const spikes = [{ fromMinute: 1, untilMinute: 100, factor: 0 }];
    const group = { redials: patient, spikes, callsPerMinute: 2_000 };
    const counts = callCountsOf(simulate(twoRegions({ group }), 12, inOrder()));
    const callers = counts[0]!.newCallers;
    for (const { redials } of counts.slice(1, 10)) {
      expect(redials / callers).toBeGreaterThan(expectedShare(0.1, callers).least);
      expect(redials / callers).toBeLessThan(expectedShare(0.1, callers).most);
    }
  });

  it('after a failure by a fault have the conditions of their own moment', () => {
    const faults = [
      { fromMinute: 0, untilMinute: 60, where: { region: virginia }, what: { kind: 'sip-5xx', ratio: 1 } as const },
    ];
    const spec = twoRegions({ group: { redials: { ...redials, failureRatio: 1, probability: 1 } }, faults });
    const counts = callCountsOf(simulate(spec, 120));
    expect(total(counts.slice(60), (minute) => minute.redials)).toBeGreaterThan(0);
    expect(total(counts.slice(60), ({ callsFailed }) => callsFailed)).toBe(0);
  });
});
