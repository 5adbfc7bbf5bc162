/** Group, verdicts, the operator's word → hold, failover or failback. Pure. */
import { failbackBrake, failoverBrake, heldDown } from './brakes.ts';
import { isBlind } from './readings.ts';
import { assessTarget, type Assessment } from './target.ts';
import {
  minuteMs,
  type ChangeRecord,
  type ConnectorVerdicts,
  type EpochMs,
  type Examine,
  type GroupPolicy,
  type HoldCode,
  type Liveness,
  type Override,
  type Plan,
  type RegionVerdicts,
  type Rejection,
  type Verdict,
  type VoiceConnectorGroup,
  type VoiceConnectorItem,
} from './model.ts';
import { duration } from './words.ts';

/** All a decision on one group depends on. */
export type PlanInput = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly verdicts: ConnectorVerdicts;
  readonly regions: RegionVerdicts;
  readonly override: Override;
  /** What only a contemplated move gives reason to read; absent until then. */
  readonly closer: Closer | undefined;
  readonly carriedBeforeChange: boolean | undefined;
  readonly policy: GroupPolicy;
};

export type Closer = {
  /** By Voice Connector id. */
  readonly liveness: ReadonlyMap<string, Liveness>;
  readonly record: ChangeRecord;
};

/** A member whose place in the order is certain. */
type Member = { readonly voiceConnectorId: string; readonly priority: number };

type Hold = Extract<Plan, { readonly kind: 'hold' }>;

const hold = (code: HoldCode, reason: string, rejected: readonly Rejection[] = []): Hold => ({
  kind: 'hold',
  code,
  reason,
  rejected,
});

/** Answers `examine` at most once: never where `closer` is given. */
export const plan = (input: PlanInput): Plan | Examine => {
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
};

const refusedByOperator = (override: Override, observedAt: EpochMs): Hold | undefined => {
  switch (override.kind) {
    case 'pause':
    case 'pin': {
      const code = override.kind === 'pause' ? 'paused' : 'pinned';
      const left = `${duration(override.until - observedAt)} left`;
      return hold(code, `${code} by ${override.by}, ${left}: ${override.reason}`);
    }
    case 'unparseable':
      return hold('override-unparseable', `counts as a pause until it is mended: ${override.message}`);
    case 'unreadable': // Stops a failback and never a rescue.
    case 'none':
      return undefined;
    default:
      return override satisfies never;
  }
};

/** The members in the order calls try them, or why there is no such order. */
const orderOf = (group: VoiceConnectorGroup): { kind: 'order'; members: readonly Member[] } | Hold => {
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
};

const verdictOn = (voiceConnectorId: string, { verdicts }: PlanInput): Verdict =>
  verdicts.get(voiceConnectorId) ?? {
    health: 'unknown',
    cause: 'fetch-error',
    reason: 'AWS knows no such Voice Connector, or did not answer',
  };

const named = (voiceConnectorId: string, { connectorRegions }: PlanInput): string =>
  `${voiceConnectorId} (${connectorRegions.get(voiceConnectorId) ?? 'Region unknown'})`;

const examine = (members: readonly Member[]): Examine => ({
  kind: 'examine',
  voiceConnectorIds: members.map(({ voiceConnectorId }) => voiceConnectorId),
});

const planFailover = (input: PlanInput, top: Member, others: readonly Member[], verdict: Verdict): Plan | Examine => {
  const { closer } = input;
  if (closer === undefined) return examine(others);
  const sick = `${named(top.voiceConnectorId, input)} unhealthy: ${verdict.reason}`;
  const brake = failoverBrake({ ...input, record: closer.record, members: others.length + 1 });
  if (brake !== undefined) return hold(brake.code, `${sick}; ${brake.reason}`);
  const assessments = others.map((member) => ({ member, assessment: assess(member, input, closer, 'failover') }));
  const rejected = rejections(assessments);
  // Healthy before merely alive; among equals the operator's first choice, lest a failback follow, then the group's order.
  const preferred = preferredMember(input, top, others);
  const best = (kind: Assessment['kind']): Assessed | undefined => {
    const equals = assessments.filter(({ assessment }) => assessment.kind === kind);
    return equals.find(({ member }) => member === preferred) ?? equals[0];
  };
  const chosen = best('healthy') ?? best('alive');
  if (chosen === undefined || chosen.assessment.kind === 'rejected') {
    const allBad = rejected.every(({ code }) => code === 'unhealthy' || code === 'unhealthy-region');
    return allBad
      ? hold('all-unhealthy', `${sick}; so is every other member: the order stays`, rejected)
      : hold('no-target', `${sick}; no member is fit to take its place`, rejected);
  }
  return move('failover', input, closer, [top, ...others], chosen.member, {
    reason: `${sick}; promoting ${named(chosen.member.voiceConnectorId, input)}: ${chosen.assessment.reason}`,
    rejected,
  });
};

const planFailback = (
  input: PlanInput,
  top: Member,
  others: readonly Member[],
  verdict: Exclude<Verdict, { readonly health: 'unhealthy' }>,
): Plan | Examine => {
  const health = verdict.health === 'unknown' ? `unknown (${verdict.cause})` : verdict.health;
  const stay = hold(`top-${verdict.health}`, `${named(top.voiceConnectorId, input)} ${health}: ${verdict.reason}`);
  const preferred = preferredMember(input, top, others);
  // A failback is no emergency: it waits until the top can be seen.
  if (preferred === undefined || isBlind(verdict)) return stay;
  const back = `failback to ${named(preferred.voiceConnectorId, input)}`;
  const held = failbackHeld(input, back);
  if (held !== undefined) return held;
  const { closer } = input;
  if (closer === undefined) return examine(others);
  const brake = failbackBrake({ ...input, record: closer.record });
  if (brake !== undefined) return hold(brake.code, `${back} waits: ${brake.reason}`);
  const assessment = assess(preferred, input, closer, 'failback');
  const rejected = rejections([{ member: preferred, assessment }]);
  if (assessment.kind === 'rejected') return hold('failback-not-proven', `${back}: ${assessment.reason}`, rejected);
  if (input.policy.failback === 'approve') {
    return hold('failback-awaits-approval', `${back} is ready: ${assessment.reason}`);
  }
  return move('failback', input, closer, [top, ...others], preferred, {
    reason: `${back}: ${assessment.reason}`,
    rejected,
  });
};

/** The first of the preferred order, where it is a member and not the top already. */
const preferredMember = (input: PlanInput, top: Member, others: readonly Member[]): Member | undefined => {
  const members = [top, ...others];
  const [first] = (input.policy.preferredOrder ?? []).flatMap((voiceConnectorId) =>
    members.filter((member) => member.voiceConnectorId === voiceConnectorId),
  );
  return first === top ? undefined : first;
};

/** What stops a failback before anybody looks closer. */
const failbackHeld = (input: PlanInput, back: string): Hold | undefined => {
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
    ? hold('failback-hold', `${back}: changed ${duration(elapsed)} ago, hold ${failbackHoldMinutes} min`)
    : undefined;
};

type Assessed = { readonly member: Member; readonly assessment: Assessment };

const assess = (
  { voiceConnectorId }: Member,
  input: PlanInput,
  closer: Closer,
  purpose: 'failover' | 'failback',
): Assessment => {
  const region = input.connectorRegions.get(voiceConnectorId);
  return assessTarget({
    purpose,
    verdict: verdictOn(voiceConnectorId, input),
    region: region === undefined ? undefined : input.regions.get(region),
    liveness: closer.liveness.get(voiceConnectorId),
    heldDown: heldDown(voiceConnectorId, closer.record, input.observedAt, input.policy),
    observedAt: input.observedAt,
    policy: input.policy,
  });
};

const rejections = (assessments: readonly Assessed[]): readonly Rejection[] =>
  assessments.flatMap(({ member, assessment }) =>
    assessment.kind === 'rejected'
      ? [{ voiceConnectorId: member.voiceConnectorId, code: assessment.code, reason: assessment.reason }]
      : [],
  );

/**
 * The chosen member goes first and the rest keep their order, but that healthy ones go before the others: nothing rises
 * that is not either chosen or proven well. The priorities themselves stay the same set, handed out anew.
 */
const move = (
  kind: 'failover' | 'failback',
  input: PlanInput,
  closer: Closer,
  members: readonly Member[],
  promoted: Member,
  explanation: { readonly reason: string; readonly rejected: readonly Rejection[] },
): Plan => {
  const rest = members.filter((member) => member !== promoted);
  const fit = rest.filter((member) => assess(member, input, closer, kind).kind === 'healthy');
  const order = [promoted, ...fit, ...rest.filter((member) => !fit.includes(member))];
  const priorityOf = new Map(order.map(({ voiceConnectorId }, place) => [voiceConnectorId, members[place]?.priority]));
  const after: readonly VoiceConnectorItem[] = input.group.items.map(({ voiceConnectorId }) => ({
    voiceConnectorId,
    priority: priorityOf.get(voiceConnectorId),
  }));
  const [leaving = promoted] = members;
  return {
    kind,
    ...explanation,
    leaving: leaving.voiceConnectorId,
    promoting: promoted.voiceConnectorId,
    before: input.group.items,
    after,
  };
};
