/** The members of a group: their order, how fit each is to be the first choice, and the order with another one first. Pure. */
import { holdDownReason } from './guards.ts';
import { hold } from '../model/hold.ts';
import type { Move, Hold, MoveKind, Rejection } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { CandidateEvidence, PlanInput } from './plan-input.ts';
import { assessTarget, type Assessment, type TargetInput } from './target.ts';

/** A member whose place in the order is certain. */
export type Member = { readonly voiceConnectorId: string; readonly priority: number };

/** The members in the order calls try them, or why there is no such order. */
export function orderOf(group: VoiceConnectorGroup): { kind: 'order'; members: readonly Member[] } | Hold {
  const distribution = group.callDistributionType;
  if (distribution === 'LoadBalancedDistribution') {
    return hold('load-balanced', 'calls are spread by LoadBalancedDistribution: priority decides nothing');
  }
  if (distribution !== undefined && distribution !== 'PriorityWeightedDistribution') {
    return hold('unknown-distribution', `CallDistributionType ${distribution} is not known to go by priority`);
  }
  const members: Member[] = [];
  for (const { voiceConnectorId, priority } of group.items) {
    if (priority === undefined) return hold('missing-priority', `${voiceConnectorId} has no Priority`);
    const twin = members.find((member) => member.voiceConnectorId === voiceConnectorId);
    if (twin !== undefined) return hold('duplicate-members', `${voiceConnectorId} is a member more than once`);
    const tied = members.find((member) => member.priority === priority);
    if (tied !== undefined) {
      const both = `${tied.voiceConnectorId} and ${voiceConnectorId}`;
      return hold('tied-priorities', `${both} share priority ${priority}: active/active, not ours to split`);
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
      reason: 'AWS knows no such Voice Connector, or did not answer',
    }
  );
}

export function displayName(voiceConnectorId: string, { connectorRegions }: PlanInput): string {
  return `${voiceConnectorId} (${connectorRegions.get(voiceConnectorId) ?? 'Region unknown'})`;
}

/** The first of the preferred order, where it is a member and not the top already. */
export function preferredMember(input: PlanInput, top: Member, others: readonly Member[]): Member | undefined {
  const members = [top, ...others];
  const [first] = (input.policy.preferredOrder ?? []).flatMap((voiceConnectorId) =>
    members.filter((member) => member.voiceConnectorId === voiceConnectorId),
  );
  return first === top ? undefined : first;
}

export type Assessed = { readonly member: Member; readonly assessment: Assessment };

export function assessMember(
  { voiceConnectorId }: Member,
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
    holdDownReason: holdDownReason(voiceConnectorId, candidateEvidence.changeRecord, input.observedAt, input.policy),
    observedAt: input.observedAt,
    policy: input.policy,
  });
}

export function rejections(assessments: readonly Assessed[]): readonly Rejection[] {
  return assessments.flatMap(({ member, assessment }) =>
    assessment.kind === 'rejected'
      ? [{ voiceConnectorId: member.voiceConnectorId, code: assessment.code, reason: assessment.reason }]
      : [],
  );
}

/** Whom a failover would put first, and why each of the rest would not do. */
export function chooseTarget(
  input: PlanInput,
  candidateEvidence: CandidateEvidence,
  top: Member,
  others: readonly Member[],
): { readonly chosen: Assessed | undefined; readonly rejected: readonly Rejection[] } {
  const assessments = others.map((member) => ({
    member,
    assessment: assessMember(member, input, candidateEvidence, 'failover'),
  }));
  // Healthy before merely alive; among equals the operator's first choice, lest a failback follow, then the group's order.
  const preferred = preferredMember(input, top, others);
  const best = (kind: 'healthy' | 'alive'): Assessed | undefined => {
    const equals = assessments.filter(({ assessment }) => assessment.kind === kind);
    return equals.find(({ member }) => member === preferred) ?? equals[0];
  };
  return { chosen: best('healthy') ?? best('alive'), rejected: rejections(assessments) };
}

/** One goes first and the rest keep their order, but that healthy ones go before the others: nothing rises that is not either chosen or proven well. */
export function withFirst(
  first: Member,
  members: readonly Member[],
  isHealthy: (member: Member) => boolean,
): readonly Member[] {
  const rest = members.filter((member) => member !== first);
  return [first, ...rest.filter(isHealthy), ...rest.filter((member) => !isHealthy(member))];
}

/**
 * The priorities themselves stay the same set, handed out anew.
 *
 * @param members as calls try them
 * @param order the same, as calls are to try them
 */
export function moveTo(
  kind: MoveKind,
  { items }: VoiceConnectorGroup,
  members: readonly [Member, ...Member[]],
  order: readonly Member[],
  explanation: Pick<Move, 'reason' | 'rejected' | 'command'>,
): Move {
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
