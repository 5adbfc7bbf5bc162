/** What holds of every drill, whatever happens to its group: over generated worlds, turn by turn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drillStep, type DrillReadings, type DrillStep } from '../../../lib/core/drill/step.ts';
import { orderDrill, type EvidencedInput } from '../../../lib/core/drill/order.ts';
import { unknownCauses } from '../../../lib/core/model/codes.ts';
import type { Move } from '../../../lib/core/model/plan.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { Drill } from '../../../lib/core/model/override.ts';
import type { StandbySignals } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { inOrder, primaryOf } from '../../../lib/core/model/priorities.ts';
import { examined, minutesAgo } from '../../builders/drill.ts';
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
        reachability: { kind: 'unreadable' as const, message: 'no' },
        outbound: { kind: 'read' as const, minutes: [] },
      },
      undefined,
    ),
  },
);
/** What one turn sees of everybody; all is well half of the time. */
const weather = fc.record({
  verdicts: fc.tuple(verdict, verdict, verdict),
  regions: fc.tuple(verdict, verdict, verdict),
  standbySignals: fc.tuple(standbySignals, standbySignals, standbySignals),
  failing: fc.constantFrom(0, 0, 0, 1, 5),
  isReadable: fc.boolean(),
});
type Weather =
  fc.Arbitrary<unknown> extends never ? never : typeof weather extends fc.Arbitrary<infer Seen> ? Seen : never;

const fine: Weather = {
  verdicts: [healthy, healthy, healthy],
  regions: [healthy, healthy, healthy],
  standbySignals: [someStandbySignals(), someStandbySignals(), someStandbySignals()],
  failing: 0,
  isReadable: true,
};

function named<Value>(names: readonly string[], values: readonly Value[]): Record<string, Value> {
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

function inputOf(group: ReturnType<typeof aGroup>, seen: Weather, notes: readonly number[]): EvidencedInput {
  const alive = named(ids, seen.standbySignals);
  return examined({
    group,
    verdicts: named(ids, seen.verdicts),
    regions: named(regionNames, seen.regions),
    standbySignals: Object.fromEntries(
      Object.entries(alive).flatMap(([id, one]) => (one === undefined ? [] : [[id, one]])),
    ),
    record: seen.isReadable ? aRecord({ changedAt: notes }) : unreadableRecord,
  });
}

function readingsOf({ failing }: Weather): DrillReadings {
  return {
    promoted: {
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

/** The word that a good day comes to, said so many minutes ago; undefined where the standby was not fit for one. */
function wordOn(group: ReturnType<typeof aGroup>, age: number, to: number): Drill | undefined {
  const [top, ...others] = inOrder(group.items);
  const good = named(
    ids,
    ids.map((id) => (id === top?.voiceConnectorId ? healthy : unknown('idle'))),
  );
  const input = examined({
    group,
    verdicts: good,
    standbySignals: named(ids, fine.standbySignals as readonly StandbySignals[]),
  });
  const target = others[to % others.length]?.voiceConnectorId;
  const ordered = orderDrill(input, { by: 'ops', reason: 'practice', minutes: 15, to: target });
  if (ordered.kind === 'refused') return undefined;
  return { ...ordered.drill, startedAt: minutesAgo(age), until: minutesAgo(age - 15) };
}

function moveOf(step: DrillStep): Move | undefined {
  return 'move' in step ? step.move : undefined;
}

/** A drill in any of the places that it may have come to. */
const scene = fc
  .record({
    group: groups,
    weather: fc.oneof(fc.constant(fine), weather, weather),
    age: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 5, max: 60 })),
    to: fc.nat(1),
    at: fc.constantFrom('before', 'after', 'after', 'after', 'back'),
    stopped: fc.boolean(),
  })
  .map(({ group, weather: seen, age, to, at, stopped }) => {
    const word = wordOn(group, age, to);
    if (word === undefined) throw new Error('a good day has no word');
    const drill = { ...word, ...(stopped ? { stopped: { by: 'boss', reason: 'no' } } : {}) };
    const begun = minutesAgo(Math.max(0, age - 0.1));
    const items = at === 'after' ? drill.after : drill.before;
    const now = at === 'before' ? group : { ...group, items, updatedAt: at === 'after' ? begun : minutesAgo(age / 2) };
    return { input: inputOf(now, seen, at === 'before' ? [] : [begun]), drill, readings: readingsOf(seen), at };
  });

/** Takes a turn a minute until a drill is over. The world's clock stands still, so that the drill's times move instead. */
function playedOut(start: ReturnType<typeof aGroup>, days: readonly Weather[], to: number) {
  const word = wordOn(start, 0, to);
  if (word === undefined) throw new Error('a good day has no word');
  const { leaving } = word;
  let group = start;
  const notes: number[] = [];
  let end: DrillStep | undefined;
  for (const [turn, seen] of days.entries()) {
    const now = observedAt + turn * minuteMs;
    const ago = (at: number): number => at - turn * minuteMs;
    const times = { startedAt: ago(word.startedAt), until: ago(word.until), groupUpdatedAt: ago(word.groupUpdatedAt) };
    const input = inputOf({ ...group, updatedAt: ago(group.updatedAt!) }, seen, notes.map(ago));
    end = drillStep(input, { ...word, ...times }, readingsOf(seen));
    if (end.kind === 'over') break;
    const move = moveOf(end);
    if (move === undefined) continue;
    if (move.kind === 'restore') expect(input.verdicts.get(leaving)?.health).not.toBe('unhealthy');
    notes.push(now);
    group = { ...group, items: move.after, updatedAt: now };
  }
  return { end, items: group.items, leaving };
}

describe(`whatever becomes of a drill (seed ${seed})`, () => {
  it('its moves reorder: the same members, each once, and the same priorities', () => {
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

  it('nobody rises in it that is proven unhealthy, or in an unhealthy Region', () => {
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

  it('stepping on the world after the step makes no further move', () => {
    let moves = 0;
    fc.assert(
      fc.property(scene, ({ input, drill, readings }) => {
        const move = moveOf(drillStep(input, drill, readings));
        if (move === undefined) return;
        moves += 1;
        const { changeRecord } = input.candidateEvidence;
        const noted =
          changeRecord.kind === 'read'
            ? { ...changeRecord, changedAt: [...changeRecord.changedAt, observedAt] }
            : changeRecord;
        const next = {
          ...input,
          group: { ...input.group, items: move.after, updatedAt: observedAt },
          candidateEvidence: { ...input.candidateEvidence, record: noted },
        };
        const again = drillStep(next, drill, readings);
        // What a drill finds as soon as it has begun may end it at once; then that is the end.
        if (move.kind === 'restore') expect(again.kind).toBe('over');
        else expect(['watch', 'restore', 'over']).toContain(again.kind);
      }),
      runs(2000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('is over half an hour after its time at the latest, and never puts back who is unhealthy', () => {
    const ends = { putBack: 0, notPutBack: 0 };
    const days = fc.array(fc.oneof(fc.constant(fine), weather), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(groups, days, fc.nat(1), (group, seen, to) => {
        const { end, items, leaving } = playedOut(group, seen, to);
        const isBack = primaryOf({ ...group, items }) === leaving;
        ends[isBack ? 'putBack' : 'notPutBack'] += 1;
        expect(end).toMatchObject({ kind: 'over', ending: { restored: isBack } });
      }),
      runs(300),
    );
    expect(ends.putBack).toBeGreaterThan(0);
    expect(ends.notPutBack).toBeGreaterThan(0);
  });
});
