/** Applies one move: recheck, record the change and publish the intent, write, publish the outcome. */
import { intendedEvent, outcomeEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import { distinctProblems, type RunContext } from '../context.ts';
import type { Attempt } from '../core/model/attempt.ts';
import type { Move } from '../core/model/plan.ts';
import type { Outcome, Problem } from '../core/model/outcome.ts';
import { formatItems } from '../core/model/priorities.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { AuditEvent } from '../events/event.ts';
import { controlRegionsFrom, recheckGroup, recheckOverride, type OverrideRecheck } from './recheck.ts';
import { evidenceExpired, write } from './write.ts';

type Applied = {
  readonly outcome: Outcome;
  /** With publishing and recording; {@link outcomeProblems} has those of the outcome itself. */
  readonly problems: readonly Problem[];
};

/**
 * Problems with publishing and recording never stop a rescue: they are returned beside the outcome.
 *
 * @param causes the events that led to the move, such as a change of health; published ahead of the move's own first event
 * @param attempt `first` for what a person orders
 */
export async function apply(
  context: RunContext,
  input: PlanInput,
  move: Move,
  causes: readonly AuditEvent[],
  attempt: Attempt = 'first',
): Promise<Applied> {
  const { ports, identity } = context;
  const byMode = withheldByMode(input, move);
  const checked: OverrideRecheck =
    byMode === undefined ? await checkBeforeIntent(context, input, move) : { stopped: byMode, problems: [] };
  const written: Written =
    checked.stopped === undefined
      ? await recordAndWrite(context, input, move, causes)
      : { outcome: checked.stopped, problems: [], unpublished: causes };
  const { outcome } = written;
  const event = outcomeEvent(identity, ports.clock(), input, move, outcome, attempt);
  const published = await publish(context, [...written.unpublished, event]);
  return { outcome, problems: distinctProblems([...checked.problems, ...written.problems, ...published]) };
}

type Written = Applied & { readonly unpublished: readonly AuditEvent[] };

/** Mode `observe` withholds the monitor's own moves. An operator's command is carried out in every mode. */
function withheldByMode({ policy, policyRefusal }: PlanInput, { kind, command, after }: Move): Outcome | undefined {
  const isMonitorsOwn = command === undefined && (kind === 'failover' || kind === 'failback');
  const why = policyRefusal === undefined ? 'mode observe' : `mode observe, because ${policyRefusal}`;
  return policy.mode === 'observe' && isMonitorsOwn
    ? { kind: 'withheld', code: 'observe-mode', reason: `${why}: would have set ${formatItems(after)}` }
    : undefined;
}

/** Avoids publishing an intent that cannot be carried out. The recheck that protects the write comes right before it. */
async function checkBeforeIntent(
  { ports, identity, signals }: RunContext,
  input: PlanInput,
  move: Move,
): Promise<OverrideRecheck> {
  const { group, policy } = input;
  const regions = controlRegionsFrom(group.controlRegion, ports.groups);
  const [overridden, recheck] = await Promise.all([
    recheckOverride(ports, input, move, signals.work),
    recheckGroup(ports.groups, group, regions, signals.work),
  ]);
  const changed = recheck.kind === 'stop' && !recheck.isTransient ? recheck.outcome : undefined;
  const stopped = overridden.stopped ?? changed ?? evidenceExpired(identity.observedAt, ports.clock(), policy);
  return { stopped, problems: overridden.problems };
}

/** The monitor stands off after a switchover as after an edit in the console, so it is not recorded as the monitor's own change. */
function isRecorded({ kind }: Move): boolean {
  return kind !== 'switchover';
}

/** The change is recorded before the write, so that it survives a crash in between; a write that changed nothing is retracted. */
async function recordAndWrite(
  context: RunContext,
  input: PlanInput,
  move: Move,
  causes: readonly AuditEvent[],
): Promise<Written> {
  const { ports, identity, signals } = context;
  const { group } = input;
  const { observedAt } = identity;
  const at = ports.clock();
  const intent = intendedEvent(identity, at, input, move);
  const [unrecorded, published] = await Promise.all([
    isRecorded(move) ? ports.changeRecorder.recordChange(group, move, at, signals.work) : [],
    publish(context, [...causes, intent]),
  ]);
  const { outcome, mayHaveChanged, problems } = await write({ ...input, move, observedAt }, ports, signals.work);
  if (!isRecorded(move)) return { outcome, problems: [...problems, ...published], unpublished: [] };
  const missedBy = unrecorded.map(({ region }) => region);
  const stillMissing = mayHaveChanged
    ? await ports.changeRecorder.recordChange(group, move, at, signals.publish, missedBy)
    : await ports.changeRecorder.retractChange(group, move, at, signals.publish, missedBy);
  const recording = stillMissing.map(({ problem }) => problem);
  return { outcome, problems: [...problems, ...published, ...recording], unpublished: [] };
}

/** An outcome that fails the run. */
export function outcomeProblems(outcome: Outcome, { group }: PlanInput, { kind }: Move): readonly Problem[] {
  if (outcome.kind === 'applied' || outcome.kind === 'withheld') return [];
  // A role without the permission to write is a fault of the deployment, not of a Voice Connector.
  const isMisconfigured = outcome.kind === 'rejected' && outcome.code === 'forbidden';
  const doing = `${kind} of group ${group.voiceConnectorGroupId}`;
  return [{ doing: isMisconfigured ? `configuration fault: ${doing}` : doing, message: outcome.reason }];
}
