/** What is told of a turn: every decision, every intent and every outcome as one event. docs/events.md shows each. */
import { createHash } from 'node:crypto';
import type { DrillEnding } from '../core/drill/step.ts';
import type { DrillRefusal } from '../core/drill/refusals.ts';
import type { HealthEdge } from '../core/judge/health-edges.ts';
import type {
  Drill,
  EpochMs,
  Move,
  Outcome,
  Hold,
  Problem,
  VoiceConnectorGroup,
  VoiceConnectorItem,
} from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { inOrder, formatItems } from '../core/model/priorities.ts';
import type { Override } from '../input/override.ts';
import type { AuditEvent, DetailType, EventData, RunIdentity } from '../events/event.ts';
import { connectorsOf } from './group-result.ts';

function minuteOf({ observedAt }: RunIdentity): string {
  return new Date(observedAt).toISOString().slice(0, 16);
}

/**
 * `subject` is what the event is about and what it says of it, beside the minute and the type: it makes the id. Who tells it is not
 * in it, so that monitors anywhere give the same news the same id. What happens once, whenever it is told, has an `occasion` of its own.
 */
export function auditEvent<Type extends DetailType>(
  identity: RunIdentity,
  at: EpochMs,
  detailType: Type,
  subject: readonly string[],
  data: EventData<Type>,
  occasion = minuteOf(identity),
) {
  const eventId = createHash('sha256')
    .update(JSON.stringify([detailType, occasion, ...subject]))
    .digest('hex')
    .slice(0, 32);
  const { runId, policyHash, codeVersion, monitorRegion } = identity;
  const time = new Date(at).toISOString();
  const metadata = { eventId, schema: 1 as const, time, runId, policyHash, codeVersion, monitorRegion };
  return { detailType, at, detail: { metadata, data } };
}

function groupData({ voiceConnectorGroupId, name, controlRegion }: VoiceConnectorGroup) {
  return {
    voiceConnectorGroupId,
    name,
    controlRegion,
  };
}

/** What a decision was made from: what was seen of the members and their Regions, and the policy it was weighed by. */
function basisOf({ observedAt, group, verdicts, connectorRegions, regions, policy }: PlanInput) {
  const connectors = connectorsOf({ group, verdicts, connectorRegions });
  const own = new Set(connectors.map(({ region }) => region));
  return {
    evidence: {
      observedAt: new Date(observedAt).toISOString(),
      connectors,
      regions: [...regions].flatMap(([region, verdict]) => (own.has(region) ? [{ region, verdict }] : [])),
    },
    policy,
  };
}

function holdData(input: PlanInput, { code, reason, rejected }: Hold) {
  return {
    ...groupData(input.group),
    decision: 'hold' as const,
    code,
    reason,
    rejected,
    priorities: inOrder(input.group.items),
    ...basisOf(input),
  };
}

export function heldEvent(identity: RunIdentity, at: EpochMs, input: PlanInput, hold: Hold) {
  return auditEvent(
    identity,
    at,
    'Priority Held',
    [input.group.voiceConnectorGroupId, hold.code],
    holdData(input, hold),
  );
}

export function holdChangedEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  hold: Hold,
  previously: EventData<'Hold Changed'>['previously'],
) {
  return auditEvent(identity, at, 'Hold Changed', [input.group.voiceConnectorGroupId, hold.code], {
    ...holdData(input, hold),
    previously,
  });
}

export function healthChangedEvent(
  identity: RunIdentity,
  at: EpochMs,
  { group, connectorRegions, policy }: PlanInput,
  { voiceConnectorId, before, after }: HealthEdge,
) {
  return auditEvent(
    identity,
    at,
    'Connector Health Changed',
    [group.voiceConnectorGroupId, voiceConnectorId, before.health, after.health],
    { ...groupData(group), voiceConnectorId, region: connectorRegions.get(voiceConnectorId), before, after, policy },
  );
}

type SessionsEvidence = EventData<'Priority Change Intended'>['evidence']['sessions'];

/** What a move was planned from, and what is told beside it. */
export type MoveInput = PlanInput & { readonly sessions: SessionsEvidence };

function moveData(input: MoveInput, move: Move) {
  return {
    ...groupData(input.group),
    decision: move.kind,
    command: move.command,
    reason: move.reason,
    leaving: move.leaving,
    promoting: move.promoting,
    rejected: move.rejected,
    before: move.before,
    after: move.after,
    ...withSessions(basisOf(input), input.sessions),
  };
}

function withSessions({ evidence, policy }: ReturnType<typeof basisOf>, sessions: SessionsEvidence) {
  return {
    evidence: { ...evidence, sessions },
    policy,
  };
}

function subjectOf({ group }: PlanInput, { kind, after }: Move): readonly string[] {
  return [group.voiceConnectorGroupId, kind, formatItems(after)];
}

export function intendedEvent(identity: RunIdentity, at: EpochMs, input: MoveInput, move: Move) {
  return auditEvent(identity, at, 'Priority Change Intended', subjectOf(input, move), moveData(input, move));
}

export function outcomeEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: MoveInput,
  move: Move,
  outcome: Outcome,
): AuditEvent {
  const about = moveData(input, move);
  const subject = subjectOf(input, move);
  switch (outcome.kind) {
    case 'applied':
      return auditEvent(identity, at, 'Priority Change Applied', subject, {
        ...about,
        outcome: { ...outcome, sentAt: new Date(outcome.sentAt).toISOString() },
      });
    case 'withheld':
      return auditEvent(identity, at, 'Priority Change Withheld', [...subject, outcome.code], { ...about, outcome });
    case 'rejected':
      return auditEvent(identity, at, 'Priority Change Rejected', [...subject, outcome.code], { ...about, outcome });
    case 'unverified':
      return auditEvent(identity, at, 'Priority Change Unverified', subject, { ...about, outcome });
    case 'blocked':
      return auditEvent(identity, at, 'Priority Change Blocked', [...subject, outcome.code], { ...about, outcome });
    default:
      return outcome satisfies never;
  }
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** A drill ends once, however often and by whomever that is told. */
export function drillEndedEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  drill: Drill,
  ended: DrillEnding & { readonly priorities: readonly VoiceConnectorItem[] },
) {
  const { by, reason, startedAt, until, leaving, promoting, before, after, pass, stop } = drill;
  const { code, result, reason: why, restored, priorities, calls } = ended;
  const times = { startedAt: iso(startedAt), until: iso(until) };
  const data = {
    ...groupData(input.group),
    drill: { by, reason, ...times, leaving, promoting, before, after, pass, stop },
    result,
    code,
    reason: why,
    restored,
    priorities: inOrder(priorities),
    calls,
    ...basisOf(input),
  };
  return auditEvent(identity, at, 'Drill Ended', [input.group.voiceConnectorGroupId], data, times.startedAt);
}

export function drillRefusedEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  { by, reason }: { readonly by: string; readonly reason: string },
  refusals: readonly DrillRefusal[],
) {
  return auditEvent(identity, at, 'Drill Refused', [input.group.voiceConnectorGroupId, by, reason], {
    ...groupData(input.group),
    by,
    reason,
    refusals,
    ...basisOf(input),
  });
}

/** @param key a group's id, or `all` */
export function overrideExpiredEvent(
  identity: RunIdentity,
  at: EpochMs,
  key: string,
  { kind: action, by, reason, until }: Override,
) {
  const subject = [key, action, by, reason];
  return auditEvent(
    identity,
    at,
    'Override Expired',
    subject,
    { key, action, by, reason, until: iso(until) },
    iso(until),
  );
}

/** Problems that one event names; the log has them all, and an event with thousands would not fit on a bus. */
const maxProblems = 100;

export function runFailedEvent(identity: RunIdentity, at: EpochMs, problems: readonly Problem[]) {
  return auditEvent(identity, at, 'Run Failed', [identity.runId], {
    count: problems.length,
    problems: problems.slice(0, maxProblems),
  });
}
