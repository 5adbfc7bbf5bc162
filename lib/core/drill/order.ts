/** Ordering a drill: only where nothing is amiss, because whoever drills makes the only change of a good day. Pure. */
import { failbackGuard } from '../plan/guards.ts';
import { regionsOf } from './ending.ts';
import {
  assessMember,
  chooseTarget,
  moveTo,
  displayName,
  orderOf,
  verdictOn,
  withFirst,
  type RankedMember,
} from '../plan/members.ts';
import type { OverrideState, Drill } from '../model/override.ts';
import { minuteMs } from '../model/time.ts';
import type { CandidateEvidence, PlanInput } from '../plan/plan-input.ts';
import { assessTarget, type Assessment } from '../plan/target.ts';
import { formatDuration } from '../model/format.ts';

/** Why there is to be no drill now. docs/runbook.md has an entry for each. */
export const drillRefusalCodes = [
  'no-order',
  'no-standby',
  'not-a-standby',
  'top-not-healthy',
  'top-without-signs',
  'standby-unfit',
  'member-unwell',
  'region-unwell',
  'word-in-force',
  'changed-lately',
  'held',
  'too-many-changes',
] as const;

export type DrillRefusal = {
  readonly code: (typeof drillRefusalCodes)[number];
  /** The numbers that were compared. */
  readonly reason: string;
};

export type DrillOrder = {
  readonly by: string;
  readonly reason: string;
  /** How long the standby is to carry the calls. */
  readonly minutes: number;
  /** Whom to promote. Default: whom a failover would choose. */
  readonly to?: string | undefined;
  readonly pass?: Partial<Drill['pass']> | undefined;
  readonly stop?: Partial<Drill['stop']> | undefined;
};

export const drillMinutes = { least: 5, most: 120, usual: 15 } as const;

/** A standby that took no call has shown nothing. */
export const defaultPass: Drill['pass'] = { minCalls: 10, maxFailureRatio: 0.1 };

/** Long before a fault could be proven: nobody needs these calls to fail. */
export const defaultStop: Drill['stop'] = { failures: 5, failureRatio: 0.2 };

/** A drill takes two changes, and must leave one for a rescue. */
export const changesNeeded = 3;

const dayMs = 24 * 60 * minuteMs;

/** The group, looked at as closely as a move to or from any of its members takes. */
export type EvidencedInput = PlanInput & { readonly candidateEvidence: CandidateEvidence };

/** The word to be said, or every reason against it. */
export function orderDrill(
  input: EvidencedInput,
  order: DrillOrder,
):
  | { readonly kind: 'drill'; readonly drill: Drill }
  | { readonly kind: 'refused'; readonly refusals: readonly DrillRefusal[] } {
  const { group, observedAt } = input;
  const target = targetOf(input, order.to);
  const refusals = [...target.refusals, ...drillRefusals(input, target.to, input.override)];
  const { move } = target;
  if (refusals.length > 0 || move === undefined || group.updatedAt === undefined) return { kind: 'refused', refusals };
  return {
    kind: 'drill',
    drill: {
      by: order.by,
      reason: order.reason,
      startedAt: observedAt,
      until: observedAt + order.minutes * minuteMs,
      leaving: move.leaving,
      promoting: move.promoting,
      before: move.before,
      after: move.after,
      groupUpdatedAt: group.updatedAt,
      pass: { ...defaultPass, ...order.pass },
      stop: { ...defaultStop, ...order.stop },
    },
  };
}

type Target = {
  readonly to: string | undefined;
  readonly move?: ReturnType<typeof moveTo> | undefined;
  readonly refusals: readonly DrillRefusal[];
};

function targetOf(input: EvidencedInput, asked: string | undefined): Target {
  const { candidateEvidence, group } = input;
  const order = orderOf(group);
  if (order.kind === 'hold') return { to: asked, refusals: [] };
  const [top, ...others] = order.members;
  if (top === undefined || others.length === 0) {
    const reason = `the group has ${order.members.length} of the 2 members that a drill takes`;
    return { to: asked, refusals: [{ code: 'no-standby', reason }] };
  }
  const { chosen, rejected } = chooseTarget(input, candidateEvidence, top, others);
  const target = asked === undefined ? chosen?.member : others.find((one) => one.voiceConnectorId === asked);
  if (target === undefined) {
    const reasons = rejected.map(({ voiceConnectorId, code, reason }) => `${voiceConnectorId} ${code}: ${reason}`);
    const standbys = others.map(({ voiceConnectorId }) => voiceConnectorId).join(', ');
    const refusal: DrillRefusal =
      asked === undefined
        ? { code: 'no-standby', reason: `a failover would choose nobody: ${reasons.join('; ')}` }
        : { code: 'not-a-standby', reason: `${asked} is none of ${standbys}` };
    return { to: undefined, refusals: [refusal] };
  }
  const members: readonly [RankedMember, ...RankedMember[]] = [top, ...others];
  const isHealthy = (member: RankedMember): boolean =>
    assessMember(member, input, candidateEvidence, 'failover').kind === 'healthy';
  const move = moveTo({
    kind: 'drill',
    group,
    members,
    order: withFirst(target, members, isHealthy),
    reason: '',
    rejected,
  });
  return { to: target.voiceConnectorId, move, refusals: [] };
}

/**
 * Every precondition that is not given, but for whom to promote.
 *
 * @param to whom the drill is to promote, where that is known
 * @param override the operator's word, beside that of the drill
 */
export function drillRefusals(
  input: EvidencedInput,
  to: string | undefined,
  override: OverrideState,
): readonly DrillRefusal[] {
  const order = orderOf(input.group);
  const members = order.kind === 'order' ? order.members : [];
  const [top, ...others] = members;
  const standby = others.find(({ voiceConnectorId }) => voiceConnectorId === to);
  return [
    ...(order.kind === 'hold' ? [{ code: 'no-order' as const, reason: order.reason }] : []),
    ...(top === undefined ? [] : refusalsOfTop(top, input)),
    ...(standby === undefined ? [] : refusalsOfStandby(standby, input)),
    ...others.filter((member) => member !== standby).flatMap((member) => refusalsOfOther(member, input)),
    ...refusalsOfRegions(members, input),
    ...(override.kind === 'none' ? [] : [{ code: 'word-in-force' as const, reason: toldWord(override) }]),
    ...refusalsOfPast(input),
  ];
}

function refusalsOfTop(top: RankedMember, input: EvidencedInput): readonly DrillRefusal[] {
  const verdict = verdictOn(top.voiceConnectorId, input);
  const name = displayName(top.voiceConnectorId, input);
  const found: DrillRefusal[] = [];
  if (verdict.health !== 'healthy') {
    const health = verdict.health === 'unknown' ? `unknown (${verdict.cause})` : verdict.health;
    found.push({ code: 'top-not-healthy', reason: `${name} ${health}: ${verdict.reason}` });
  }
  // Once its calls are gone, signs of life are all that says whether it can be gone back to.
  const signs = unprovenStandby(top.voiceConnectorId, input);
  if (signs.kind === 'rejected') found.push({ code: 'top-without-signs', reason: `${name} ${signs.reason}` });
  return found;
}

/** How fit a member is to be the first choice that it was, or is to be again, as if it had no inbound calls to show. */
export function unprovenStandby(
  voiceConnectorId: string,
  { candidateEvidence, observedAt, policy }: EvidencedInput,
): Assessment {
  return assessTarget({
    purpose: 'failover',
    verdict: { health: 'unknown', cause: 'idle', reason: 'no calls' },
    region: undefined,
    standbySignals: candidateEvidence.standbySignals.get(voiceConnectorId),
    holdDownReason: undefined,
    observedAt,
    policy,
  });
}

function refusalsOfStandby(standby: RankedMember, input: EvidencedInput): readonly DrillRefusal[] {
  const assessment = assessMember(standby, input, input.candidateEvidence, 'failover');
  if (assessment.kind !== 'rejected') return [];
  const reason = `${displayName(standby.voiceConnectorId, input)} ${assessment.code}: ${assessment.reason}`;
  return [{ code: 'standby-unfit', reason }];
}

function refusalsOfOther(member: RankedMember, input: EvidencedInput): readonly DrillRefusal[] {
  const { health, reason } = verdictOn(member.voiceConnectorId, input);
  return health === 'unhealthy' || health === 'degraded'
    ? [{ code: 'member-unwell', reason: `${displayName(member.voiceConnectorId, input)} ${health}: ${reason}` }]
    : [];
}

function refusalsOfRegions(members: readonly RankedMember[], input: EvidencedInput): readonly DrillRefusal[] {
  const ids = members.map(({ voiceConnectorId }) => voiceConnectorId);
  return regionsOf(ids, input).flatMap(([region, { health, reason }]) =>
    health === 'unhealthy' || health === 'degraded'
      ? [{ code: 'region-unwell' as const, reason: `${region} ${health}: ${reason}` }]
      : [],
  );
}

function toldWord(override: Exclude<OverrideState, { readonly kind: 'none' }>): string {
  switch (override.kind) {
    case 'pause':
    case 'pin':
    case 'drill':
      return `${override.kind} by ${override.by}: ${override.reason}`;
    case 'unparseable':
    case 'unreadable':
      return `${override.kind}: ${override.message}`;
    default:
      return override satisfies never;
  }
}

function refusalsOfPast(input: EvidencedInput): readonly DrillRefusal[] {
  const { candidateEvidence, group, observedAt, policy } = input;
  const { changeRecord } = candidateEvidence;
  const found: DrillRefusal[] = [];
  const { failbackHoldMinutes, maxChangesPerDay } = policy;
  if (group.updatedAt === undefined) {
    found.push({ code: 'changed-lately', reason: 'AWS does not say when the group was last changed' });
  } else if (observedAt - group.updatedAt < failbackHoldMinutes * minuteMs) {
    const ago = formatDuration(observedAt - group.updatedAt);
    found.push({ code: 'changed-lately', reason: `changed ${ago} ago, failbackHoldMinutes ${failbackHoldMinutes}` });
  }
  const brake = failbackGuard({ ...input, record: changeRecord });
  if (brake !== undefined) found.push({ code: 'held', reason: `${brake.code}: ${brake.reason}` });
  if (changeRecord.kind === 'read') {
    const changes = changeRecord.changedAt.filter((at) => observedAt - at < dayMs).length;
    if (changes + changesNeeded > maxChangesPerDay) {
      const reason = `${changes} changes in 24 h, maxChangesPerDay ${maxChangesPerDay}: a drill takes two and leaves one`;
      found.push({ code: 'too-many-changes', reason });
    }
  }
  return found;
}
