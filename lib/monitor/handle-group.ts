/** One group within a run: plan, apply, and the events of what changed. */
import { apply, outcomeProblems } from '../apply/apply.ts';
import { groupResult, type GroupResult } from '../audit/group-result.ts';
import type { RunContext } from '../context.ts';
import type { Outcome, Problem } from '../core/model/outcome.ts';
import type { Plan } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { primaryOf } from '../core/model/priorities.ts';
import { heldFailover } from '../core/plan/held-failover.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { decideGroup } from '../core/plan/pinned.ts';
import { takeDrillStep } from '../drill/run.ts';
import type { AuditEvent } from '../events/event.ts';
import { decideWithEvidence, planInputOf, type Snapshot } from '../observe/snapshot.ts';
import type { AccountLimit } from './account-limit.ts';
import { attemptOf } from './attempt.ts';
import { healthChanges, holdEvents } from './changes.ts';
import { publishMinutesToGreen, publishRecoveryTimes } from './recovery-times.ts';

export type HandledGroup = {
  /** Absent if the group could not be handled; `problems` then has the reason. */
  readonly result: GroupResult | undefined;
  /** To be published at the end of the run. A move publishes its events at once, its causes first. */
  readonly events: readonly AuditEvent[];
  readonly problems: readonly Problem[];
};

export function handleGroup(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  group: VoiceConnectorGroup,
): Promise<HandledGroup> {
  return handleAlone(limit, context, group, () =>
    decideAndReport(context, snapshot, limit, planInputOf(context, snapshot, group)),
  );
}

/** An error while handling a group is that group's problem alone, and makes no other group wait. */
async function handleAlone<Result>(
  limit: AccountLimit,
  { ports }: RunContext,
  group: VoiceConnectorGroup,
  handle: () => Promise<Result>,
): Promise<Result | HandledGroup> {
  try {
    return await handle();
  } catch (error) {
    const { voiceConnectorGroupId } = group;
    ports.log.error('group failed', { voiceConnectorGroupId, error });
    const message = error instanceof Error ? error.message : String(error);
    return { result: undefined, events: [], problems: [{ doing: `handling group ${voiceConnectorGroupId}`, message }] };
  } finally {
    limit.finish(group);
  }
}

async function decideAndReport(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  input: PlanInput,
): Promise<HandledGroup> {
  const { ports } = context;
  const { group } = input;
  const causes = healthChanges(context, snapshot, input);
  publishMinutesToGreen(ports, snapshot.previous.verdictsOf(group), input);
  const decided = await planAndApply(context, snapshot, limit, input, causes);
  const result = groupResult(decided.input, decided.decision, decided.outcome);
  ports.log.info('decision', { ...result });
  publishRecoveryTimes(ports, snapshot.observed.observation, decided);
  const held = heldFailover(decided.input, decided.decision);
  if (held !== undefined) {
    const { voiceConnectorGroupId } = group;
    ports.telemetry.publish(
      { FailoversHeld: 1, ...(held.isUndone ? { FailoversUndone: 1 } : {}) },
      voiceConnectorGroupId,
    );
  }
  const { decision, problems } = decided;
  const holding = decision.kind === 'hold' ? holdEvents(context, snapshot, decided.input, decision) : [];
  return { result, events: [...decided.unpublished, ...holding], problems };
}

type PlannedAndApplied = {
  /** What the decision was made from, candidate evidence included if any was read. */
  readonly input: PlanInput;
  readonly decision: Plan;
  /** Absent for a hold. */
  readonly outcome: Outcome | undefined;
  /** The causes, as long as no move was applied that published them. */
  readonly unpublished: readonly AuditEvent[];
  readonly problems: readonly Problem[];
};

/**
 * Carries out a failover, if the group is to have one. Anything else is left for later, when every Region has answered: undefined.
 *
 * @param context with ports that do not wait for a Region that hangs
 */
export function rescueGroup(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  group: VoiceConnectorGroup,
): Promise<HandledGroup | undefined> {
  return handleAlone(limit, context, group, async () => {
    const input = planInputOf(context, snapshot, group);
    const verdict = input.verdicts.get(primaryOf(group) ?? '');
    if (input.override.kind === 'drill' || verdict?.health !== 'unhealthy') return undefined;
    const evidenced = await decideWithEvidence(context, snapshot, input, decideGroup);
    return evidenced.decision.kind === 'failover'
      ? decideAndReport(context, snapshot, limit, evidenced.input)
      : undefined;
  });
}

/** A drill in progress takes the place of the plan until it is over. */
async function planAndApply(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  observed: PlanInput,
  causes: readonly AuditEvent[],
): Promise<PlannedAndApplied> {
  if (observed.override.kind !== 'drill') return planAndMove(context, snapshot, limit, observed, causes);
  const step = await takeDrillStep(context, snapshot, observed, observed.override, causes);
  if (step.kind === 'decided') return { ...step, unpublished: step.outcome === undefined ? causes : [] };
  const planned = await planAndMove(context, snapshot, limit, step.input, causes);
  return { ...planned, problems: [...step.problems, ...planned.problems] };
}

async function planAndMove(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  planned: PlanInput,
  causes: readonly AuditEvent[],
): Promise<PlannedAndApplied> {
  const {
    input,
    decision: wanted,
    problems: reading,
  } = await decideWithEvidence(context, snapshot, planned, decideGroup);
  const decision = wanted.kind === 'hold' ? wanted : await limit.admit(wanted, input);
  if (decision.kind === 'hold') return { input, decision, outcome: undefined, unpublished: causes, problems: reading };
  const attempt = attemptOf(context, snapshot, input, decision);
  const { outcome, problems } = await apply(context, input, decision, causes, attempt);
  const earlier = [...reading, ...problems];
  const isConflict = outcome.kind === 'rejected' && outcome.code === 'conflict';
  const again = isConflict ? await planOnceMore(context, snapshot, limit, input) : undefined;
  return again === undefined
    ? {
        input,
        decision,
        outcome,
        unpublished: [],
        problems: [...earlier, ...outcomeProblems(outcome, input, decision)],
      }
    : { ...again, problems: [...earlier, ...again.problems] };
}

/**
 * After a conflict (AWS was changing the group at that moment) the group is read and planned once more, by the same evidence. That
 * includes the record of changes as it was read before the write that met the conflict, so that this write does not count as a change.
 */
async function planOnceMore(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  { group, candidateEvidence }: PlanInput,
): Promise<PlannedAndApplied | undefined> {
  const { ports, signals } = context;
  const fresh = await ports.groups.read(group, signals.work);
  if (fresh.kind !== 'read') return undefined;
  const input: PlanInput = { ...planInputOf(context, snapshot, fresh.group), candidateEvidence };
  const wanted = decideGroup(input);
  if (wanted.kind === 'need-evidence') throw new Error('a plan asked for candidate evidence that it already had');
  const decision = wanted.kind === 'hold' ? wanted : await limit.admit(wanted, input);
  if (decision.kind === 'hold') return { input, decision, outcome: undefined, unpublished: [], problems: [] };
  const attempt = attemptOf(context, snapshot, input, decision);
  const { outcome, problems } = await apply(context, input, decision, [], attempt);
  const failing = outcomeProblems(outcome, input, decision);
  return { input, decision, outcome, unpublished: [], problems: [...problems, ...failing] };
}
