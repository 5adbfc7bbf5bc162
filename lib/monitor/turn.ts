/** The flow: observe → judge → plan → apply → audit. Only this file knows the order of the stages. */
import pMap from 'p-map';
import { healthChangedEvent, heldEvent, holdChangedEvent, turnFailedEvent } from '../audit/event-builders.ts';
import { healthEdges, judgeGroup } from '../core/judge/judge.ts';
import { minuteMs, type Outcome, type Plan, type VoiceConnectorGroup } from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { plan } from '../core/plan/plan.ts';
import { takeDrillStep } from '../drill/run.ts';
import { takeBackExpired } from './expire-overrides.ts';
import { heldAnew, type Before } from './hold-change.ts';
import type { Policy } from '../input/policy.ts';
import type { Ports, Signals } from '../ports.ts';
import type { AuditEvent, TurnIdentity } from '../events/event.ts';
import { publishGreen, publishRescue } from './rescue-times.ts';
import { groupResult, type GroupResult } from '../audit/group-result.ts';
import { turnResult, type TurnResult } from './result.ts';
import { report, type Running, type TurnRequest } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { reportOutcome, act } from '../apply/act.ts';
import { decided, inputOf, look, type Seen } from '../observe/snapshot.ts';
import { groupsAskedFor } from '../input/trigger.ts';

/** Groups decided at the same time; a turn over a thousand groups must neither crawl nor storm the API. */
const groupsAtOnce = 10;

const holdRestatedMinutes = 15;

/**
 * One turn over every group, or over the one that was asked for. A group or Region that fails never stops the others: it is
 * named in the result's `problems`, and the result is then `failed`.
 * @throws InvalidInputError when asked for a group that no control Region lists
 */
export const turn = async (
  ports: Ports,
  policy: Policy,
  request: TurnRequest,
  signals: Signals,
): Promise<TurnResult> => {
  const observedAt = ports.clock();
  const { trigger, ...who } = request;
  const identity: TurnIdentity = { ...who, observedAt, policyHash: policy.hash };
  const running: Running = { ports, policy, identity, signals, problems: [] };

  const seen = await look(running);
  const groups = groupsAskedFor(trigger, seen.observed.observation.groups, running.problems);
  const decide = (group: VoiceConnectorGroup) => decideOn(running, seen, group);
  const decided = (await pMap(groups, decide, { concurrency: groupsAtOnce })).flatMap((decision) => decision ?? []);
  await takeBackExpired(running, seen);
  await audit(running, decided);
  return turnResult({
    identity,
    trigger,
    regions: seen.regions,
    groups: decided.map(({ result }) => result),
    problems: running.problems,
    finishedAt: ports.clock(),
  });
};

/** `events` are those that wait for the end of the turn; a change tells its own as it happens. */
type Decided = { readonly result: GroupResult; readonly events: readonly AuditEvent[] };

/** One group, from judging to the write. What goes wrong here is this group's problem alone. */
const decideOn = async (running: Running, seen: Seen, group: VoiceConnectorGroup): Promise<Decided | undefined> => {
  try {
    const { input, decision, outcome } = await decideAndAct(running, seen, group);
    const result = groupResult(input, decision, outcome);
    running.ports.log.info('decision', { ...result });
    publishRescue(running.ports, seen.observed.observation, { input, decision, outcome });
    return { result, events: newsOf(running, seen, input, decision) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    running.ports.log.error('group failed', { voiceConnectorGroupId: group.voiceConnectorGroupId, error });
    report(running, [{ doing: `deciding on group ${group.voiceConnectorGroupId}`, message }]);
    return undefined;
  }
};

/** What is otherwise than it was a minute ago. */
const newsOf = (
  running: Running,
  { observed: { overrides }, before }: Seen,
  input: PlanInput,
  decision: Plan,
): readonly AuditEvent[] => {
  const { group, policy } = input;
  const verdicts = judgeGroup(group, before.observation, before.regions, policy);
  publishGreen(running.ports, verdicts, input);
  const now = running.ports.clock();
  const edges = healthEdges(verdicts, input.verdicts).map((edge) =>
    healthChangedEvent(running.identity, now, input, edge),
  );
  if (decision.kind !== 'hold') return edges;
  const held = heldNews(running, input, decision, {
    verdicts,
    regions: before.regions,
    override: overrides.of(group, before.observation.observedAt),
    overrideChangedAt: overrides.changedAt(group),
  });
  return [...edges, ...held];
};

/** A hold is told when it begins or its code changes, and again every quarter of an hour to whoever missed that. */
const heldNews = (
  { ports, identity }: Running,
  input: PlanInput,
  hold: Extract<Plan, { readonly kind: 'hold' }>,
  before: Before,
): readonly AuditEvent[] => {
  const previously = heldAnew(input, hold, before);
  if (previously !== undefined) return [holdChangedEvent(identity, ports.clock(), input, hold, previously)];
  const isQuarter = Math.floor(identity.observedAt / minuteMs) % holdRestatedMinutes === 0;
  return isQuarter ? [heldEvent(identity, ports.clock(), input, hold)] : [];
};

/** A decision and all that it was made from, a closer look included where one was taken. */
type Planned = { readonly input: PlanInput; readonly decision: Plan };

type Done = Planned & { readonly outcome: Outcome | undefined };

/** Where AWS was changing the group at the same moment, it is decided once more, on the group as it is now. */
const decideAndAct = async (running: Running, seen: Seen, group: VoiceConnectorGroup): Promise<Done> => {
  const { ports, signals } = running;
  const whole = inputOf(running, seen, group);
  const drilled =
    whole.override.kind === 'drill' ? await takeDrillStep(running, seen, whole, whole.override) : undefined;
  if (drilled?.kind === 'decided') return drilled;
  const { input, decision } = await decided(running, seen, drilled?.input ?? whole, plan);
  if (decision.kind === 'hold') return { input, decision, outcome: undefined };
  const outcome = await act(running, seen.observed, input, decision);
  if (outcome.kind === 'rejected' && outcome.code === 'conflict') {
    const fresh = await ports.groups.read(group, signals.work);
    if (fresh.kind === 'read') {
      return actAgain(running, seen, { ...inputOf(running, seen, fresh.group), closer: input.closer });
    }
  }
  reportOutcome(running, input, decision, outcome);
  return { input, decision, outcome };
};

/** By the same evidence: the record of own changes too, which the write that met the conflict must not speak in. */
const actAgain = async (running: Running, seen: Seen, input: PlanInput): Promise<Done> => {
  const decision = plan(input);
  if (decision.kind === 'examine') throw new Error('a plan asked for a closer look that it already had');
  if (decision.kind === 'hold') return { input, decision, outcome: undefined };
  const outcome = await act(running, seen.observed, input, decision);
  reportOutcome(running, input, decision, outcome);
  return { input, decision, outcome };
};

const audit = async (running: Running, decided: readonly Decided[]): Promise<void> => {
  const { ports, identity, problems } = running;
  await publish(
    running,
    decided.flatMap(({ events }) => events),
  );
  if (problems.length > 0) await publish(running, [turnFailedEvent(identity, ports.clock(), problems)]);
};
