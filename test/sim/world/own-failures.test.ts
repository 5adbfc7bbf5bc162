import { describe, expect, it } from 'vitest';
import type { GroupSpec, WorldSpec } from '../../../sim/world/spec.ts';
import { beta } from '../../../sim/world/distributions.ts';
import { FailureRatio } from '../../../sim/world/failure-ratio.ts';
import { streamsFor } from '../../../sim/world/random.ts';
import { callCountsOf, connectorOf, expectedShare, seed, simulate, startsAt, total, twoRegions } from './builders.ts';

const hour = 60;
const day = 24 * hour;

/** The ratio of each minute, from a Friday noon on. */
function ratios(group: Partial<GroupSpec>, minutes: number): readonly number[] {
  const ratio = new FailureRatio(seed, startsAt, twoRegions({ group }).groups[0]!);
  return Array.from({ length: minutes }, (_, minute) => ratio.ofMinute(minute).ratio);
}

function mean(values: readonly number[]): number {
  return total(values, (value) => value) / values.length;
}

function variance(values: readonly number[]): number {
  const center = mean(values);
  return total(values, (value) => (value - center) ** 2) / (values.length - 1);
}

function failedShare(spec: WorldSpec, from: number, until: number) {
  const counts = callCountsOf(simulate(spec, until)).slice(from);
  const offered = total(counts, ({ callsOffered }) => callsOffered);
  return { offered, share: total(counts, ({ callsFailed }) => callsFailed) / offered };
}

describe('periods of the week with another failure ratio', () => {
  /** The minutes from Friday noon on at which the ratio changes, and what it changes to. */
  function changes(group: Partial<GroupSpec>, days = 7): readonly (readonly [string, number])[] {
    const all = ratios({ baselineFailureRatio: 0.02, ...group }, days * day);
    return all.flatMap((ratio, minute) => {
      if (ratio === all[minute - 1]) return [];
      const at = new Date(startsAt + minute * 60_000);
      return [[`${at.toUTCString().slice(0, 3)} ${at.toISOString().slice(11, 16)}`, ratio] as const];
    });
  }

  it('apply from their first minute until before their last, on their days', () => {
    const lunch = { days: ['mon', 'wed'], from: '12:00', until: '13:30', ratio: 0.08 } as const;
    expect(changes({ failurePeriods: [lunch] })).toEqual([
      ['Fri 12:00', 0.02],
      ['Mon 12:00', 0.08],
      ['Mon 13:30', 0.02],
      ['Wed 12:00', 0.08],
      ['Wed 13:30', 0.02],
    ]);
  });

  it('apply every day and every week without days', () => {
    const lunch = { from: '12:00', until: '13:00', ratio: 0.08 };
    const ofTwoWeeks = changes({ failurePeriods: [lunch] }, 14);
    expect(ofTwoWeeks).toHaveLength(2 * 14);
    expect(ofTwoWeeks.slice(14)).toEqual(ofTwoWeeks.slice(0, 14));
  });

  it('reach beyond midnight, and from Saturday into Sunday', () => {
    const night = { days: ['sat'], from: '22:00', until: '06:00', ratio: 0.5 } as const;
    expect(changes({ failurePeriods: [night] })).toEqual([
      ['Fri 12:00', 0.02],
      ['Sat 22:00', 0.5],
      ['Sun 06:00', 0.02],
    ]);
  });

  it('give way to a later entry, and hide a swing', () => {
    const weekend = { days: ['sat', 'sun'], from: '00:00', until: '24:00', ratio: 0.1 } as const;
    const brunch = { days: ['sun'], from: '10:00', until: '11:00', ratio: 0.3 } as const;
    const failureSwing = { lowest: 0.01, highest: 0.03, periodMinutes: day };
    expect(changes({ failurePeriods: [weekend, brunch] })).toEqual([
      ['Fri 12:00', 0.02],
      ['Sat 00:00', 0.1],
      ['Sun 10:00', 0.3],
      ['Sun 11:00', 0.1],
      ['Mon 00:00', 0.02],
    ]);
    const weekendWithSwing = ratios({ failureSwing, failurePeriods: [weekend, brunch] }, 2 * day).slice(12 * hour);
    expect(new Set(weekendWithSwing)).toEqual(new Set([0.1, 0.3]));
  });

  it(`fail that share of the calls, with their share of 5xx (seed ${seed})`, () => {
    const period = { from: '12:00', until: '13:00', ratio: 0.4, serverErrorShare: 0.9 };
    const spec = twoRegions({ group: { failurePeriods: [period], callsPerMinute: 60, baselineFailureRatio: 0 } });
    const { offered, share } = failedShare(spec, 0, hour);
    const { least, most } = expectedShare(0.4, offered);
    expect(share).toBeGreaterThan(least);
    expect(share).toBeLessThan(most);
    const east = connectorOf(simulate(spec, 2 * hour), 'east');
    const failed = total(east, ({ inboundCallFailures }) => inboundCallFailures);
    expect(failed).toBe(share * offered);
    const ofServers = total(east, ({ sip5xxCodes }) => sip5xxCodes) / failed;
    expect(ofServers).toBeGreaterThan(expectedShare(0.9, failed).least);
    expect(ofServers).toBeLessThan(expectedShare(0.9, failed).most);
  });
});

describe('a failure ratio that swings', () => {
  const swing = { lowest: 0.02, highest: 0.1, periodMinutes: 4 * hour };

  it('begins in the middle, and is highest a quarter of a period later', () => {
    const [first = 0, ...rest] = ratios({ failureSwing: swing }, 8 * hour + 1).filter(
      (_, minute) => minute % hour === 0,
    );
    expect(first).toBeCloseTo(0.06, 12);
    const expected = [0.1, 0.06, 0.02, 0.06, 0.1, 0.06, 0.02, 0.06];
    for (const [place, ratio] of rest.entries()) expect(ratio).toBeCloseTo(expected[place]!, 12);
  });

  it('is highest at the given minute', () => {
    const all = ratios({ failureSwing: { ...swing, highestAtMinute: 10 } }, 4 * hour);
    expect(all.indexOf(Math.max(...all))).toBe(10);
    expect(all.indexOf(Math.min(...all))).toBe(10 + 2 * hour);
  });

  it(`fails the calls accordingly (seed ${seed})`, () => {
    const failureSwing = { lowest: 0, highest: 0.8, periodMinutes: 4 * hour, highestAtMinute: 2 * hour };
    const { offered, share } = failedShare(twoRegions({ group: { failureSwing, callsPerMinute: 60 } }), 0, 4 * hour);
    expect(share).toBeGreaterThan(expectedShare(0.4, offered).least);
    expect(share).toBeLessThan(expectedShare(0.4, offered).most);
  });
});

describe(`a failure ratio that walks (seed ${seed})`, () => {
  const walk = { lowest: 0.02, highest: 0.08, stepPerHour: 0.003 };

  it('starts at the baseline, stays within its limits and comes near both', () => {
    const all = ratios({ baselineFailureRatio: 0.03, failureWalk: walk }, 100 * day);
    expect(all[0]).toBe(0.03);
    const sorted = all.toSorted((a, b) => a - b);
    const [least = NaN, most = NaN] = [sorted[0], sorted.at(-1)];
    expect([least >= 0.02, least < 0.021, most > 0.079, most <= 0.08]).toEqual([true, true, true, true]);
  });

  it('changes by its step in an hour', () => {
    const wide = { lowest: 0, highest: 1, stepPerHour: 0.003 };
    const all = ratios({ baselineFailureRatio: 0.5, failureWalk: wide }, 100 * day);
    const hourly = all.filter((_, minute) => minute % hour === 0);
    const steps = hourly.slice(1).map((ratio, place) => ratio - hourly[place]!);
    // The standard error of a variance is sqrt(2 / n) of it.
    const error = 4 * Math.sqrt(2 / steps.length);
    expect(variance(steps) / 0.003 ** 2).toBeGreaterThan(1 - error);
    expect(variance(steps) / 0.003 ** 2).toBeLessThan(1 + error);
    expect(Math.abs(mean(steps))).toBeLessThan((4 * 0.003) / Math.sqrt(steps.length));
  });

  it('is the same in every simulation of the seed, and another with another seed', () => {
    const group = { baselineFailureRatio: 0.03, failureWalk: walk, callsPerMinute: 60 };
    const failed = (spec: WorldSpec) => callCountsOf(simulate(spec, 5 * hour)).map(({ callsFailed }) => callsFailed);
    expect(failed(twoRegions({ group }))).toEqual(failed(twoRegions({ group })));
    expect(failed(twoRegions({ group, seed: seed + 1 }))).not.toEqual(failed(twoRegions({ group })));
  });
});

describe(`failures that are correlated within a minute (seed ${seed})`, () => {
  it.each([
    [0.02, 0.01],
    [0.02, 0.3],
    [0.5, 0.2],
    [0.9, 0.05],
  ])('have the mean %d and the correlation %d', (p, rho) => {
    const all = ratios({ baselineFailureRatio: p, minuteCorrelation: rho }, 50_000);
    const expected = rho * p * (1 - p);
    expect(Math.abs(mean(all) - p)).toBeLessThan(4 * Math.sqrt(expected / all.length));
    expect(variance(all) / expected).toBeGreaterThan(0.9);
    expect(variance(all) / expected).toBeLessThan(1.1);
    expect(all.every((ratio) => ratio >= 0 && ratio <= 1)).toBe(true);
  });

  it('come together: the failures of a minute vary more than independent ones do', () => {
    const spread = (group: Partial<GroupSpec>) => {
      const counts = callCountsOf(simulate(twoRegions({ group: { ...group, callsPerMinute: 30 } }), 3_000));
      return variance(counts.map(({ callsFailed }) => callsFailed));
    };
    const group = { baselineFailureRatio: 0.1 };
    // With Poisson arrivals of rate n, the variance is np + n²·rho·p(1 - p).
    expect(Math.round(spread(group))).toBe(3);
    const correlated = 3 + 900 * 0.1 * 0.1 * 0.9;
    expect(spread({ ...group, minuteCorrelation: 0.1 }) / correlated).toBeGreaterThan(0.85);
    expect(spread({ ...group, minuteCorrelation: 0.1 }) / correlated).toBeLessThan(1.15);
  });

  it('vary around the ratio of a period', () => {
    const failurePeriods = [{ from: '12:00', until: '11:00', ratio: 0.3 }];
    const all = ratios({ failurePeriods, minuteCorrelation: 0.05 }, 23 * hour);
    expect(Math.abs(mean(all) - 0.3)).toBeLessThan(4 * Math.sqrt((0.05 * 0.3 * 0.7) / all.length));
  });

  it('are finite for extreme correlations', () => {
    const streams = streamsFor(seed, 'test');
    const values = Array.from({ length: 1_000 }, (_, minute) => beta(streams(minute), 0.01, 0.999));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect([0, 1].map((p) => beta(streams(0), p, 0.5))).toEqual([0, 1]);
  });
});
