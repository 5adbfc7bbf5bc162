/** Decides on one group from its verdicts, override and maintenance windows: hold, failover or failback. */
import { failbackGuard, failoverGuard } from './guards.ts';
import { lastChangeOf } from './last-change.ts';
import { isUnobservable } from '../judge/readings.ts';
import type { NeedEvidence, Plan, Hold } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import { inForce } from '../model/in-force.ts';
import { formatMaintenance } from '../model/maintenance.ts';
import { minuteMs } from '../model/time.ts';
import { hold } from '../model/hold.ts';
import {
  assessMember,
  moveTo,
  displayName,
  orderOf,
  preferredMember,
  rejections,
  verdictOn,
  withFirst,
  type RankedMember,
} from './members.ts';
import type { CandidateEvidence, PlanInput } from './plan-input.ts';
import { chooseTarget, urgentGain } from './rescue.ts';
import type { RejectionCode } from '../model/codes.ts';
import { formatDuration } from '../model/format.ts';

/** Returns `need-evidence` only where `candidateEvidence` is missing, so at most once per group and run. */
export function plan(input: PlanInput): Plan | NeedEvidence {
  const held = heldByPeople(input);
  if (held !== undefined) return held;
  const order = orderOf(input.group);
  if (order.kind === 'hold') return order;
  const [primary, ...others] = order.members;
  if (primary === undefined || others.length === 0) {
    return hold(
      'fewer-than-two-members',
      `the group has ${order.members.length} of the 2 members that a failover needs`,
    );
  }
  const verdict = verdictOn(primary.voiceConnectorId, input);
  return verdict.health === 'unhealthy'
    ? planFailover(input, primary, others, verdict)
    : planFailback(input, primary, others, verdict);
}

function heldByPeople(input: PlanInput): Hold | undefined {
  const { observedAt } = input;
  const held = inForce(input);
  switch (held.kind) {
    case 'pause':
    case 'pin': {
      const code = held.kind === 'pause' ? 'paused' : 'pinned';
      const left = `${formatDuration(held.until - observedAt)} left`;
      return hold(code, `${code} by ${held.by}, ${left}: ${held.reason}`);
    }
    case 'maintenance':
      return hold('paused', `paused by the ${formatMaintenance(held, observedAt)}`);
    case 'unparseable':
      return hold('override-unparseable', `counts as a pause until it is corrected: ${held.message}`);
    case 'drill': {
      const { by, reason, leaving, promoting, until } = held;
      const test = `${promoting} carries the calls of ${leaving}`;
      return hold('drill', `drill by ${by}, ${formatDuration(until - observedAt)} left: ${test}; ${reason}`);
    }
    case 'unreadable': // Stops a failback, never a failover.
    case 'none':
      return undefined;
    default:
      return held satisfies never;
  }
}

function needEvidence(members: readonly RankedMember[]): NeedEvidence {
  return {
    kind: 'need-evidence',
    voiceConnectorIds: members.map(({ voiceConnectorId }) => voiceConnectorId),
  };
}

type UnhealthyVerdict = Extract<Verdict, { readonly health: 'unhealthy' }>;

/** Where every other member is rejected for these, a failover would only exchange one fault for another. */
const losingCodes: ReadonlySet<RejectionCode> = new Set(['unhealthy', 'unhealthy-region', 'no-gain']);

function planFailover(
  input: PlanInput,
  primary: RankedMember,
  others: readonly RankedMember[],
  verdict: UnhealthyVerdict,
): Plan | NeedEvidence {
  const { candidateEvidence } = input;
  if (candidateEvidence === undefined) return needEvidence(others);
  const fault = `${displayName(primary.voiceConnectorId, input)} unhealthy: ${verdict.reason}`;
  const { chosen, rejected } = chooseTarget(input, candidateEvidence, primary, others, verdict.loss);
  if (chosen === undefined) {
    const areAllUnhealthy = rejected.every(({ code }) => losingCodes.has(code));
    return areAllUnhealthy
      ? hold(
          'all-unhealthy',
          `${fault}; a move to any other member would save too few calls: the order stays`,
          rejected,
        )
      : hold('no-target', `${fault}; no other member can take its calls`, rejected);
  }
  const refusal = failoverGuard(
    { ...input, record: candidateEvidence.changeRecord, memberCount: others.length + 1 },
    { leastLoss: verdict.loss.least, isUrgent: chosen.gain >= urgentGain, isTargetSound: chosen.isSound },
  );
  if (refusal !== undefined) return hold(refusal.code, `${fault}; ${refusal.reason}`, rejected);
  const isHealthy = (member: RankedMember): boolean =>
    assessMember(member, input, candidateEvidence, 'failover').kind === 'healthy';
  const members = [primary, ...others] as const;
  return moveTo({
    kind: 'failover',
    group: input.group,
    members,
    order: withFirst(chosen.member, members, isHealthy),
    reason: `${fault}; promoting ${displayName(chosen.member.voiceConnectorId, input)}: ${chosen.reason}`,
    rejected,
  });
}

function planFailback(
  input: PlanInput,
  primary: RankedMember,
  others: readonly RankedMember[],
  verdict: Exclude<Verdict, { readonly health: 'unhealthy' }>,
): Plan | NeedEvidence {
  const health = verdict.health === 'unknown' ? `unknown (${verdict.cause})` : verdict.health;
  const stay = hold(
    `top-${verdict.health}`,
    `${displayName(primary.voiceConnectorId, input)} ${health}: ${verdict.reason}`,
  );
  const preferred = preferredMember(input, primary, others);
  // A failback is not urgent: it waits until the metrics of the primary can be read.
  if (preferred === undefined || isUnobservable(verdict)) return stay;
  const back = `failback to ${displayName(preferred.voiceConnectorId, input)}`;
  const waiting = heldBeforeEvidence(input, back);
  if (waiting !== undefined) return waiting;
  const { candidateEvidence } = input;
  if (candidateEvidence === undefined) return needEvidence(others);
  const refusal =
    failbackHold(input, candidateEvidence) ?? failbackGuard({ ...input, record: candidateEvidence.changeRecord });
  if (refusal !== undefined) return hold(refusal.code, `${back} waits: ${refusal.reason}`);
  const assessment = assessMember(preferred, input, candidateEvidence, 'failback');
  const rejected = rejections([{ member: preferred, assessment }]);
  if (assessment.kind === 'rejected') return hold('failback-not-proven', `${back}: ${assessment.reason}`, rejected);
  if (input.policy.failback === 'approve') {
    return hold('failback-awaits-approval', `${back} is ready: ${assessment.reason}`);
  }
  const isHealthy = (member: RankedMember): boolean =>
    assessMember(member, input, candidateEvidence, 'failback').kind === 'healthy';
  const members = [primary, ...others] as const;
  return moveTo({
    kind: 'failback',
    group: input.group,
    members,
    order: withFirst(preferred, members, isHealthy),
    reason: `${back}: ${assessment.reason}`,
    rejected,
  });
}

/** Why a failback waits, as far as that is known without candidate evidence. */
function heldBeforeEvidence(input: PlanInput, back: string): Hold | undefined {
  if (input.policy.failback === 'never')
    return hold('failback-never', `${back} is left to the operator (failback: never)`);
  if (input.override.kind === 'unreadable') {
    return hold('override-unreadable', `${back} waits until Parameter Store answers: ${input.override.message}`);
  }
  return undefined;
}

function failbackHold(
  { group, observedAt, policy: { failbackHoldMinutes } }: PlanInput,
  { changeRecord: record }: CandidateEvidence,
): Pick<Hold, 'code' | 'reason'> | undefined {
  const change = lastChangeOf({ group, record });
  if (change === undefined) {
    return {
      code: 'failback-hold',
      reason: 'neither AWS nor the record of own changes tells when the group was last changed',
    };
  }
  const elapsed = observedAt - change.at;
  return elapsed < failbackHoldMinutes * minuteMs
    ? { code: 'failback-hold', reason: `changed ${formatDuration(elapsed)} ago, hold ${failbackHoldMinutes} min` }
    : undefined;
}
