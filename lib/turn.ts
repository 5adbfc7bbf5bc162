/** The flow: observe → judge → plan → apply → audit. Only this file knows the order of the stages. */
import pMap from 'p-map';
import { apply } from './apply.ts';
import { heldEvent, turnFailedEvent, type AuditEvent, type TurnIdentity } from './audit.ts';
import { judgeGroup, judgeRegions } from './core/judge.ts';
import type { Move, Outcome, Override, Plan, Problem, RegionVerdicts, VoiceConnectorGroup } from './core/model.ts';
import { plan, type PlanInput } from './core/plan.ts';
import { lookCloser, observe, type Observed } from './observe.ts';
import { policyFor, type Policy } from './policy.ts';
import type { Ports } from './ports.ts';
import { groupResult, turnResult, type GroupResult, type TurnResult } from './result.ts';
import { groupsAskedFor, type Trigger } from './trigger.ts';

/** Groups decided at the same time; a turn over a thousand groups must neither crawl nor storm the API. */
const groupsAtOnce = 10;

export type TurnRequest = { readonly turnId: string; readonly trigger: Trigger; readonly monitorRegion: string };

/** The work stops a little before the record must, so that a turn cut short can still say what it did. */
export type Signals = { readonly work: AbortSignal; readonly record: AbortSignal };

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

  const observed = await observe(ports, observedAt, signals.work);
  running.problems.push(...observed.problems);
  const groups = groupsAskedFor(request.trigger, observed.observation.groups, observed.problems);
  const regions = judgeRegions(observed.observation, policy.defaults);
  const decide = (group: VoiceConnectorGroup) => decideOn(running, observed, regions, group);
  const decided = (await pMap(groups, decide, { concurrency: groupsAtOnce })).flatMap((decision) => decision ?? []);
  await audit(running, decided);
  return turnResult({
    identity,
    trigger: request.trigger,
    regions,
    groups: decided.map(({ result }) => result),
    problems: running.problems,
    finishedAt: ports.clock(),
  });
};

type Decided = { readonly result: GroupResult; readonly held: AuditEvent | undefined };

/** One group, from judging to the write. What goes wrong here is this group's problem alone. */
const decideOn = async (
  running: Turn,
  observed: Observed,
  regions: RegionVerdicts,
  group: VoiceConnectorGroup,
): Promise<Decided | undefined> => {
  try {
    const groupPolicy = policyFor(running.policy, group);
    const input: PlanInput = {
      observedAt: running.identity.observedAt,
      group,
      connectorRegions: new Map([...observed.connectors].map(([id, { region }]) => [id, region])),
      verdicts: judgeGroup(group, observed.observation, regions, groupPolicy),
      regions,
      override: overrideOn(group, observed, running.identity.observedAt),
      liveness: new Map(),
      policy: groupPolicy,
    };
    const decision = await planWithCloserLook(running, observed, input);
    const outcome = decision.kind === 'hold' ? undefined : await act(running, input, decision);
    const result = groupResult(input, decision, outcome);
    running.ports.log.info('decision', { ...result });
    const { clock } = running.ports;
    return {
      result,
      held: decision.kind === 'hold' ? heldEvent(running.identity, clock(), group, decision) : undefined,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    running.ports.log.error('group failed', { voiceConnectorGroupId: group.voiceConnectorGroupId, error });
    running.problems.push({ doing: `deciding on group ${group.voiceConnectorGroupId}`, message });
    return undefined;
  }
};

const overrideOn = (group: VoiceConnectorGroup, { overrides }: Observed, observedAt: number): Override =>
  overrides.kind === 'read' ? overrides.of(group, observedAt) : overrides;

/** Reading a member's signs of life costs calls, so only a plan that fell for want of them is made a second time. */
const planWithCloserLook = async (running: Turn, observed: Observed, input: PlanInput): Promise<Plan> => {
  const first = plan(input);
  const unexamined = first.rejected.filter(({ code }) => code === 'not-examined');
  if (first.kind !== 'hold' || unexamined.length === 0) return first;
  const { liveness, problems } = await lookCloser(
    running.ports,
    unexamined.flatMap(({ voiceConnectorId }) => observed.connectors.get(voiceConnectorId) ?? []),
    input.observedAt,
    running.signals.work,
  );
  running.problems.push(...problems);
  return plan({ ...input, liveness });
};

const act = async (running: Turn, { group, policy }: PlanInput, move: Move): Promise<Outcome> => {
  const { ports, identity, signals } = running;
  const tell = (event: AuditEvent): Promise<void> => {
    ports.log.info(event.detailType, { ...event.detail });
    return publish(running, [event]);
  };
  const outcome = await apply({ group, move, policy, identity, tell }, ports, signals.work);
  if (outcome.kind === 'rejected' || outcome.kind === 'unverified') {
    running.problems.push({ doing: `${move.kind} of group ${group.voiceConnectorGroupId}`, message: outcome.reason });
  }
  return outcome;
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
    decided.flatMap(({ held }) => held ?? []),
  );
  if (problems.length > 0) await publish(running, [turnFailedEvent(identity, ports.clock(), problems)]);
};
