/** Group, verdicts, the operator's word → hold, failover or failback. Pure. */
import { failbackGuard, failoverGuard } from './guards.ts';
import { isUnobservable } from '../judge/readings.ts';
import type { NeedEvidence, Plan, Hold } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { OverrideState } from '../model/override.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { hold } from '../model/hold.ts';
import {
  assessMember,
  chooseTarget,
  moveTo,
  displayName,
  orderOf,
  preferredMember,
  rejections,
  verdictOn,
  withFirst,
  type Member,
} from './members.ts';
import type { PlanInput } from './plan-input.ts';
import { formatDuration } from '../model/format.ts';

/** Answers `examine` at most once: never where `closer` is given. */
export function plan(input: PlanInput): Plan | NeedEvidence {
  const refused = refusedByOperator(input.override, input.observedAt);
  if (refused !== undefined) return refused;
  const order = orderOf(input.group);
  if (order.kind === 'hold') return order;
  const [top, ...others] = order.members;
  if (top === undefined || others.length === 0) {
    const members = order.members.length;
    return hold('fewer-than-two-members', `the group has ${members} of the 2 members that a failover takes`);
  }
  const verdict = verdictOn(top.voiceConnectorId, input);
  return verdict.health === 'unhealthy'
    ? planFailover(input, top, others, verdict)
    : planFailback(input, top, others, verdict);
}

function refusedByOperator(override: OverrideState, observedAt: EpochMs): Hold | undefined {
  switch (override.kind) {
    case 'pause':
    case 'pin': {
      const code = override.kind === 'pause' ? 'paused' : 'pinned';
      const left = `${formatDuration(override.until - observedAt)} left`;
      return hold(code, `${code} by ${override.by}, ${left}: ${override.reason}`);
    }
    case 'unparseable':
      return hold('override-unparseable', `counts as a pause until it is mended: ${override.message}`);
    case 'drill': {
      const { by, reason, leaving, promoting, until } = override;
      const what = `${promoting} is to carry the calls of ${leaving}`;
      return hold('drill', `drill by ${by}, ${formatDuration(until - observedAt)} left: ${what}; ${reason}`);
    }
    case 'unreadable': // Stops a failback and never a rescue.
    case 'none':
      return undefined;
    default:
      return override satisfies never;
  }
}

function needEvidence(members: readonly Member[]): NeedEvidence {
  return {
    kind: 'need-evidence',
    voiceConnectorIds: members.map(({ voiceConnectorId }) => voiceConnectorId),
  };
}

function planFailover(input: PlanInput, top: Member, others: readonly Member[], verdict: Verdict): Plan | NeedEvidence {
  const { candidateEvidence } = input;
  if (candidateEvidence === undefined) return needEvidence(others);
  const sick = `${displayName(top.voiceConnectorId, input)} unhealthy: ${verdict.reason}`;
  const brake = failoverGuard({ ...input, record: candidateEvidence.changeRecord, members: others.length + 1 });
  if (brake !== undefined) return hold(brake.code, `${sick}; ${brake.reason}`);
  const { chosen, rejected } = chooseTarget(input, candidateEvidence, top, others);
  if (chosen === undefined) {
    const allBad = rejected.every(({ code }) => code === 'unhealthy' || code === 'unhealthy-region');
    return allBad
      ? hold('all-unhealthy', `${sick}; so is every other member: the order stays`, rejected)
      : hold('no-target', `${sick}; no member is fit to take its place`, rejected);
  }
  const isHealthy = (member: Member): boolean =>
    assessMember(member, input, candidateEvidence, 'failover').kind === 'healthy';
  return moveTo('failover', input.group, [top, ...others], withFirst(chosen.member, [top, ...others], isHealthy), {
    reason: `${sick}; promoting ${displayName(chosen.member.voiceConnectorId, input)}: ${chosen.assessment.reason}`,
    rejected,
  });
}

function planFailback(
  input: PlanInput,
  top: Member,
  others: readonly Member[],
  verdict: Exclude<Verdict, { readonly health: 'unhealthy' }>,
): Plan | NeedEvidence {
  const health = verdict.health === 'unknown' ? `unknown (${verdict.cause})` : verdict.health;
  const stay = hold(
    `top-${verdict.health}`,
    `${displayName(top.voiceConnectorId, input)} ${health}: ${verdict.reason}`,
  );
  const preferred = preferredMember(input, top, others);
  // A failback is no emergency: it waits until the top can be seen.
  if (preferred === undefined || isUnobservable(verdict)) return stay;
  const back = `failback to ${displayName(preferred.voiceConnectorId, input)}`;
  const held = failbackHeld(input, back);
  if (held !== undefined) return held;
  const { candidateEvidence } = input;
  if (candidateEvidence === undefined) return needEvidence(others);
  const brake = failbackGuard({ ...input, record: candidateEvidence.changeRecord });
  if (brake !== undefined) return hold(brake.code, `${back} waits: ${brake.reason}`);
  const assessment = assessMember(preferred, input, candidateEvidence, 'failback');
  const rejected = rejections([{ member: preferred, assessment }]);
  if (assessment.kind === 'rejected') return hold('failback-not-proven', `${back}: ${assessment.reason}`, rejected);
  if (input.policy.failback === 'approve') {
    return hold('failback-awaits-approval', `${back} is ready: ${assessment.reason}`);
  }
  const isHealthy = (member: Member): boolean =>
    assessMember(member, input, candidateEvidence, 'failback').kind === 'healthy';
  return moveTo('failback', input.group, [top, ...others], withFirst(preferred, [top, ...others], isHealthy), {
    reason: `${back}: ${assessment.reason}`,
    rejected,
  });
}

/** What stops a failback before anybody looks closer. */
function failbackHeld(input: PlanInput, back: string): Hold | undefined {
  const { group, observedAt } = input;
  const { failback, failbackHoldMinutes } = input.policy;
  if (failback === 'never') return hold('failback-never', `${back} is for a person to decide (failback: never)`);
  if (input.override.kind === 'unreadable') {
    return hold('override-unreadable', `${back} waits until Parameter Store answers: ${input.override.message}`);
  }
  if (group.updatedAt === undefined) {
    return hold('failback-hold', `${back} waits: AWS does not say when the group was last changed`);
  }
  const elapsed = observedAt - group.updatedAt;
  return elapsed < failbackHoldMinutes * minuteMs
    ? hold('failback-hold', `${back}: changed ${formatDuration(elapsed)} ago, hold ${failbackHoldMinutes} min`)
    : undefined;
}
