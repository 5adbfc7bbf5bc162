/** The flow: observe → judge → plan → apply → audit. Only this file knows the order of the stages. */
import pMap from 'p-map';
import { apply } from './apply.ts';
import { healthChangedEvent, heldEvent, turnFailedEvent, type AuditEvent, type TurnIdentity } from './audit.ts';
import { carriedBeforeChange, healthEdges, judgeGroup } from './core/judge.ts';
import { judgeRegions } from './core/region.ts';
import {
  minuteMs,
  type Move,
  type Observation,
  type Outcome,
  type Override,
  type Plan,
  type Problem,
  type RegionVerdicts,
  type VoiceConnectorGroup,
} from './core/model.ts';
import { plan, type Closer, type PlanInput } from './core/plan.ts';
import { suspects } from './core/suspects.ts';
import { lookAtSuspects, lookCloser, observe, type Observed } from './observe.ts';
import { policyFor, type Policy } from './policy.ts';
import type { Ports, Signals } from './ports.ts';
import { groupResult, turnResult, type GroupResult, type TurnResult } from './result.ts';
import { groupsAskedFor, type Trigger } from './trigger.ts';

/** Groups decided at the same time; a turn over a thousand groups must neither crawl nor storm the API. */
const groupsAtOnce = 10;

export type TurnRequest = { readonly turnId: string; readonly trigger: Trigger; readonly monitorRegion: string };

/** What one turn carries through its stages. */
type Turn = {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly identity: TurnIdentity;
  readonly signals: Signals;
  readonly problems: Problem[];
};

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
  const { turnId, monitorRegion } = request;
  const identity: TurnIdentity = { turnId, observedAt, policyHash: policy.hash, monitorRegion };
  const running: Turn = { ports, policy, identity, signals, problems: [] };

  const first = await observe(ports, observedAt, signals.work);
  const groups = groupsAskedFor(request.trigger, first.observation.groups, first.problems);
  const suspected = suspects(first.observation, (group) => policyFor(policy, group), policy.defaults);
  const observed = await lookAtSuspects(ports, first, suspected, signals.work);
  report(running, observed.problems);
  const seen = see(observed, policy);
  const decide = (group: VoiceConnectorGroup) => decideOn(running, seen, group);
  const decided = (await pMap(groups, decide, { concurrency: groupsAtOnce })).flatMap((decision) => decision ?? []);
  await audit(running, decided);
  return turnResult({
    identity,
    trigger: request.trigger,
    regions: seen.regions,
    groups: decided.map(({ result }) => result),
    problems: running.problems,
    finishedAt: ports.clock(),
  });
};

/** The same trouble met twice, as when a Region is asked again, is one problem. */
const report = ({ problems }: Turn, more: readonly Problem[]): void => {
  for (const { doing, message } of more) {
    const isKnown = problems.some((problem) => problem.doing === doing && problem.message === message);
    if (!isKnown) problems.push({ doing, message });
  }
};

/** What all decisions of a turn share. */
type Seen = {
  readonly observed: Observed;
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly regions: RegionVerdicts;
  /** The same a minute ago: a verdict that changed between the two is an edge. */
  readonly before: { readonly observation: Observation; readonly regions: RegionVerdicts };
};

const see = (observed: Observed, policy: Policy): Seen => {
  const { observation, connectors } = observed;
  const minuteAgo = { ...observation, observedAt: observation.observedAt - minuteMs };
  return {
    observed,
    connectorRegions: new Map([...connectors].map(([id, { region }]) => [id, region])),
    regions: judgeRegions(observation, policy.defaults),
    before: { observation: minuteAgo, regions: judgeRegions(minuteAgo, policy.defaults) },
  };
};

/** `events` are those that wait for the end of the turn; a change tells its own as it happens. */
type Decided = { readonly result: GroupResult; readonly events: readonly AuditEvent[] };

/** One group, from judging to the write. What goes wrong here is this group's problem alone. */
const decideOn = async (running: Turn, seen: Seen, group: VoiceConnectorGroup): Promise<Decided | undefined> => {
  try {
    const { input, decision, outcome } = await decideAndAct(running, seen, group);
    const result = groupResult(input, decision, outcome);
    running.ports.log.info('decision', { ...result });
    const now = running.ports.clock();
    const held = decision.kind === 'hold' ? [heldEvent(running.identity, now, input.group, decision)] : [];
    const minuteAgo = judgeGroup(input.group, seen.before.observation, seen.before.regions, input.policy);
    const edges = healthEdges(minuteAgo, input.verdicts);
    return {
      result,
      events: [...edges.map((edge) => healthChangedEvent(running.identity, now, input.group, edge)), ...held],
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    running.ports.log.error('group failed', { voiceConnectorGroupId: group.voiceConnectorGroupId, error });
    report(running, [{ doing: `deciding on group ${group.voiceConnectorGroupId}`, message }]);
    return undefined;
  }
};

type Done = { readonly input: PlanInput; readonly decision: Plan; readonly outcome: Outcome | undefined };

/** Where AWS was changing the group at the same moment, it is decided once more, on the group as it is now. */
const decideAndAct = async (running: Turn, seen: Seen, group: VoiceConnectorGroup): Promise<Done> => {
  const { ports, signals } = running;
  const input = inputOf(running, seen, group);
  const { decision, closer } = await planWithCloserLook(running, seen.observed, input);
  if (decision.kind === 'hold') return { input, decision, outcome: undefined };
  const outcome = await act(running, input, decision);
  if (outcome.kind === 'rejected' && outcome.code === 'conflict') {
    const fresh = await ports.groups.read(group, signals.work);
    if (fresh.kind === 'read') return actAgain(running, { ...inputOf(running, seen, fresh.group), closer });
  }
  reportOutcome(running, input, decision, outcome);
  return { input, decision, outcome };
};

/** By the same evidence: the record of own changes too, which the write that met the conflict must not speak in. */
const actAgain = async (running: Turn, input: PlanInput): Promise<Done> => {
  const decision = plan(input);
  if (decision.kind === 'examine') throw new Error('a plan asked for a closer look that it already had');
  if (decision.kind === 'hold') return { input, decision, outcome: undefined };
  const outcome = await act(running, input, decision);
  reportOutcome(running, input, decision, outcome);
  return { input, decision, outcome };
};

const inputOf = (
  { policy, identity }: Turn,
  { observed, connectorRegions, regions }: Seen,
  group: VoiceConnectorGroup,
): PlanInput => {
  const groupPolicy = policyFor(policy, group);
  return {
    observedAt: identity.observedAt,
    group,
    connectorRegions,
    verdicts: judgeGroup(group, observed.observation, regions, groupPolicy),
    regions,
    override: overrideOn(group, observed, identity.observedAt),
    closer: undefined,
    carriedBeforeChange: carriedBeforeChange(group, observed.observation),
    policy: groupPolicy,
  };
};

const overrideOn = (group: VoiceConnectorGroup, { overrides }: Observed, observedAt: number): Override =>
  overrides.kind === 'read' ? overrides.of(group, observedAt) : overrides;

/** Signs of life and the record of changes cost calls, so they are read only where a move is contemplated. */
const planWithCloserLook = async (
  running: Turn,
  observed: Observed,
  input: PlanInput,
): Promise<{ readonly decision: Plan; readonly closer: Closer | undefined }> => {
  const first = plan(input);
  if (first.kind !== 'examine') return { decision: first, closer: undefined };
  const candidates = first.voiceConnectorIds.flatMap((id) => observed.connectors.get(id) ?? []);
  const { ports, signals } = running;
  const { closer, problems } = await lookCloser(ports, input.group, candidates, input.observedAt, signals.work);
  report(running, problems);
  const second = plan({ ...input, closer });
  if (second.kind === 'examine') throw new Error('a plan asked for a closer look that it already had');
  return { decision: second, closer };
};

const act = (running: Turn, { group, policy }: PlanInput, move: Move): Promise<Outcome> => {
  const { ports, identity, signals } = running;
  const reportProblem = (problem: Problem): void => {
    report(running, [problem]);
  };
  const tell = (event: AuditEvent): Promise<void> => {
    ports.log.info(event.detailType, { ...event.detail });
    return publish(running, [event]);
  };
  return apply({ group, move, policy, identity, tell, report: reportProblem }, ports, signals);
};

const reportOutcome = (running: Turn, { group }: PlanInput, move: Move, outcome: Outcome): void => {
  if (outcome.kind === 'applied' || outcome.kind === 'withheld') return;
  // A role that may not write is for whoever deployed the monitor to mend, and says nothing of anybody's health.
  const isMisconfigured = outcome.kind === 'rejected' && outcome.code === 'forbidden';
  const doing = `${move.kind} of group ${group.voiceConnectorGroupId}`;
  report(running, [{ doing: isMisconfigured ? `configuration fault: ${doing}` : doing, message: outcome.reason }]);
};

const publish = async ({ ports, signals, problems }: Turn, events: readonly AuditEvent[]): Promise<void> => {
  const undelivered = await ports.record.publish(events, signals.record);
  for (const { event, message } of undelivered) {
    ports.log.error('event not delivered', { message, event });
    problems.push({ doing: `publishing ${event.detailType} ${event.detail.metadata.eventId}`, message });
  }
};

const audit = async (running: Turn, decided: readonly Decided[]): Promise<void> => {
  const { ports, identity, problems } = running;
  await publish(
    running,
    decided.flatMap(({ events }) => events),
  );
  if (problems.length > 0) await publish(running, [turnFailedEvent(identity, ports.clock(), problems)]);
};
