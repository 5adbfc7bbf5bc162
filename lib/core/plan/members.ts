/** The members of a group: their order, the assessment of each as a new primary, and the reordering that promotes one. */
import { holdDownOf } from './hold-down.ts';
import { hold } from '../model/hold.ts';
import type { Move, Hold, MoveKind, Rejection } from '../model/plan.ts';
import { primaryOf } from '../model/priorities.ts';
import { lossOf, type Verdict } from '../model/verdict.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { CandidateEvidence, PlanInput } from './plan-input.ts';
import { assessTarget, type Assessment, type TargetInput } from './target.ts';

/** A member of a group whose order is unambiguous. */
export type RankedMember = { readonly voiceConnectorId: string; readonly priority: number };

/** The members in the order calls try them, or why there is no such order. */
export function orderOf(group: VoiceConnectorGroup): { kind: 'order'; members: readonly RankedMember[] } | Hold {
  const distribution = group.callDistributionType;
  if (distribution === 'LoadBalancedDistribution') {
    return hold('load-balanced', 'LoadBalancedDistribution spreads calls over all members: priorities have no effect');
  }
  if (distribution !== undefined && distribution !== 'PriorityWeightedDistribution') {
    return hold(
      'unknown-distribution',
      `CallDistributionType ${distribution} is unknown: it may not follow priorities`,
    );
  }
  const members: RankedMember[] = [];
  for (const { voiceConnectorId, priority } of group.items) {
    if (priority === undefined) return hold('missing-priority', `${voiceConnectorId} has no Priority`);
    const duplicate = members.find((member) => member.voiceConnectorId === voiceConnectorId);
    if (duplicate !== undefined) return hold('duplicate-members', `${voiceConnectorId} is a member more than once`);
    const tied = members.find((member) => member.priority === priority);
    if (tied !== undefined) {
      const both = `${tied.voiceConnectorId} and ${voiceConnectorId}`;
      return hold('tied-priorities', `${both} share priority ${priority}: AWS spreads calls over both (active/active)`);
    }
    members.push({ voiceConnectorId, priority });
  }
  return { kind: 'order', members: members.sort((left, right) => left.priority - right.priority) };
}

export function verdictOn(voiceConnectorId: string, { verdicts }: PlanInput): Verdict {
  return (
    verdicts.get(voiceConnectorId) ?? {
      health: 'unknown',
      cause: 'fetch-error',
      reason: 'AWS does not know this Voice Connector, or did not answer',
    }
  );
}

export function displayName(voiceConnectorId: string, { connectorRegions }: PlanInput): string {
  return `${voiceConnectorId} (${connectorRegions.get(voiceConnectorId) ?? 'Region unknown'})`;
}

/** The first member of the preferred order, unless it is the primary already. */
export function preferredMember(
  input: PlanInput,
  primary: RankedMember,
  others: readonly RankedMember[],
): RankedMember | undefined {
  const members = [primary, ...others];
  const [first] = (input.policy.preferredOrder ?? []).flatMap((voiceConnectorId) =>
    members.filter((member) => member.voiceConnectorId === voiceConnectorId),
  );
  return first === primary ? undefined : first;
}

export type AssessedMember = { readonly member: RankedMember; readonly assessment: Assessment };

export function assessMember(
  { voiceConnectorId }: RankedMember,
  input: PlanInput,
  candidateEvidence: CandidateEvidence,
  purpose: TargetInput['purpose'],
): Assessment {
  const region = input.connectorRegions.get(voiceConnectorId);
  return assessTarget({
    purpose,
    verdict: verdictOn(voiceConnectorId, input),
    region: region === undefined ? undefined : input.regions.get(region),
    standbySignals: candidateEvidence.standbySignals.get(voiceConnectorId),
    primaryLoss: lossOf(verdictOn(primaryOf(input.group) ?? '', input)).least,
    holdDown: holdDownOf(voiceConnectorId, candidateEvidence.changeRecord, input.observedAt, input.policy),
    observedAt: input.observedAt,
    policy: input.policy,
  });
}

export function rejections(assessments: readonly AssessedMember[]): readonly Rejection[] {
  return assessments.flatMap(({ member, assessment }) =>
    assessment.kind === 'rejected'
      ? [{ voiceConnectorId: member.voiceConnectorId, code: assessment.code, reason: assessment.reason }]
      : [],
  );
}

/** Puts `first` first, then the healthy members, then the others, each in their order: only the chosen and the healthy ones rise. */
export function withFirst(
  first: RankedMember,
  members: readonly RankedMember[],
  isHealthy: (member: RankedMember) => boolean,
): readonly RankedMember[] {
  const rest = members.filter((member) => member !== first);
  return [first, ...rest.filter(isHealthy), ...rest.filter((member) => !isHealthy(member))];
}

type Reordering = Pick<Move, 'reason' | 'rejected' | 'command'> & {
  readonly kind: MoveKind;
  readonly group: VoiceConnectorGroup;
  /** In the present order. */
  readonly members: readonly [RankedMember, ...RankedMember[]];
  /** The same members in the new order. */
  readonly order: readonly RankedMember[];
};

/** The move assigns the existing set of priorities to the members in their new order. */
export function moveTo({ kind, group: { items }, members, order, ...explanation }: Reordering): Move {
  const priorityOf = new Map(order.map(({ voiceConnectorId }, place) => [voiceConnectorId, members[place]?.priority]));
  const [leaving] = members;
  const [promoting = leaving] = order;
  return {
    kind,
    ...explanation,
    leaving: leaving.voiceConnectorId,
    promoting: promoting.voiceConnectorId,
    before: items,
    after: items.map(({ voiceConnectorId }) => ({ voiceConnectorId, priority: priorityOf.get(voiceConnectorId) })),
  };
}
