/** The flow: observe → judge → plan → apply → audit. Only this file knows the order of the stages. */
import pMap from 'p-map';
import { healthChangedEvent, heldEvent, holdChangedEvent, runFailedEvent } from '../audit/event-builders.ts';
import { healthEdges } from '../core/judge/health-edges.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Plan, Hold } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { minuteMs } from '../core/model/time.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { plan } from '../core/plan/plan.ts';
import { takeDrillStep } from '../drill/run.ts';
import { removeExpiredOverrides } from './expire-overrides.ts';
import { holdChange, type Before } from './hold-change.ts';
import type { Policy } from '../input/policy.ts';
import type { Ports, Signals } from '../ports.ts';
import type { AuditEvent, RunIdentity } from '../events/event.ts';
import { publishGreen, publishRecoveryTimes } from './rescue-times.ts';
import { groupResult, type GroupResult } from '../audit/group-result.ts';
import { runResult, type RunResult } from './result.ts';
import { report, type RunContext, type RunRequest } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { reportOutcome, act } from '../apply/act.ts';
import { decideWithEvidence, planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import { requestedGroups } from '../input/trigger.ts';

/** Groups decided at the same time; a turn over a thousand groups must neither crawl nor storm the API. */
const groupsAtOnce = 10;

const holdRepeatMinutes = 15;

/**
 * One turn over every group, or over the one that was asked for. A group or Region that fails never stops the others: it is
 * named in the result's `problems`, and the result is then `failed`.
 * @throws InvalidInputError when asked for a group that no control Region lists
 */
export async function turn(ports: Ports, policy: Policy, request: RunRequest, signals: Signals): Promise<RunResult> {
  const observedAt = ports.clock();
  const { trigger, ...who } = request;
  const identity: RunIdentity = { ...who, observedAt, policyHash: policy.hash };
  const context: RunContext = { ports, policy, identity, signals, problems: [] };

  const seen = await takeSnapshot(context);
  const groups = requestedGroups(trigger, seen.observed.observation.groups, context.problems);
  const decide = (group: VoiceConnectorGroup) => decideOn(context, seen, group);
  const decided = (await pMap(groups, decide, { concurrency: groupsAtOnce })).flatMap((decision) => decision ?? []);
  await removeExpiredOverrides(context, seen);
  await audit(context, decided);
  return runResult({
    identity,
    trigger,
    regions: seen.now.regions,
    groups: decided.map(({ result }) => result),
    problems: context.problems,
    finishedAt: ports.clock(),
  });
}

/** `events` are those that wait for the end of the turn; a change tells its own as it happens. */
type Decided = { readonly result: GroupResult; readonly events: readonly AuditEvent[] };

/** One group, from judging to the write. What goes wrong here is this group's problem alone. */
async function decideOn(context: RunContext, seen: Snapshot, group: VoiceConnectorGroup): Promise<Decided | undefined> {
  try {
    const { input, decision, outcome } = await decideAndAct(context, seen, group);
    const result = groupResult(input, decision, outcome);
    context.ports.log.info('decision', { ...result });
    publishRecoveryTimes(context.ports, seen.observed.observation, { input, decision, outcome });
    return { result, events: changeEvents(context, seen, input, decision) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.ports.log.error('group failed', { voiceConnectorGroupId: group.voiceConnectorGroupId, error });
    report(context, [{ doing: `deciding on group ${group.voiceConnectorGroupId}`, message }]);
    return undefined;
  }
}

/** What is otherwise than it was a minute ago. */
function changeEvents(
  context: RunContext,
  { observed: { overrides }, minuteAgo }: Snapshot,
  input: PlanInput,
  decision: Plan,
): readonly AuditEvent[] {
  const { group } = input;
  const verdicts = minuteAgo.verdictsOf(group);
  publishGreen(context.ports, verdicts, input);
  const now = context.ports.clock();
  const edges = healthEdges(verdicts, input.verdicts).map((edge) =>
    healthChangedEvent(context.identity, now, input, edge),
  );
  if (decision.kind !== 'hold') return edges;
  const held = holdEvents(context, input, decision, {
    verdicts,
    regions: minuteAgo.regions,
    override: overrides.of(group, minuteAgo.observedAt),
    overrideChangedAt: overrides.changedAt(group),
  });
  return [...edges, ...held];
}

/** A hold is told when it begins or its code changes, and again every quarter of an hour to whoever missed that. */
function holdEvents(
  { ports, identity }: RunContext,
  input: PlanInput,
  hold: Hold,
  before: Before,
): readonly AuditEvent[] {
  const previously = holdChange(input, hold, before);
  if (previously !== undefined) return [holdChangedEvent(identity, ports.clock(), input, hold, previously)];
  const isQuarter = Math.floor(identity.observedAt / minuteMs) % holdRepeatMinutes === 0;
  return isQuarter ? [heldEvent(identity, ports.clock(), input, hold)] : [];
}

/** A decision and all that it was made from, a closer look included where one was taken. */
type Planned = { readonly input: PlanInput; readonly decision: Plan };

type Done = Planned & { readonly outcome: Outcome | undefined };

/** Where AWS was changing the group at the same moment, it is decided once more, on the group as it is now. */
async function decideAndAct(context: RunContext, seen: Snapshot, group: VoiceConnectorGroup): Promise<Done> {
  const { ports, signals } = context;
  const whole = planInputOf(context, seen, group);
  const drilled =
    whole.override.kind === 'drill' ? await takeDrillStep(context, seen, whole, whole.override) : undefined;
  if (drilled?.kind === 'decided') return drilled;
  const { input, decision } = await decideWithEvidence(context, seen, drilled?.input ?? whole, plan);
  if (decision.kind === 'hold') return { input, decision, outcome: undefined };
  const outcome = await act(context, seen.observed, input, decision);
  if (outcome.kind === 'rejected' && outcome.code === 'conflict') {
    const fresh = await ports.groups.read(group, signals.work);
    if (fresh.kind === 'read') {
      return actAgain(context, seen, {
        ...planInputOf(context, seen, fresh.group),
        candidateEvidence: input.candidateEvidence,
      });
    }
  }
  reportOutcome(context, input, decision, outcome);
  return { input, decision, outcome };
}

/** By the same evidence: the record of own changes too, which the write that met the conflict must not speak in. */
async function actAgain(context: RunContext, seen: Snapshot, input: PlanInput): Promise<Done> {
  const decision = plan(input);
  if (decision.kind === 'need-evidence') throw new Error('a plan asked for a closer look that it already had');
  if (decision.kind === 'hold') return { input, decision, outcome: undefined };
  const outcome = await act(context, seen.observed, input, decision);
  reportOutcome(context, input, decision, outcome);
  return { input, decision, outcome };
}

async function audit(context: RunContext, decided: readonly Decided[]): Promise<void> {
  const { ports, identity, problems } = context;
  await publish(
    context,
    decided.flatMap(({ events }) => events),
  );
  if (problems.length > 0) await publish(context, [runFailedEvent(identity, ports.clock(), problems)]);
}
