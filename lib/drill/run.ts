/** Carries out a drill's next step: in every run of the monitor, and at once when it is ordered. */
import { apply, outcomeProblems } from '../apply/apply.ts';
import { drillEndedEvent, drillRefusedEvent } from '../audit/event-builders.ts';
import { groupResult } from '../audit/group-result.ts';
import { publish } from '../audit/publish.ts';
import type { RunContext } from '../context.ts';
import { orderDrill, type DrillOrder } from '../core/drill/order.ts';
import { type DrillRefusal } from '../core/drill/refusals.ts';
import { type EvidencedInput } from '../core/drill/input.ts';
import { drillResults } from '../core/drill/end-codes.ts';
import { restoringMove } from '../core/drill/return.ts';
import { drillStep, type DrillEnding, type DrillStep } from '../core/drill/step.ts';
import { attemptAt, type Attempt } from '../core/model/attempt.ts';
import type { Drill } from '../core/model/override.ts';
import type { Outcome, Problem } from '../core/model/outcome.ts';
import type { Plan } from '../core/model/plan.ts';
import type { VoiceConnectorItem } from '../core/model/group.ts';
import { sameItems } from '../core/model/priorities.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { AuditEvent } from '../events/event.ts';
import { isKeyOf } from '../input/override-keys.ts';
import { withCandidateEvidence, type Evidenced, type Snapshot } from '../observe/snapshot.ts';
import { readDrillCalls } from './calls.ts';

type DrillStepResult = { readonly problems: readonly Problem[] } & (
  | {
      readonly kind: 'decided';
      readonly input: PlanInput;
      readonly decision: Plan;
      /** Absent for a hold. */
      readonly outcome: Outcome | undefined;
    }
  /** The drill is over; `input` is what the group is planned from instead. */
  | { readonly kind: 'over'; readonly input: PlanInput }
);

export type DrillOrderResult = { readonly problems: readonly Problem[] } & (
  | { readonly kind: 'refused'; readonly refusals: readonly DrillRefusal[] }
  /** No Region's Parameter Store took the override; nothing was done. */
  | { readonly kind: 'not-stored' }
  | {
      readonly kind: 'stored';
      readonly drill: Drill;
      readonly storedIn: readonly string[];
      readonly firstStep: DrillStepResult;
    }
);

/**
 * Stores a drill's override, unless the drill is refused, and carries out the first step. After a crash in between the monitor's next run
 * carries it out.
 */
export async function beginDrill(
  context: RunContext,
  snapshot: Snapshot,
  input: EvidencedInput,
  order: DrillOrder & { readonly isWeekly?: true },
): Promise<DrillOrderResult> {
  const { ports, identity, signals } = context;
  const ordered = orderDrill(input, order);
  if (ordered.kind === 'refused') {
    const { refusals } = ordered;
    const problems = await publish(context, [drillRefusedEvent(identity, ports.clock(), input, order, refusals)]);
    return { kind: 'refused', refusals, problems };
  }
  const { drill } = ordered;
  const { voiceConnectorGroupId } = input.group;
  const override = { kind: 'drill', ...drill } as const;
  // Whatever was in force refused the drill; what was put since is a person's, and a drill never replaces it.
  const replacing = { stored: snapshot.observed.overrides.stored, unread: [], mayReplace: () => false };
  const put = await ports.overrideWriter.put(voiceConnectorGroupId, override, replacing, signals.work);
  const problems = [...put.kept, ...put.problems];
  if (put.kept.length > 0) {
    const removing = await ports.overrideWriter.remove(put.stored, signals.work);
    return { kind: 'not-stored', problems: [...problems, ...removing] };
  }
  const storedIn = put.stored.map(({ region }) => region);
  if (storedIn.length === 0) return { kind: 'not-stored', problems };
  const firstStep = await takeDrillStep(context, snapshot, { ...input, override }, drill, []);
  if (firstStep.kind === 'decided') {
    ports.log.info('decision', { ...groupResult(firstStep.input, firstStep.decision, firstStep.outcome) });
  }
  return { kind: 'stored', drill, storedIn, firstStep, problems: [...problems, ...firstStep.problems] };
}

/**
 * No state is kept between two steps, so that the process may crash at any point: the next step is derived from the group as it is.
 *
 * @param causes the events that led to this run's step, published ahead of a move's own events
 */
export async function takeDrillStep(
  context: RunContext,
  snapshot: Snapshot,
  planned: PlanInput,
  drill: Drill,
  causes: readonly AuditEvent[],
): Promise<DrillStepResult> {
  const [{ input, problems: reading }, calls] = await Promise.all([
    readEvidence(context, snapshot, planned),
    readDrillCalls(context, snapshot, planned.group, drill),
  ]);
  const step = drillStep(input, drill, calls);
  switch (step.kind) {
    case 'watch':
      return { kind: 'decided', input, decision: step.hold, outcome: undefined, problems: reading };
    case 'begin': {
      const { outcome, problems } = await apply(context, input, step.move, causes);
      const failing = outcomeProblems(outcome, input, step.move);
      const undoing = await undoWithoutOverride(context, snapshot, { input, drill, outcome });
      const all = [...reading, ...problems, ...failing, ...undoing];
      return { kind: 'decided', input, decision: step.move, outcome, problems: all };
    }
    case 'restore': {
      const { move, ending } = step;
      const attempt = attemptOfRestore(snapshot, input, (before) => drillStep(before, drill, calls));
      const { outcome, problems } = await apply(context, input, move, causes, attempt);
      // If AWS does not show the restored order yet, the next run ends the drill.
      const isRestored = outcome.kind === 'applied';
      const ended = isRestored
        ? await endDrill(context, snapshot, input, drill, { ...ending, priorities: move.after })
        : [];
      const failing = outcomeProblems(outcome, input, move);
      const all = [...reading, ...problems, ...failing, ...ended];
      return { kind: 'decided', input, decision: move, outcome, problems: all };
    }
    case 'over': {
      const ending = { ...step.ending, priorities: input.group.items };
      const ended = await endDrill(context, snapshot, input, drill, ending);
      return { kind: 'over', input: { ...input, override: { kind: 'none' } }, problems: [...reading, ...ended] };
    }
    default:
      return step satisfies never;
  }
}

/** Whether the drill was to be put back at the run before. A restore that is still due was not made since. */
function attemptOfRestore(
  { previous }: Snapshot,
  input: EvidencedInput,
  stepOf: (before: EvidencedInput) => DrillStep,
): Attempt {
  const { observedAt, regions } = previous;
  const before = stepOf({ ...input, observedAt, regions, verdicts: previous.verdictsOf(input.group) });
  return attemptAt(input.observedAt, observedAt, before.kind === 'restore');
}

/**
 * Moves the group back if somebody removed the drill's override while AWS was making the first move: without it no later run would know
 * that the group is in a drill.
 */
async function undoWithoutOverride(
  context: RunContext,
  snapshot: Snapshot,
  { input, drill, outcome }: { readonly input: EvidencedInput; readonly drill: Drill; readonly outcome: Outcome },
): Promise<readonly Problem[]> {
  if (outcome.kind !== 'applied' && outcome.kind !== 'unverified') return [];
  const { ports, signals } = context;
  const present = await ports.overrides.read(signals.work);
  if (present.problems.length > 0 || present.of(input.group, ports.clock(), input.hasSharedName).kind !== 'none')
    return [];
  const fresh = await ports.groups.read(input.group, signals.work);
  const doing = `ending the drill of group ${input.group.voiceConnectorGroupId}, whose override was removed as it began`;
  if (fresh.kind !== 'read') return [{ doing, message: fresh.refusal.message }];
  const end = { code: 'stopped', reason: 'its override was removed while it began' } as const;
  const after: EvidencedInput = { ...input, group: fresh.group, override: { kind: 'none' } };
  if (!sameItems(fresh.group.items, drill.after)) return [];
  const move = restoringMove(after, drill, end);
  const { outcome: restoring, problems } = await apply(context, after, move, []);
  if (restoring.kind !== 'applied') return [...problems, { doing, message: restoring.reason }];
  const ending = { ...end, result: drillResults[end.code], restored: true, calls: undefined };
  const ended = await endDrill(context, snapshot, after, drill, { ...ending, priorities: move.after });
  return [...problems, ...ended];
}

/** Reads candidate evidence on every member: a drill moves the group both ways. */
export async function readEvidence(context: RunContext, snapshot: Snapshot, input: PlanInput): Promise<Evidenced> {
  const { candidateEvidence } = input;
  if (candidateEvidence !== undefined) return { input: { ...input, candidateEvidence }, problems: [] };
  const ids = input.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  return withCandidateEvidence(context, snapshot, input, ids);
}

/** Publishes before it removes the override: after a crash in between the end is published again, with the same event id. */
async function endDrill(
  context: RunContext,
  { observed }: Snapshot,
  input: PlanInput,
  drill: Drill,
  ended: DrillEnding & { readonly priorities: readonly VoiceConnectorItem[] },
): Promise<readonly Problem[]> {
  const { ports, identity, signals } = context;
  const publishing = await publish(context, [drillEndedEvent(identity, ports.clock(), input, drill, ended)]);
  const overrides = observed.overrides.stored.filter(
    ({ key, override }) => override.kind === 'drill' && isKeyOf(key, input.group),
  );
  return [...publishing, ...(await ports.overrideWriter.remove(overrides, signals.publish))];
}
