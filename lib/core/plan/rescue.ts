/**
 * Chooses where to go from a primary that is proven unhealthy. A move is made if the calls lost by staying are proven to exceed those lost
 * by moving, by a margin.
 *
 * A group cannot move back and forth while the verdicts stay the same: what staying loses at least never exceeds what it likely loses, so
 * of two members only one can lose so much more than the other.
 */
import { holdDownOf } from './hold-down.ts';
import { assessMember, preferredMember, type RankedMember } from './members.ts';
import type { Assessment } from './target.ts';
import type { CandidateEvidence, PlanInput } from './plan-input.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Rejection } from '../model/plan.ts';
import type { CallLoss } from '../model/verdict.ts';
import { formatPercent } from '../model/format.ts';

/** A member that would take the calls of the primary. */
export type Target = {
  readonly member: RankedMember;
  readonly reason: string;
  /** Calls saved beyond doubt, as a share of all: what staying loses at least, less what moving likely loses. */
  readonly gain: number;
  /** Nothing is known against it. */
  readonly isSound: boolean;
};

/** Against a member with problems of its own: its estimate may be off by this much. */
const gainOverBlemish = 0.1;

/** From this gain on, patience (cooldown, hold-down) would cost more calls than a wrong move. */
export const urgentGain = 0.3;

/** A fault that is proven loses at least this much, so that nothing delays a move to a member without problems. */
function leastGain({ minExcessRatio }: GroupPolicy): number {
  return minExcessRatio / 4;
}

type Candidate = {
  readonly member: RankedMember;
  readonly assessment: Assessment;
  readonly loss: number;
  readonly needed: number;
  /** Lower is better among members that lose the same. */
  readonly rank: number;
};

/** The best target, and why each other member is none. */
export function chooseTarget(
  input: PlanInput,
  candidateEvidence: CandidateEvidence,
  primary: RankedMember,
  others: readonly RankedMember[],
  staying: CallLoss,
): { readonly chosen: Target | undefined; readonly rejected: readonly Rejection[] } {
  // Among equals the preferred member comes first, because otherwise a failback would follow; then the order decides.
  const preferred = preferredMember(input, primary, others);
  const candidates = others.map((member) =>
    candidateOf(
      member,
      assessMember(member, input, candidateEvidence, 'failover'),
      isHeldDown(member, input, candidateEvidence),
      input.policy,
    ),
  );
  const [best] = candidates
    .filter(({ loss, needed }) => staying.least - loss >= needed)
    .sort(
      (left, right) =>
        left.loss - right.loss ||
        left.rank - right.rank ||
        Number(right.member === preferred) - Number(left.member === preferred),
    );
  return {
    chosen: best && targetOf(best, staying),
    rejected: candidates.flatMap((candidate) => (candidate === best ? [] : rejectionOf(candidate, staying))),
  };
}

function isHeldDown(
  { voiceConnectorId }: RankedMember,
  { observedAt, policy }: PlanInput,
  { changeRecord }: CandidateEvidence,
): boolean {
  return holdDownOf(voiceConnectorId, changeRecord, observedAt, policy).reason !== undefined;
}

function candidateOf(
  member: RankedMember,
  assessment: Assessment,
  isInHoldDown: boolean,
  policy: GroupPolicy,
): Candidate {
  const sound = { member, assessment, loss: 0, needed: leastGain(policy) };
  switch (assessment.kind) {
    case 'healthy':
      return { ...sound, rank: 0 };
    case 'alive': {
      const rank = assessment.isOutboundFailing ? 2 : 1;
      return assessment.loss === 0
        ? { ...sound, rank }
        : { ...sound, loss: assessment.loss, needed: gainOverBlemish, rank };
    }
    case 'rejected': {
      const needed = isInHoldDown ? urgentGain : gainOverBlemish;
      return { member, assessment, loss: assessment.loss ?? Infinity, needed, rank: 3 };
    }
    default:
      return assessment satisfies never;
  }
}

function targetOf({ member, assessment, loss }: Candidate, staying: CallLoss): Target {
  const isSound = loss === 0 && assessment.kind !== 'rejected';
  const comparison = `staying loses at least ${formatPercent(staying.least)} of the calls, moving about ${formatPercent(loss)}`;
  return { member, gain: staying.least - loss, isSound, reason: `${assessment.reason}; ${comparison}` };
}

function rejectionOf({ member, assessment, loss, needed }: Candidate, staying: CallLoss): readonly Rejection[] {
  const { voiceConnectorId } = member;
  const isKnown = loss !== Infinity;
  const gain = `it would lose about ${formatPercent(loss)} of the calls, staying loses at least ${formatPercent(staying.least)}: too little to gain (${formatPercent(needed)} needed)`;
  switch (assessment.kind) {
    case 'healthy':
    case 'alive':
      return staying.least - loss >= needed
        ? []
        : [{ voiceConnectorId, code: 'no-gain', reason: `${assessment.reason}; ${gain}` }];
    case 'rejected':
      return [
        {
          voiceConnectorId,
          code: assessment.code,
          reason: isKnown && staying.least - loss < needed ? `${assessment.reason}; ${gain}` : assessment.reason,
        },
      ];
    default:
      return assessment satisfies never;
  }
}
