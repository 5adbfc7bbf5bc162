/**
 * Every small state of the planner, in two grids. Who may be touched at all: up to three members × what is known of each × their
 * priorities, ties included × distribution × override × failback policy. What holds a move back: two and three members × what
 * is known of each × the last change, one of order or not × what the monitor's own record says of it × failback policy, Parameter Store read or not.
 * The rules are checked in each state.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { isUnobservable } from '../../../lib/core/judge/readings.ts';
import {
  minuteMs,
  type ChangeRecord,
  type EpochMs,
  type NeedEvidence,
  type HoldCode,
  type MoveKind,
  type StandbySignals,
  type Move,
  type OverrideState,
  type Plan,
  type Verdict,
  type VoiceConnectorItem,
} from '../../../lib/core/model/model.ts';
import { type GroupPolicy } from '../../../lib/core/model/group-policy.ts';
import type { PlanInput } from '../../../lib/core/plan/plan-input.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aGroup } from '../../builders/group.ts';
import { observedAt, outbound, read } from '../../builders/metrics.ts';
import {
  after,
  aLiveness,
  aPlanInput,
  aRecord,
  degraded,
  healthy,
  isMove,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

/** All that is known of one member, and what that makes of it as a target, told independently of the planner. */
type Known = {
  readonly verdict: Verdict | undefined;
  readonly region: Verdict;
  readonly standbySignals: StandbySignals | undefined;
  readonly mayRescue: 'first' | 'last' | 'no';
  readonly mayReturn: boolean;
};

const speaking = aLiveness({ outbound: read(outbound(10, 10)) });
const pinging = aLiveness({ outbound: read() });
const dead = aLiveness({ reachability: { lastOptionsPingAt: undefined }, outbound: read() });
const no = { mayRescue: 'no', mayReturn: false } as const;

const knowledge: readonly Known[] = [
  { verdict: healthy, region: healthy, standbySignals: undefined, mayRescue: 'first', mayReturn: true },
  { verdict: healthy, region: unhealthy, standbySignals: speaking, ...no },
  { verdict: degraded, region: healthy, standbySignals: speaking, ...no },
  { verdict: unhealthy, region: healthy, standbySignals: speaking, ...no },
  { verdict: unknown('idle'), region: unknown('idle'), standbySignals: speaking, mayRescue: 'last', mayReturn: true },
  { verdict: unknown('idle'), region: unhealthy, standbySignals: speaking, ...no },
  { verdict: unknown('idle'), region: healthy, standbySignals: pinging, mayRescue: 'last', mayReturn: false },
  { verdict: unknown('idle'), region: healthy, standbySignals: dead, ...no },
  { verdict: unknown('idle'), region: healthy, standbySignals: undefined, ...no },
  { verdict: unknown('inconclusive'), region: healthy, standbySignals: speaking, mayRescue: 'last', mayReturn: false },
  { verdict: unknown('stale'), region: healthy, standbySignals: speaking, ...no },
  { verdict: undefined, region: healthy, standbySignals: speaking, ...no },
];

const memberIds = ['a', 'b', 'c'];
const priorityLists: readonly (readonly (number | undefined)[])[] = [
  [],
  [1],
  [undefined],
  [1, 2],
  [9, 4],
  [5, 5],
  [1, undefined],
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [99, 50, 1],
  [1, 1, 2],
  [1, 2, 2],
  [7, 7, 7],
  [undefined, 1, 2],
];
const distributions = [undefined, 'PriorityWeightedDistribution', 'LoadBalancedDistribution', 'SomethingNewer'];
const word = { by: 'ana', reason: 'maintenance', until: observedAt + minuteMs };
const overrides: readonly OverrideState[] = [
  { kind: 'none' },
  { kind: 'unreadable', message: 'no answer' },
  { kind: 'pause', ...word },
  { kind: 'pin', ...word },
  { kind: 'unparseable', message: 'not JSON' },
];
function minutesAgo(minutes: number): EpochMs {
  return observedAt - minutes * minuteMs;
}

/** When the group was last changed, and what the monitor noted of its own changes; what that means, told independently. */
type Past = {
  readonly createdAt: EpochMs | undefined;
  readonly updatedAt: EpochMs | undefined;
  readonly record: ChangeRecord;
  /** Whether the last change was the monitor's. */
  readonly isOwn: boolean;
  /** Minutes since the last change that anybody can tell of. */
  readonly since: number | undefined;
  readonly heldDown: readonly string[];
  readonly isSpent: boolean;
};

const stamps = [undefined, 10 - 1 / 60, 10, 30 - 1 / 60, 30, 60 - 1 / 60, 60];
function noted(...minutes: readonly number[]) {
  return { changedAt: minutes.map(minutesAgo) };
}
function left(members: Readonly<Record<string, readonly number[]>>) {
  return {
    demotedAt: Object.fromEntries(Object.entries(members).map(([id, minutes]) => [id, minutes.map(minutesAgo)])),
  };
}

/** What may be in the record where the group was last changed so many minutes ago. */
function recordsOf(
  stamp: number | undefined,
): readonly Pick<Past, 'record' | 'isOwn' | 'since' | 'heldDown' | 'isSpent'>[] {
  const last = stamp ?? 5;
  const calm = { isOwn: false, since: stamp, heldDown: [], isSpent: false };
  const ours = { ...calm, isOwn: true, since: last };
  return [
    { ...calm, record: aRecord() },
    { ...calm, record: unreadableRecord },
    { ...ours, record: aRecord({ ...noted(last), ...left({ b: [15] }) }), heldDown: ['b'] },
    {
      ...calm,
      record: aRecord({ ...noted(45, 700), ...left({ a: [45, 700] }) }),
      since: stamp ?? 45,
      heldDown: ['a'],
    },
    { ...ours, record: aRecord(noted(last, 200, 300, 400, 500, 1439)), isSpent: true },
    { ...ours, record: aRecord({ ...noted(last, 200, 300, 400, 500, 1440), ...left({ a: [30], b: [1440, 60] }) }) },
  ];
}

const pasts: readonly Past[] = [
  ...stamps.flatMap((stamp) =>
    recordsOf(stamp).map((rest) => ({
      createdAt: minutesAgo(100_000),
      updatedAt: stamp === undefined ? undefined : minutesAgo(stamp),
      ...rest,
    })),
  ),
  // Created fifty minutes ago and never changed, which is nobody's change by hand.
  ...recordsOf(50)
    .slice(0, 1)
    .map((rest) => ({ createdAt: minutesAgo(50), updatedAt: minutesAgo(50), ...rest, isOwn: true })),
];
const atRest = pasts.find(({ record, since }) => record.kind === 'read' && since === 60)!;
const policies: readonly GroupPolicy[] = [
  aPolicy(),
  aPolicy({ failback: 'auto', preferredOrder: ['a', 'b'] }),
  aPolicy({ failback: 'auto', preferredOrder: ['gone', 'c', 'b'] }),
  aPolicy({ failback: 'approve', preferredOrder: ['a'] }),
  aPolicy({ failback: 'never', preferredOrder: ['a'] }),
];

function* product<T>(values: readonly T[], length: number): Generator<readonly T[]> {
  if (length === 0) yield [];
  else for (const rest of product(values, length - 1)) for (const value of values) yield [...rest, value];
}

function pairs<L, R>(all: readonly L[], each: readonly R[]) {
  return all.flatMap((one) => each.map((other) => [one, other] as const));
}

type State = { readonly input: PlanInput; readonly known: ReadonlyMap<string, Known>; readonly past: Past };

type Grid = {
  readonly priorityLists: typeof priorityLists;
  readonly knowledge: typeof knowledge;
  readonly carried: readonly (boolean | undefined)[];
  readonly distributions: typeof distributions;
  readonly overrides: typeof overrides;
  readonly pasts: typeof pasts;
};
const untouchables: Grid = {
  priorityLists,
  knowledge,
  distributions,
  overrides,
  pasts: [atRest],
  carried: [undefined],
};
const brakes: Grid = {
  priorityLists: [
    [1, 2],
    [2, 1],
    [1, 2, 3],
    [2, 3, 1],
    [3, 2, 1],
  ],
  knowledge: [0, 1, 2, 3, 4, 6, 7, 10].map((place) => knowledge[place]!),
  distributions: [undefined],
  overrides: overrides.slice(0, 2),
  pasts,
  carried: [undefined, false],
};

function* membersOf({ knowledge: kinds }: Grid, priorities: readonly (number | undefined)[]) {
  const ids = memberIds.slice(0, priorities.length);
  const items = ids.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: priorities[place] }));
  for (const members of product(kinds, ids.length)) {
    const known = new Map(ids.map((id, place) => [id, members[place]!]));
    const entries = [...known];
    const base: PlanInput = {
      ...aPlanInput(),
      connectorRegions: new Map(ids.map((id) => [id, `region-of-${id}`])),
      verdicts: new Map(entries.flatMap(([id, { verdict }]) => (verdict === undefined ? [] : [[id, verdict]]))),
      regions: new Map(entries.map(([id, { region }]) => [`region-of-${id}`, region])),
    };
    const standbySignals = new Map(
      entries.flatMap(([id, one]) => (one.standbySignals === undefined ? [] : [[id, one.standbySignals]])),
    );
    yield { items, known, base, standbySignals };
  }
}

function* statesOf(grid: Grid, priorities: readonly (number | undefined)[]): Generator<State> {
  for (const { items, known, base, standbySignals } of membersOf(grid, priorities))
    for (const past of grid.pasts)
      for (const [callDistributionType, carriedBeforeChange] of pairs(grid.distributions, grid.carried)) {
        const { createdAt, updatedAt, record } = past;
        const group = aGroup({ items, callDistributionType, createdAt, updatedAt });
        const candidateEvidence = { standbySignals, changeRecord: record };
        for (const override of grid.overrides)
          for (const policy of policies)
            yield { input: { ...base, group, candidateEvidence, override, policy, carriedBeforeChange }, known, past };
      }
}

function inPlace(items: readonly VoiceConnectorItem[]) {
  return items
    .toSorted((left, right) => left.priority! - right.priority!)
    .map(({ voiceConnectorId }) => voiceConnectorId);
}

/** Why nobody may touch this group at all, or undefined. */
function untouchable({ group, override }: PlanInput): boolean {
  const priorities = group.items.map(({ priority }) => priority);
  return (
    override.kind === 'pause' ||
    override.kind === 'pin' ||
    override.kind === 'unparseable' ||
    (group.callDistributionType !== undefined && group.callDistributionType !== 'PriorityWeightedDistribution') ||
    priorities.length < 2 ||
    priorities.includes(undefined) ||
    new Set(priorities).size < priorities.length
  );
}

/** The operator's first choice among those that are members. */
function firstChoice({ input, known }: State) {
  return input.policy.preferredOrder?.find((id) => known.has(id));
}

/** Whether somebody may have put the first choice on top within the hour; without the record of own changes nobody can say so. */
function orderedByHand(state: State): boolean {
  const { input, past } = state;
  const { updatedAt, since = 0, record } = past;
  const isUntouched = input.carriedBeforeChange === true && minutesSinceLeft(state).length === 0;
  return !isUntouched && updatedAt !== undefined && !isOwnChange(state) && record.kind === 'read' && since < 60;
}

/** Minutes since the monitor took the present first choice off the top. */
function minutesSinceLeft({ input: { group, observedAt: now }, past: { record } }: State): readonly number[] {
  const times = record.kind === 'read' ? record.demotedAt.get(inPlace(group.items)[0]!) : undefined;
  return (times ?? []).map((at) => (now - at) / minuteMs);
}

/** Whom the monitor left just then did not come back to the top by its doing. */
function isOwnChange(state: State): boolean {
  const { isOwn, since = 0, updatedAt } = state.past;
  return isOwn && !(updatedAt !== undefined && minutesSinceLeft(state).some((at) => Math.abs(at - since) <= 2));
}

function expectedRescue(state: State, others: readonly string[]): string | undefined {
  const { since, isSpent, heldDown, updatedAt } = state.past;
  const isThirdAfterOurs = others.length > 1 && isOwnChange(state) && updatedAt !== undefined;
  if (isSpent || orderedByHand(state) || (since !== undefined && since < 10 && !isThirdAfterOurs)) return undefined;
  for (const rank of ['first', 'last'] as const) {
    const equals = others.filter((id) => state.known.get(id)!.mayRescue === rank && !heldDown.includes(id));
    if (equals.length > 0) return equals.find((id) => id === firstChoice(state)) ?? equals[0];
  }
  return undefined;
}

/** Whether enough time went by, nobody changed it by hand lately, and the record allows another change. */
function mayGoBack(state: State): boolean {
  const { updatedAt, since = 0, isSpent, record } = state.past;
  const isRested = updatedAt !== undefined && since >= (isOwnChange(state) ? 30 : 60);
  return isRested && !isSpent && record.kind === 'read';
}

function expectedReturn(state: State, top: string): string | undefined {
  const { input, known, past } = state;
  const first = firstChoice(state);
  if (first === undefined || first === top || past.heldDown.includes(first)) return undefined;
  const { verdict } = known.get(top)!;
  const isSeen = verdict !== undefined && !isUnobservable(verdict);
  const isAllowed = input.policy.failback === 'auto' && input.override.kind === 'none';
  return isSeen && isAllowed && mayGoBack(state) && known.get(first)!.mayReturn ? first : undefined;
}

/** Who ought to be on top, by the rules as they are written and not as they are coded; undefined: nobody moves. */
function expectedPromotion(state: State): string | undefined {
  if (untouchable(state.input)) return undefined;
  const [top, ...others] = inPlace(state.input.group.items);
  return state.known.get(top!)!.verdict?.health === 'unhealthy'
    ? expectedRescue(state, others)
    : expectedReturn(state, top!);
}

function brokenPermutation({ input }: State, move: Move): string | undefined {
  const names = (items: readonly VoiceConnectorItem[]) => items.map(({ voiceConnectorId }) => voiceConnectorId).join();
  const numbers = (items: readonly VoiceConnectorItem[]) =>
    items
      .map(({ priority }) => priority)
      .toSorted()
      .join();
  if (move.before !== input.group.items) return 'before is not what was observed';
  if (names(move.after) !== names(move.before)) return 'members differ';
  return numbers(move.after) === numbers(move.before) ? undefined : 'priorities differ';
}

function roseToAWorsePlace(state: State, move: Move): string | undefined {
  const [was, is] = [inPlace(move.before), inPlace(move.after)];
  for (const id of is) {
    const why = is.indexOf(id) < was.indexOf(id) ? unfitToRise(state, move, id) : undefined;
    if (why !== undefined) return `${id} rose, ${why}`;
  }
  return undefined;
}

function unfitToRise({ known, past }: State, move: Move, id: string): string | undefined {
  const { verdict, region } = known.get(id)!;
  if (verdict === undefined || isUnobservable(verdict)) return 'and nobody can see it';
  if (verdict.health === 'unhealthy' || region.health === 'unhealthy') return 'being unhealthy';
  if (past.heldDown.includes(id)) return 'inside its hold-down';
  if (verdict.health === 'healthy') return undefined;
  if (id !== move.promoting) return 'neither well nor promoted';
  const isWellPassedOver = [...known].some(
    ([other, { mayRescue }]) => mayRescue === 'first' && !past.heldDown.includes(other),
  );
  return move.kind === 'failover' && isWellPassedOver ? 'being unknown, though another is well' : undefined;
}

/** The second plan on a world in which AWS did not say that anything changed. */
function brokenRest(state: State, move: Move, found: Findings): string | undefined {
  for (const isNoted of [false, true]) {
    const seen = after(state.input, move, { updatedAt: state.input.observedAt, isNoted });
    if (plan(seen).kind !== 'hold')
      return isNoted ? 'moves again at once' : 'moves again at once where its change is not noted yet';
  }
  const next = plan(after(state.input, move));
  if (!isMove(next)) return undefined;
  // It fled to a healthy one past its first choice, which is only alive: with the stamp as it was, it goes on there.
  const wasPassedOver = move.kind === 'failover' && state.known.get(next.promoting)!.mayRescue === 'last';
  if (next.kind !== 'failback' || !wasPassedOver) return 'moves again where the stamp did not move';
  found.passedOver += 1;
  return plan(after(after(state.input, move), next)).kind === 'hold' ? undefined : 'never comes to rest';
}

/** Before a closer look: either that look, at all others in their order, or a decision that it would not change. */
function brokenExamine({ input }: State, decision: Plan | NeedEvidence): string | undefined {
  const before = plan({ ...input, candidateEvidence: undefined });
  if (before.kind !== 'need-evidence') {
    return JSON.stringify(before) === JSON.stringify(decision) && !isMove(before) ? undefined : 'decides unseen';
  }
  const others = inPlace(input.group.items).slice(1);
  return before.voiceConnectorIds.join() === others.join() ? undefined : 'does not look at all others in their order';
}

type Findings = {
  states: number;
  moves: number;
  passedOver: number;
  readonly codes: Set<HoldCode | MoveKind>;
  readonly broken: string[];
};

function brokenMove(state: State, move: Move, found: Findings): readonly (string | undefined)[] {
  return [
    brokenPermutation(state, move),
    roseToAWorsePlace(state, move),
    brokenRest(state, move, found),
    inPlace(move.after)[0] === move.promoting ? undefined : 'the promoted one is not on top',
    inPlace(move.before)[0] === move.leaving ? undefined : 'the one it leaves was not on top',
  ];
}

function inspect(state: State, found: Findings): void {
  const decision = plan(state.input);
  found.states += 1;
  found.moves += isMove(decision) ? 1 : 0;
  if (decision.kind === 'need-evidence') {
    found.broken.push('wants a closer look twice');
    return;
  }
  found.codes.add(decision.kind === 'hold' ? decision.code : decision.kind);
  const promoting = isMove(decision) ? decision.promoting : undefined;
  const expected = expectedPromotion(state);
  const broken = [
    promoting === expected ? undefined : `promotes ${promoting ?? 'nobody'} and not ${expected ?? 'nobody'}`,
    decision.reason === '' ? 'says nothing' : undefined,
    brokenExamine(state, decision),
    ...(isMove(decision) ? brokenMove(state, decision, found) : []),
  ].filter((problem) => problem !== undefined);
  if (broken.length === 0 || found.broken.length >= 3) return;
  const { group, override, policy } = state.input;
  const told = JSON.stringify({ group, override, policy, known: [...state.known], past: state.past, decision });
  found.broken.push(`${broken.join('; ')}: ${told}`);
}

describe('every small state of the planner', () => {
  const found: Findings = { states: 0, moves: 0, passedOver: 0, codes: new Set(), broken: [] };

  beforeAll(() => {
    for (const grid of [untouchables, brakes])
      for (const priorities of grid.priorityLists)
        for (const state of statesOf(grid, priorities)) inspect(state, found);
    process.stdout.write(
      `${found.states} states, ${found.moves} moves, ${found.passedOver} past a first choice that is only alive\n`,
    );
  }, 300_000);

  it('promotes whom the rules say, and nobody else; only reorders; raises nobody to a worse place; and then rests', () => {
    expect(found.broken).toEqual([]);
  });

  it('meets every decision there is, but for a member listed twice', () => {
    expect([...found.codes].toSorted()).toEqual([
      'all-unhealthy',
      'cooldown',
      'failback',
      'failback-awaits-approval',
      'failback-hold',
      'failback-never',
      'failback-not-proven',
      'failover',
      'fewer-than-two-members',
      'load-balanced',
      'missing-priority',
      'no-target',
      'operator-stand-off',
      'override-unparseable',
      'override-unreadable',
      'paused',
      'pinned',
      'record-unreadable',
      'tied-priorities',
      'top-degraded',
      'top-healthy',
      'top-unknown',
      'unknown-distribution',
      'daily-limit',
    ] satisfies (HoldCode | MoveKind)[]);
  });

  it('is all of them', () => {
    const sizeOf = (grid: Grid): number => {
      const members = grid.priorityLists.map(({ length }) => grid.knowledge.length ** length);
      const rest =
        grid.distributions.length * grid.carried.length * grid.overrides.length * grid.pasts.length * policies.length;
      return members.reduce((sum, count) => sum + count, 0) * rest;
    };
    expect(found.states).toBe(sizeOf(untouchables) + sizeOf(brakes));
  });
});
