/**
 * The impact ledger against the truth of 200 simulated outages. The truth is the same world (same callers, same random numbers) without the
 * fault, and with the fault but without the move. `IMPACT_SEED=7` chooses other outages.
 */
import { describe, expect, it } from 'vitest';
import { judgeCalls } from '../../../lib/core/judge/calls.ts';
import { callsOf } from '../../../lib/core/judge/connector-calls.ts';
import { impactOf, savedSinceChange } from '../../../lib/core/judge/impact.ts';
import type { Impact, Interval, Saved } from '../../../lib/core/model/impact.ts';
import type { Minute, Observation, VoiceConnectorObservation } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { streamsFor } from '../../../sim/world/random.ts';
import type { WorldSpec } from '../../../sim/world/spec.ts';
import { createWorld } from '../../../sim/world/world.ts';
import { aGroup } from '../../builders/group.ts';
import { aPolicy } from '../../builders/policy.ts';

const outages = 200;
const seed = Number(process.env['IMPACT_SEED'] ?? 1);
const startsAt = Date.UTC(2026, 10, 20, 8);
const policy = aPolicy();
const lagMinutes = 1;

type Outage = {
  readonly seed: number;
  readonly callsPerMinute: number;
  readonly baseline: number;
  readonly lostShare: number;
  readonly beganAt: number;
  /** From the move until the ledger is read. */
  readonly minutesMoved: number;
};

function outageOf(index: number): Outage {
  const random = streamsFor(seed, 'ledger outages')(index);
  const between = (least: number, most: number): number => least + random.uniform() * (most - least);
  return {
    seed: seed * 1000 + index,
    callsPerMinute: 5 * 12 ** random.uniform(),
    baseline: between(0.005, 0.06),
    lostShare: between(0.2, 1),
    beganAt: 75 + between(0, 1),
    minutesMoved: Math.round(between(5, 45)),
  };
}

function specOf({ seed: ofWorld, callsPerMinute, baseline, lostShare, beganAt }: Outage, hasFault: boolean): WorldSpec {
  const fault = {
    fromMinute: beganAt,
    untilMinute: 10_000,
    where: { region: 'us-east-1' },
    what: { kind: 'sip-5xx' as const, ratio: lostShare },
  };
  return {
    seed: ofWorld,
    startsAt,
    groups: [{ voiceConnectorGroupId: 'main-line', callsPerMinute, baselineFailureRatio: baseline }],
    connectors: [
      { voiceConnectorId: 'vc-east', region: 'us-east-1' },
      { voiceConnectorId: 'vc-west', region: 'us-west-2' },
    ],
    faults: hasFault ? [fault] : [],
    audio: 'mos',
  };
}

/** A world whose metrics are kept. */
class Recorded {
  readonly #world;
  readonly #minutes: ReadonlyMap<string, Minute[]> = new Map([
    ['vc-east', []],
    ['vc-west', []],
  ]);
  readonly failures: number[] = [];

  constructor(spec: WorldSpec) {
    this.#world = createWorld(spec);
  }

  runMinute(top: 'vc-east' | 'vc-west'): void {
    const items = ['vc-east', 'vc-west'].map((id) => ({ voiceConnectorId: id, priority: id === top ? 1 : 2 }));
    const {
      startsAt: at,
      connectors,
      groups,
    } = this.#world.runMinute([
      { voiceConnectorGroupId: 'main-line', callDistributionType: 'PriorityWeightedDistribution', items },
    ]);
    for (const each of connectors) {
      if (each.inboundCallAttempts === 0) continue;
      this.#minutes.get(each.voiceConnectorId)?.push({
        startsAt: at,
        InboundCallAttempts: each.inboundCallAttempts,
        InboundCallFailures: each.inboundCallFailures,
      });
    }
    this.failures.push(groups.reduce((sum, { callsFailed }) => sum + callsFailed, 0));
  }

  /** The members as a run in `minute` reads them: an hour, and what is normal. */
  observed(minute: number, { baseline }: Outage): ReadonlyMap<string, VoiceConnectorObservation> {
    const until = startsAt + (minute - lagMinutes) * minuteMs;
    const from = until - 71 * minuteMs;
    const history = Array.from({ length: 15 * 48 }, (_, slot) => ({
      startsAt: startsAt - (slot + 10) * 30 * minuteMs,
      InboundCallAttempts: 1000,
      InboundCallFailures: Math.round(1000 * baseline),
    }));
    return new Map(
      [...this.#minutes].map(([voiceConnectorId, minutes]) => [
        voiceConnectorId,
        {
          voiceConnectorId,
          region: voiceConnectorId === 'vc-east' ? 'us-east-1' : 'us-west-2',
          inbound: { kind: 'read', minutes: minutes.filter(({ startsAt: at }) => at >= from && at < until) },
          history: { kind: 'read', minutes: history },
        },
      ]),
    );
  }
}

type Measured = {
  readonly outage: Outage;
  readonly impact: Impact;
  readonly failed: number;
  readonly saved: Saved;
  readonly lost: number;
};

/** Undefined where the fault was not proved within an hour. */
function measure(outage: Outage): Measured | undefined {
  const world = new Recorded(specOf(outage, true));
  let top: 'vc-east' | 'vc-west' = 'vc-east';
  let impact: Impact | undefined;
  let movedIn = 0;
  for (let minute = 0; minute < 75 + 60 + 50; minute += 1) {
    if (top === 'vc-east' && minute > outage.beganAt) {
      const east = world.observed(minute, outage).get('vc-east');
      const calls = east && callsOf(east, startsAt + (minute - lagMinutes) * minuteMs, policy);
      if (calls && judgeCalls({ calls, expectsCalls: true, policy }).health === 'unhealthy') {
        impact = impactOf(calls, policy);
        top = 'vc-west';
        movedIn = minute;
      }
    }
    if (movedIn > 0 && minute === movedIn + outage.minutesMoved) {
      const saved = readSaved(world, minute, movedIn, outage);
      if (impact === undefined || saved === undefined) throw new Error('a proven fault has a ledger');
      return { outage, impact, saved, ...truthOf(outage, world, impact, movedIn, minute) };
    }
    world.runMinute(top);
  }
  return undefined;
}

function readSaved(world: Recorded, minute: number, movedIn: number, outage: Outage): Saved | undefined {
  const items = [
    { voiceConnectorId: 'vc-west', priority: 1 },
    { voiceConnectorId: 'vc-east', priority: 2 },
  ];
  const group = aGroup({ items, updatedAt: startsAt + movedIn * minuteMs });
  const observation: Observation = {
    observedAt: startsAt + minute * minuteMs + 4000,
    groups: [group],
    connectors: world.observed(minute, outage),
  };
  return savedSinceChange(group, observation, policy);
}

function truthOf(outage: Outage, moved: Recorded, impact: Impact, movedIn: number, readIn: number) {
  const [healthy, unmoved] = [new Recorded(specOf(outage, false)), new Recorded(specOf(outage, true))];
  for (let minute = 0; minute < readIn; minute += 1) {
    healthy.runMinute('vc-east');
    unmoved.runMinute('vc-east');
  }
  const sum = (values: readonly number[], from: number, until: number): number =>
    values.slice(from, until).reduce((total, value) => total + value, 0);
  const until = (impact.countedUntil - startsAt) / minuteMs;
  const began = Math.floor(outage.beganAt);
  return {
    failed: sum(unmoved.failures, began, until) - sum(healthy.failures, began, until),
    lost: sum(unmoved.failures, movedIn, readIn - lagMinutes) - sum(moved.failures, movedIn, readIn - lagMinutes),
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function contains({ least, most }: Interval, truth: number): boolean {
  return least <= truth && truth <= most;
}

function share(all: readonly Measured[], isSo: (each: Measured) => boolean): number {
  return all.filter(isSo).length / all.length;
}

function ratioOf(all: readonly Measured[], claimed: (each: Measured) => number, truth: (each: Measured) => number) {
  const sum = (of: (each: Measured) => number): number => all.reduce((total, each) => total + of(each), 0);
  return sum(claimed) / sum(truth);
}

function medianError(all: readonly Measured[], claimed: (each: Measured) => number, truth: (each: Measured) => number) {
  const errors = all.map((each) => Math.abs(claimed(each) / truth(each) - 1)).sort((left, right) => left - right);
  return errors[Math.floor(errors.length / 2)] ?? Infinity;
}

describe(`the impact ledger of ${outages} outages (IMPACT_SEED=${seed})`, () => {
  const all = Array.from({ length: outages }, (_, index) => outageOf(index)).flatMap((outage) => measure(outage) ?? []);
  const failedLikely = ({ impact }: Measured): number => impact.callsFailed.likely;
  const savedLikely = ({ saved }: Measured): number => saved.callsSaved.likely;
  const failedTruth = ({ failed }: Measured): number => failed;
  const savedTruth = ({ lost }: Measured): number => lost;

  it('covers nearly all of them: a fault that is not proved has none', () => {
    expect(all.length).toBeGreaterThan(0.95 * outages);
  });

  it('counts the failed calls within 10 % of the truth, in an interval that contains it in 95 %', () => {
    const ratio = ratioOf(all, failedLikely, failedTruth);
    const covered = share(all, ({ impact, failed }) => contains(impact.callsFailed, failed));
    print(
      `failed: total ${ratio.toFixed(3)} of the truth, median error ${medianError(all, failedLikely, failedTruth).toFixed(3)}, covered ${covered.toFixed(3)}`,
    );
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    expect(medianError(all, failedLikely, failedTruth)).toBeLessThan(0.1);
    expect(covered).toBeGreaterThanOrEqual(0.95);
  });

  it('counts the saved calls within 10 % of the truth, in an interval that contains it in 95 %', () => {
    const ratio = ratioOf(all, savedLikely, savedTruth);
    const covered = share(all, ({ saved, lost }) => contains(saved.callsSaved, lost));
    const widths = all.map(({ saved: { callsSaved } }) => (callsSaved.most - callsSaved.least) / callsSaved.likely);
    print(
      `saved: total ${ratio.toFixed(3)} of the truth, median error ${medianError(all, savedLikely, savedTruth).toFixed(3)}, covered ${covered.toFixed(3)}, median width ${(widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)] ?? 0).toFixed(2)} of it`,
    );
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    expect(medianError(all, savedLikely, savedTruth)).toBeLessThan(0.1);
    expect(covered).toBeGreaterThanOrEqual(0.95);
  });

  it('finds the first bad minute', () => {
    const within = (minutes: number): number =>
      share(all, ({ impact, outage }) => {
        const found = (impact.firstBadMinuteAt - startsAt) / minuteMs;
        return Math.abs(found - Math.floor(outage.beganAt)) <= minutes;
      });
    print(`first bad minute: exact ${within(0).toFixed(3)}, within a minute ${within(1).toFixed(3)}`);
    expect(within(1)).toBeGreaterThan(0.9);
  });
});
