/** Properties of every drill, whatever happens to its group: over generated worlds, run by run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidencedInput } from '../../../lib/core/drill/input.ts';
import { orderDrill } from '../../../lib/core/drill/order.ts';
import type { DrillReadings } from '../../../lib/core/drill/progress.ts';
import { drillStep, type DrillStep } from '../../../lib/core/drill/step.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { unknownCauses } from '../../../lib/core/model/codes.ts';
import { type Drill } from '../../../lib/core/model/override.ts';
import { type StandbySignals } from '../../../lib/core/model/observation.ts';
import { type Move } from '../../../lib/core/model/plan.ts';
import { type Verdict } from '../../../lib/core/model/verdict.ts';
import { inOrder, primaryOf } from '../../../lib/core/model/priorities.ts';
import { minutesAgo, moveOf, withEvidence } from '../../builders/drill.ts';
import { aGroup } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import {
  someStandbySignals,
  aRecord,
  degraded,
  healthy,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import { runs, seed } from '../../builders/random.ts';

const ids = ['east', 'west', 'tokyo'] as const;
const regionNames = ['us-east-1', 'us-west-2', 'ap-northeast-1'] as const;

const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(healthy, unknown('idle')) },
  { weight: 3, arbitrary: fc.constantFrom(degraded, unhealthy) },
  { weight: 2, arbitrary: fc.constantFrom(...unknownCauses).map(unknown) },
);
const standbySignals: fc.Arbitrary<StandbySignals | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(someStandbySignals()) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      someStandbySignals({ reachability: { lastOptionsPingAt: undefined }, outbound: { kind: 'read', minutes: [] } }),
      someStandbySignals({ reachability: { origination: 'disabled' } }),
      {
        ...someStandbySignals({ outbound: { kind: 'read', minutes: [] } }),
        reachability: { kind: 'unreadable' as const, message: 'no' },
      },
      undefined,
    ),
  },
);
/** What one run observes of every member; everything is healthy half of the time. */
const conditions = fc.record({
  verdicts: fc.tuple(verdict, verdict, verdict),
  regions: fc.tuple(verdict, verdict, verdict),
  standbySignals: fc.tuple(standbySignals, standbySignals, standbySignals),
  failing: fc.constantFrom(0, 0, 0, 1, 5),
  isReadable: fc.boolean(),
});
type Conditions = typeof conditions extends fc.Arbitrary<infer Value> ? Value : never;

const fine: Conditions = {
  verdicts: [healthy, healthy, healthy],
  regions: [healthy, healthy, healthy],
  standbySignals: [someStandbySignals(), someStandbySignals(), someStandbySignals()],
  failing: 0,
  isReadable: true,
};

function byName<Value>(names: readonly string[], values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(names.map((name, place) => [name, values[place]!]));
}

/** Two or three members, in any order, with any priorities. */
const groups = fc
  .record({
    members: fc.shuffledSubarray([...ids], { minLength: 2, maxLength: 3 }),
    priorities: fc.shuffledSubarray([1, 2, 5, 50, 99], { minLength: 3, maxLength: 3 }),
  })
  .map(({ members, priorities }) =>
    aGroup({ items: members.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: priorities[place] })) }),
  );

function inputOf(group: ReturnType<typeof aGroup>, given: Conditions, changedAt: readonly number[]): EvidencedInput {
  const signals = byName(ids, given.standbySignals);
  return withEvidence({
    group,
    verdicts: byName(ids, given.verdicts),
    regions: byName(regionNames, given.regions),
    standbySignals: Object.fromEntries(
      Object.entries(signals).flatMap(([id, each]) => (each === undefined ? [] : [[id, each]])),
    ),
    record: given.isReadable ? aRecord({ changedAt }) : unreadableRecord,
  });
}

function readingsOf({ failing }: Conditions): DrillReadings {
  return {
    standby: {
      kind: 'read',
      minutes: Array.from({ length: 200 }, (_, place) => ({
        startsAt: observedAt - (observedAt % minuteMs) - place * minuteMs,
        InboundCallAttempts: 10,
        InboundCallFailures: failing,
      })),
    },
    others: { kind: 'read', minutes: [] },
  };
}

/** The drill ordered `age` minutes ago in a healthy group; undefined where it was refused. */
function drillOn(group: ReturnType<typeof aGroup>, age: number, to: number): Drill | undefined {
  const [top, ...others] = inOrder(group.items);
  const verdicts = byName(
    ids,
    ids.map((id) => (id === top?.voiceConnectorId ? healthy : unknown('idle'))),
  );
  const input = withEvidence({
    group,
    verdicts,
    standbySignals: byName(ids, fine.standbySignals as readonly StandbySignals[]),
  });
  const target = others[to % others.length]?.voiceConnectorId;
  const ordered = orderDrill(input, { by: 'ops', reason: 'practice', minutes: 15, to: target });
  if (ordered.kind === 'refused') return undefined;
  return { ...ordered.drill, startedAt: minutesAgo(age), until: minutesAgo(age - 15) };
}

/** A drill in any state that it may reach. */
const scene = fc
  .record({
    group: groups,
    given: fc.oneof(fc.constant(fine), conditions, conditions),
    age: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 5, max: 60 })),
    to: fc.nat(1),
    at: fc.constantFrom('before', 'after', 'after', 'after', 'back'),
    stopped: fc.boolean(),
  })
  .map(({ group, given, age, to, at, stopped }) => {
    const ordered = drillOn(group, age, to);
    if (ordered === undefined) throw new Error('a healthy group was refused a drill');
    const drill = { ...ordered, ...(stopped ? { stopped: { by: 'boss', reason: 'no' } } : {}) };
    const begun = minutesAgo(Math.max(0, age - 0.1));
    const items = at === 'after' ? drill.after : drill.before;
    const now = at === 'before' ? group : { ...group, items, updatedAt: at === 'after' ? begun : minutesAgo(age / 2) };
    return { input: inputOf(now, given, at === 'before' ? [] : [begun]), drill, readings: readingsOf(given), at };
  });

/** Takes one step a minute until the drill is over. The builders have a fixed `observedAt`, so the drill's times move instead. */
function runToEnd(start: ReturnType<typeof aGroup>, minutes: readonly Conditions[], to: number) {
  const ordered = drillOn(start, 0, to);
  if (ordered === undefined) throw new Error('a healthy group was refused a drill');
  const { leaving } = ordered;
  let group = start;
  const changedAt: number[] = [];
  let end: DrillStep | undefined;
  for (const [minute, given] of minutes.entries()) {
    const now = observedAt + minute * minuteMs;
    const ago = (at: number): number => at - minute * minuteMs;
    const times = {
      startedAt: ago(ordered.startedAt),
      until: ago(ordered.until),
      groupUpdatedAt: ago(ordered.groupUpdatedAt),
    };
    const input = inputOf({ ...group, updatedAt: ago(group.updatedAt!) }, given, changedAt.map(ago));
    end = drillStep(input, { ...ordered, ...times }, readingsOf(given));
    if (end.kind === 'over') break;
    const move = moveOf(end);
    if (move === undefined) continue;
    if (move.kind === 'restore') expect(input.verdicts.get(leaving)?.health).not.toBe('unhealthy');
    changedAt.push(now);
    group = { ...group, items: move.after, updatedAt: now };
  }
  return { end, items: group.items, leaving };
}

describe(`Every drill (seed ${seed})`, () => {
  it('only reorders: the same members, each once, and the same priorities', () => {
    const moves = { drill: 0, restore: 0 };
    fc.assert(
      fc.property(scene, ({ input, drill, readings }) => {
        const move = moveOf(drillStep(input, drill, readings));
        if (move === undefined) return;
        if (move.kind === 'drill' || move.kind === 'restore') moves[move.kind] += 1;
        const membersOf = (items: Move['after']) => items.map(({ voiceConnectorId }) => voiceConnectorId);
        const prioritiesOf = (items: Move['after']) => items.map(({ priority }) => priority).toSorted();
        expect(move.before).toEqual(input.group.items);
        expect(membersOf(move.after)).toEqual(membersOf(move.before));
        expect(prioritiesOf(move.after)).toEqual(prioritiesOf(move.before));
      }),
      runs(3000),
    );
    expect(moves.drill).toBeGreaterThan(0);
    expect(moves.restore).toBeGreaterThan(0);
  });

  it('raises no member that is proven unhealthy, or in an unhealthy Region', () => {
    let rises = 0;
    fc.assert(
      fc.property(scene, ({ input, drill, readings }) => {
        const move = moveOf(drillStep(input, drill, readings));
        if (move === undefined) return;
        const before = new Map(move.before.map(({ voiceConnectorId, priority }) => [voiceConnectorId, priority!]));
        for (const { voiceConnectorId, priority } of move.after) {
          if (priority! >= before.get(voiceConnectorId)!) continue;
          rises += 1;
          expect(input.verdicts.get(voiceConnectorId)?.health).not.toBe('unhealthy');
          expect(input.regions.get(input.connectorRegions.get(voiceConnectorId) ?? '')?.health).not.toBe('unhealthy');
        }
      }),
      runs(3000),
    );
    expect(rises).toBeGreaterThan(0);
  });

  it('makes no further move when its step is repeated on the moved group', () => {
    let moves = 0;
    fc.assert(
      fc.property(scene, ({ input, drill, readings }) => {
        const move = moveOf(drillStep(input, drill, readings));
        if (move === undefined) return;
        moves += 1;
        const { changeRecord } = input.candidateEvidence;
        const recorded =
          changeRecord.kind === 'read'
            ? { ...changeRecord, changedAt: [...changeRecord.changedAt, observedAt] }
            : changeRecord;
        const next = {
          ...input,
          group: { ...input.group, items: move.after, updatedAt: observedAt },
          candidateEvidence: { ...input.candidateEvidence, changeRecord: recorded },
        };
        const repeated = drillStep(next, drill, readings);
        // The conditions may end a drill as soon as it has begun.
        if (move.kind === 'restore') expect(repeated.kind).toBe('over');
        else expect(['watch', 'restore', 'over']).toContain(repeated.kind);
      }),
      runs(2000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('is over at most half an hour after its end time, and never restores an unhealthy member', () => {
    const ends = { restored: 0, notRestored: 0 };
    const minutes = fc.array(fc.oneof(fc.constant(fine), conditions), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(groups, minutes, fc.nat(1), (group, given, to) => {
        const { end, items, leaving } = runToEnd(group, given, to);
        const isRestored = primaryOf({ ...group, items }) === leaving;
        ends[isRestored ? 'restored' : 'notRestored'] += 1;
        expect(end).toMatchObject({ kind: 'over', ending: { restored: isRestored } });
      }),
      runs(300),
    );
    expect(ends.restored).toBeGreaterThan(0);
    expect(ends.notRestored).toBeGreaterThan(0);
  });
});
