/**
 * Every small state of the planner, in two grids. `untouchables` tests which groups must not be changed: up to three members × the
 * evidence on each × their priorities, ties included × distribution × override × failback policy. `guarded` tests what delays a move: two
 * and three members × the evidence on each × the last change, of order or not × the monitor's own record of it × failback policy × Parameter
 * Store readable or not.
 */
import {
  aPlanInput,
  someStandbySignals,
  aRecord,
  degraded,
  healthy,
  losing,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import type { GroupPolicy } from '../../../lib/core/model/group-policy.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import type { ChangeRecord, StandbySignals } from '../../../lib/core/model/observation.ts';
import { minuteMs, type EpochMs } from '../../../lib/core/model/time.ts';
import type { PlanInput } from '../../../lib/core/plan/plan-input.ts';
import { aGroup } from '../../builders/group.ts';
import { inbound, judgedUntil, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

/** The evidence on one member, and whether it may be promoted, derived independently of the planner. */
type Known = {
  readonly verdict: Verdict | undefined;
  readonly region: Verdict;
  readonly standbySignals: StandbySignals | undefined;
  /** Share of the calls that it would lose as the primary; undefined where it cannot take calls. */
  readonly loss: number | undefined;
  /** When it lost them, if its last calls show it: that counts half after each hold-down. */
  readonly lostLastAt?: EpochMs;
  /** Its place among members that lose the same; 3 for a member with a blemish. */
  readonly rank: number;
  readonly mayReturn: boolean;
};

const withOutboundCalls = someStandbySignals({ outbound: read(outbound(10, 10)) });
const withOptionsPing = someStandbySignals({ outbound: read() });
const withoutSignals = someStandbySignals({ reachability: { lastOptionsPingAt: undefined }, outbound: read() });
/** Lost every call half an hour ago. */
const failedLastAt = judgedUntil - 29 * minuteMs;
const failedLast = someStandbySignals({ outbound: read(), lastCalls: read(inbound(30, 10, 10), nothing(28)) });
const no = { loss: undefined, rank: 3, mayReturn: false } as const;

export const knowledge: readonly Known[] = [
  { verdict: healthy, region: healthy, standbySignals: undefined, loss: 0, rank: 0, mayReturn: true },
  { verdict: healthy, region: unhealthy, standbySignals: withOutboundCalls, ...no, loss: 0.2 },
  { verdict: degraded, region: healthy, standbySignals: withOutboundCalls, ...no, loss: 0.15 },
  { verdict: unhealthy, region: healthy, standbySignals: withOutboundCalls, ...no, loss: 0.2 },
  {
    verdict: unknown('idle'),
    region: unknown('idle'),
    standbySignals: withOutboundCalls,
    loss: 0,
    rank: 1,
    mayReturn: true,
  },
  { verdict: unknown('idle'), region: unhealthy, standbySignals: withOutboundCalls, ...no, loss: 0.2 },
  { verdict: unknown('idle'), region: healthy, standbySignals: withOptionsPing, loss: 0, rank: 1, mayReturn: false },
  { verdict: unknown('idle'), region: healthy, standbySignals: withoutSignals, ...no },
  {
    verdict: unknown('inconclusive'),
    region: healthy,
    standbySignals: withOutboundCalls,
    loss: 0,
    rank: 1,
    mayReturn: false,
  },
  { verdict: unknown('stale'), region: healthy, standbySignals: withOutboundCalls, ...no },
  { verdict: undefined, region: healthy, standbySignals: withOutboundCalls, ...no },
  { verdict: losing('unhealthy', 1), region: healthy, standbySignals: withOutboundCalls, ...no, loss: 1 },
  {
    verdict: unknown('idle'),
    region: healthy,
    standbySignals: failedLast,
    loss: 1,
    lostLastAt: failedLastAt,
    rank: 1,
    mayReturn: false,
  },
];

const memberIds = ['a', 'b', 'c'];
export const priorityLists: readonly (readonly (number | undefined)[])[] = [
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
export const distributions = [undefined, 'PriorityWeightedDistribution', 'LoadBalancedDistribution', 'SomethingNewer'];
const pauseOrPin = { by: 'ana', reason: 'maintenance', until: observedAt + minuteMs };
export const overrides: readonly OverrideState[] = [
  { kind: 'none' },
  { kind: 'unreadable', message: 'no answer' },
  { kind: 'pause', ...pauseOrPin },
  { kind: 'pin', ...pauseOrPin },
  { kind: 'unparseable', message: 'not JSON' },
];
function minutesAgo(minutes: number): EpochMs {
  return observedAt - minutes * minuteMs;
}

/** When the group was last changed, the monitor's record of its own changes, and what both mean, derived independently. */
type Past = {
  readonly createdAt: EpochMs | undefined;
  readonly updatedAt: EpochMs | undefined;
  readonly record: ChangeRecord;
  /** Whether the last change was the monitor's. */
  readonly isOwn: boolean;
  /** Minutes since the last known change. */
  readonly since: number | undefined;
  /** Minutes since AWS shows a change, where that is an earlier one. */
  readonly shown?: number;
  readonly heldDown: readonly string[];
  /** Whether the daily limit is reached. */
  readonly isSpent: boolean;
  /** Whether at most one change is left, which is kept for a failover. */
  readonly isKept: boolean;
};

const stamps = [undefined, 10 - 1 / 60, 10, 30 - 1 / 60, 30, 60 - 1 / 60, 60];
export function changedAgo(...minutes: readonly number[]) {
  return { changedAt: minutes.map(minutesAgo) };
}
export function demotedAgo(members: Readonly<Record<string, readonly number[]>>) {
  return {
    demotedAt: Object.fromEntries(Object.entries(members).map(([id, minutes]) => [id, minutes.map(minutesAgo)])),
  };
}

/** The possible records where the group was last changed `stamp` minutes ago. */
function recordsOf(
  stamp: number | undefined,
): readonly Pick<Past, 'record' | 'isOwn' | 'since' | 'shown' | 'heldDown' | 'isSpent' | 'isKept'>[] {
  const last = stamp ?? 5;
  const calm = { isOwn: false, since: stamp, heldDown: [], isSpent: false, isKept: false };
  const ours = { ...calm, isOwn: true, since: last };
  return [
    { ...calm, record: aRecord() },
    { ...calm, record: unreadableRecord },
    { ...ours, record: aRecord({ ...changedAgo(last), ...demotedAgo({ b: [15] }) }), heldDown: ['b'] },
    {
      ...calm,
      record: aRecord({ ...changedAgo(45, 700), ...demotedAgo({ a: [45, 700] }) }),
      // AWS may show the time of an earlier change.
      since: Math.min(stamp ?? 45, 45),
      isOwn: stamp === undefined || stamp > 45,
      ...(stamp !== undefined && stamp > 45 && { shown: stamp }),
      heldDown: ['a'],
    },
    { ...ours, record: aRecord(changedAgo(last, 200, 300, 400, 500, 1439)), isSpent: true, isKept: true },
    {
      ...ours,
      record: aRecord({ ...changedAgo(last, 200, 300, 400, 500, 1440), ...demotedAgo({ a: [30], b: [1440, 60] }) }),
      isKept: true,
    },
  ];
}

export const pasts: readonly Past[] = [
  ...stamps.flatMap((stamp) =>
    recordsOf(stamp).map((rest) => ({
      createdAt: minutesAgo(100_000),
      updatedAt: stamp === undefined ? undefined : minutesAgo(stamp),
      ...rest,
    })),
  ),
  // Created fifty minutes ago and never changed, so no operator changed it.
  ...recordsOf(50)
    .slice(0, 1)
    .map((rest) => ({ createdAt: minutesAgo(50), updatedAt: minutesAgo(50), ...rest, isOwn: true })),
];
const atRest = pasts.find(({ record, since }) => record.kind === 'read' && since === 60)!;
export const policies: readonly GroupPolicy[] = [
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

export type State = { readonly input: PlanInput; readonly known: ReadonlyMap<string, Known>; readonly past: Past };

export type Grid = {
  readonly priorityLists: typeof priorityLists;
  readonly knowledge: typeof knowledge;
  readonly carried: readonly (boolean | undefined)[];
  readonly distributions: typeof distributions;
  readonly overrides: typeof overrides;
  readonly pasts: typeof pasts;
};
export const untouchables: Grid = {
  priorityLists,
  knowledge,
  distributions,
  overrides,
  pasts: [atRest],
  carried: [undefined],
};
export const guarded: Grid = {
  priorityLists: [
    [1, 2],
    [2, 1],
    [1, 2, 3],
    [2, 3, 1],
    [3, 2, 1],
  ],
  knowledge: [0, 2, 3, 4, 6, 7, 9, 11, 12].map((place) => knowledge[place]!),
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

export function* statesOf(grid: Grid, priorities: readonly (number | undefined)[]): Generator<State> {
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
