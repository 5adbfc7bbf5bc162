/** The rules that may not be broken (docs/architecture.md), held against generated observations. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeGroup, judgeRegions } from '../../lib/core/judge.ts';
import { minuteMs, type Minute, type Observation, type Plan, type Verdict } from '../../lib/core/model.ts';
import { plan, type PlanInput } from '../../lib/core/plan.ts';
import { aGroup } from '../builders/group.ts';
import { history, inbound, judgedUntil, nothing, observedAt } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { after, aLiveness, aPlanInput, isMove } from '../builders/plan.ts';
import { aPolicy } from '../builders/policy.ts';
import { runs, seed } from '../builders/random.ts';

const policy = aPolicy();
const minutesAgo = (minutes: number) => judgedUntil - minutes * minuteMs;

const calls = fc
  .record({ attempts: fc.nat(30), share: fc.constantFrom(0, 0, 0, 0.1, 0.2, 0.5, 1) })
  .map(({ attempts, share }) => ({
    InboundCallAttempts: attempts,
    InboundCallFailures: Math.round(attempts * share),
  }));
const extras = fc.record(
  {
    Throttles: fc.nat(10),
    MOSBetweenVcAndCustomer: fc.integer({ min: 10, max: 44 }).map((tenths) => tenths / 10),
    MOSBetweenVcAndRemote: fc.integer({ min: 10, max: 44 }).map((tenths) => tenths / 10),
  },
  { requiredKeys: [] },
);
/** From the newest, still incomplete minutes to beyond the hour that is read; single minutes and steady stretches. */
const stretch = fc
  .record({ from: fc.integer({ min: -1, max: 65 }), length: fc.integer({ min: 1, max: 30 }), calls, extras })
  .map(({ from, length, calls: counts, extras: others }) =>
    Array.from({ length }, (_, place): Minute => ({ startsAt: minutesAgo(from - place), ...counts, ...others })),
  );
const minutes = fc.array(stretch, { maxLength: 5 }).map((stretches) => stretches.flat());
/** A fault that goes on, without which chance would seldom bring a move about. */
const failing = fc
  .record({ length: fc.integer({ min: 2, max: 10 }), attempts: fc.integer({ min: 5, max: 30 }) })
  .map(({ length, attempts }) => history(inbound(length, attempts, attempts)));

const reading = fc.oneof(
  { weight: 8, arbitrary: minutes.map((read) => ({ kind: 'read' as const, minutes: read })) },
  { weight: 3, arbitrary: failing.map((read) => ({ kind: 'read' as const, minutes: read })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('fetch-error', 'forbidden', 'partial'), fc.constantFrom('no', 'not today'))
      .map(([kind, message]) => ({ kind, message })),
  },
);

const ids = ['a', 'b', 'c', 'd', 'e'] as const;
const regionNames = ['us-east-1', 'us-west-2'] as const;
const connectors = fc
  .array(
    fc.record({ region: fc.option(fc.constantFrom(...regionNames), { nil: undefined, freq: 20 }), inbound: reading }),
    {
      minLength: 1,
      size: 'max',
      maxLength: ids.length,
    },
  )
  .map((all) => all.map((connector, place) => aConnector({ voiceConnectorId: ids[place]!, ...connector })));
/** Distinct priorities for the most part: a tie ends the matter before it begins. */
const priorities = fc.oneof(
  { weight: 4, arbitrary: fc.shuffledSubarray([1, 2, 3, 50, 99], { minLength: 3, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }) },
);
const group = fc
  .tuple(fc.shuffledSubarray([...ids], { maxLength: 3 }), priorities)
  .map(([members, drawn]) =>
    aGroup({ items: members.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: drawn[place] })) }),
  );
const observation = fc
  .tuple(fc.array(group, { minLength: 1, maxLength: 3 }), connectors)
  .map(([groups, all]) => anObservation({ groups, connectors: all }));

const shuffle = <T>(all: readonly T[], order: readonly number[]): T[] =>
  all
    .map((one, place) => ({ one, key: order[place % order.length]! * 31 + place * 17 }))
    .sort((left, right) => (left.key % 101) - (right.key % 101))
    .map(({ one }) => one);
const order = fc.array(fc.nat(1000), { minLength: 3, maxLength: 7 });

function inputFor(seen: Observation, place = 0): PlanInput {
  const chosen = seen.groups[place]!;
  const regions = judgeRegions(seen, policy);
  return {
    ...aPlanInput({ group: chosen, policy: aPolicy({ failback: 'auto', preferredOrder: ['c', 'a'] }) }),
    connectorRegions: new Map(
      [...seen.connectors].flatMap(([id, { region }]): [string, string][] =>
        region === undefined ? [] : [[id, region]],
      ),
    ),
    regions,
    verdicts: judgeGroup(chosen, seen, regions, policy),
    liveness: new Map(ids.map((id) => [id, aLiveness()])),
  };
}

const byId = (left: { voiceConnectorId: string }, right: { voiceConnectorId: string }) =>
  left.voiceConnectorId < right.voiceConnectorId ? -1 : 1;
/** A decision without the order in which its items and rejections are written down. */
const unordered = (decision: Plan) => ({
  ...decision,
  rejected: decision.rejected.toSorted(byId),
  ...(isMove(decision) ? { before: decision.before.toSorted(byId), after: decision.after.toSorted(byId) } : {}),
});
const asObject = (verdicts: ReadonlyMap<string, Verdict>) => Object.fromEntries(verdicts);

describe(`whatever is observed (seed ${seed})`, () => {
  it('the order in which it is listed decides nothing', () => {
    fc.assert(
      fc.property(observation, order, (seen, by) => {
        const shuffled: Observation = {
          ...seen,
          groups: seen.groups.map((one) => ({ ...one, items: shuffle(one.items, by) })),
          connectors: new Map(
            shuffle([...seen.connectors], by).map(([id, connector]) => {
              if (connector.inbound.kind !== 'read') return [id, connector];
              return [id, { ...connector, inbound: { kind: 'read', minutes: shuffle(connector.inbound.minutes, by) } }];
            }),
          ),
        };
        const [straight, mixed] = [inputFor(seen), inputFor(shuffled)];
        expect(asObject(mixed.regions)).toEqual(asObject(straight.regions));
        expect(asObject(mixed.verdicts)).toEqual(asObject(straight.verdicts));
        const decision = plan(straight);
        // Which two of several tied members are named first is all that the listing may show in.
        if (decision.kind === 'hold' && decision.code === 'tied-priorities') {
          expect(plan(mixed)).toMatchObject({ kind: 'hold', code: 'tied-priorities' });
        } else {
          expect(unordered(plan(mixed))).toEqual(unordered(decision));
        }
        const reversed = { ...seen, groups: seen.groups.toReversed() };
        expect(asObject(judgeRegions(reversed, policy))).toEqual(asObject(straight.regions));
      }),
      runs(2000),
    );
  });

  it('a move reorders: the same members, each once, and the same priorities', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, (seen) => {
        const decision = plan(inputFor(seen));
        if (!isMove(decision)) return;
        moves += 1;
        const membersOf = (items: typeof decision.after) => items.map(({ voiceConnectorId }) => voiceConnectorId);
        const prioritiesOf = (items: typeof decision.after) => items.map(({ priority }) => priority).toSorted();
        expect(decision.before).toEqual(seen.groups[0]!.items);
        expect(membersOf(decision.after)).toEqual(membersOf(decision.before));
        expect(prioritiesOf(decision.after)).toEqual(prioritiesOf(decision.before));
      }),
      runs(3000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('planning on the world after the plan holds', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, (seen) => {
        const input = inputFor(seen);
        const decision = plan(input);
        if (!isMove(decision)) return;
        moves += 1;
        expect(plan(after(input, decision, observedAt)).kind).toBe('hold');
      }),
      runs(2000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('nothing is known of whom nobody could read, and nothing is done to a group led by one', () => {
    fc.assert(
      fc.property(observation, fc.constantFrom('fetch-error', 'forbidden', 'partial'), (seen, kind) => {
        const blinded: Observation = {
          ...seen,
          connectors: new Map(
            [...seen.connectors].map(([id, connector]) => [id, { ...connector, inbound: { kind, message: 'no' } }]),
          ),
        };
        const input = inputFor(blinded);
        for (const verdict of [...input.verdicts.values(), ...input.regions.values()]) {
          expect(verdict.health).toBe('unknown');
        }
        expect(plan(input).kind).toBe('hold');
      }),
      runs(500),
    );
  });

  it('one that could not be read is never convicted, not even by its Region', () => {
    fc.assert(
      fc.property(observation, fc.constantFrom('fetch-error', 'forbidden', 'partial'), (seen, kind) => {
        const id = seen.groups[0]!.items[0]?.voiceConnectorId ?? 'a';
        const blinded = aConnector({ voiceConnectorId: id, inbound: { kind, message: 'no' } });
        const input = inputFor({ ...seen, connectors: new Map([...seen.connectors, [id, blinded]]) });
        const verdict = input.verdicts.get(id);
        if (verdict !== undefined) expect(verdict).toMatchObject({ health: 'unknown', cause: kind });
      }),
      runs(1000),
    );
  });

  it('losing datapoints of calls that all went through convicts nobody', () => {
    fc.assert(
      fc.property(observation, fc.array(fc.nat(70)), (seen, lost) => {
        const holed: Observation = {
          ...seen,
          connectors: new Map(
            [...seen.connectors].map(([id, connector]) => {
              if (connector.inbound.kind !== 'read') return [id, connector];
              const kept = connector.inbound.minutes
                .filter(({ startsAt }) => !lost.includes((judgedUntil - startsAt) / minuteMs))
                .map((minute) => ({ ...minute, InboundCallFailures: 0 }));
              return [id, { ...connector, inbound: { kind: 'read', minutes: kept } }];
            }),
          ),
        };
        const input = inputFor(holed);
        for (const verdict of [...input.verdicts.values(), ...input.regions.values()]) {
          expect(verdict.health).not.toBe('unhealthy');
        }
      }),
      runs(1000),
    );
  });

  it('metrics that are not complete yet decide nothing', () => {
    fc.assert(
      fc.property(observation, fc.array(fc.tuple(fc.nat(5), calls, extras)), (seen, newer) => {
        const early: Observation = {
          ...seen,
          connectors: new Map(
            [...seen.connectors].map(([id, connector]) => {
              if (connector.inbound.kind !== 'read') return [id, connector];
              const more = newer.map(([ahead, counts, others]) => ({
                startsAt: minutesAgo(-ahead),
                ...counts,
                ...others,
              }));
              return [
                id,
                { ...connector, inbound: { kind: 'read', minutes: [...connector.inbound.minutes, ...more] } },
              ];
            }),
          ),
        };
        const [before, now] = [inputFor(seen), inputFor(early)];
        expect(asObject(now.verdicts)).toEqual(asObject(before.verdicts));
        expect(asObject(now.regions)).toEqual(asObject(before.regions));
      }),
      runs(1000),
    );
  });
});

/** How much a verdict that goes by calls holds against a Voice Connector; the others have not judged any. */
function gravity(verdict: Verdict): number | undefined {
  switch (verdict.health) {
    case 'healthy':
      return 0;
    case 'unknown':
      return verdict.cause === 'inconclusive' ? 1 : undefined;
    case 'degraded':
      return 2;
    case 'unhealthy':
      return 3;
    default:
      return verdict satisfies never;
  }
}

const isSilence = (verdict: Verdict) => verdict.health === 'unknown' && verdict.reason.startsWith('no ');

function verdictsOn(read: readonly Minute[]): { own: Verdict; region: Verdict } {
  const seen = anObservation({ connectors: [aConnector({ inbound: { kind: 'read', minutes: read } })] });
  const regions = judgeRegions(seen, policy);
  return { own: judgeGroup(seen.groups[0]!, seen, regions, policy).get('east')!, region: regions.get('us-east-1')! };
}

function withFailedCall(read: readonly Minute[], at: number): Minute[] {
  const startsAt = minutesAgo(at);
  const place = read.findIndex((minute) => minute.startsAt === startsAt && minute.InboundCallAttempts !== undefined);
  const { InboundCallAttempts = 0, InboundCallFailures = 0, ...rest } = read[place] ?? { startsAt };
  const worse = {
    ...rest,
    InboundCallAttempts: InboundCallAttempts + 1,
    InboundCallFailures: Math.min(InboundCallFailures, InboundCallAttempts) + 1,
  };
  return place < 0 ? [...read, worse] : read.with(place, worse);
}

describe(`one more failed call (seed ${seed})`, () => {
  it('never makes a verdict better', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 60 }), (read, at) => {
        const [before, now] = [verdictsOn(read).own, verdictsOn(withFailedCall(read, at)).own];
        const [was, is] = [gravity(before), gravity(now)];
        const told = `${before.health} (${before.reason}) became ${now.health} (${now.reason})`;
        if (was === undefined) {
          // Only the end of a silence may show that all is well.
          if (is === 0) expect(isSilence(before), told).toBe(true);
        } else if (is === undefined) {
          expect(isSilence(now), told).toBe(true);
        } else {
          expect(is, told).toBeGreaterThanOrEqual(was);
        }
      }),
      runs(6000),
    );
  });

  it('never clears a Region, as long as nobody in it is silent', () => {
    const talking = fc
      .tuple(minutes, calls)
      .map(([read, last]) => [
        ...read,
        { startsAt: minutesAgo(1), ...last, InboundCallAttempts: last.InboundCallAttempts + 1 },
      ]);
    let sick = 0;
    fc.assert(
      fc.property(fc.array(talking, { minLength: 2, maxLength: 4 }), fc.integer({ min: 1, max: 60 }), (reads, at) => {
        const regionOf = (all: readonly (readonly Minute[])[]) =>
          judgeRegions(
            anObservation({
              connectors: all.map((read, place) =>
                aConnector({ voiceConnectorId: ids[place]!, inbound: { kind: 'read', minutes: read } }),
              ),
            }),
            policy,
          ).get('us-east-1')!;
        const before = regionOf(reads);
        if (before.health !== 'unhealthy') return;
        sick += 1;
        const now = regionOf(reads.with(0, withFailedCall(reads[0]!, at)));
        expect(now.health, `${before.reason} became ${now.reason}`).toBe('unhealthy');
      }),
      runs(3000),
    );
    expect(sick).toBeGreaterThan(0);
  });

  it('can turn a conviction into a silence: the more calls there were, the sooner they are missed', () => {
    const failing = history(inbound(54, 5), inbound(3, 5, 5), inbound(1, 4, 4), nothing(1));
    expect(verdictsOn(failing).own.health).toBe('unhealthy');
    expect(verdictsOn(withFailedCall(failing, 2)).own).toMatchObject({ health: 'unknown', cause: 'stale' });
  });
});
