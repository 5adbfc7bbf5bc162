/** Builds the events of a run: every decision, intent and outcome is one event. docs/events.md has an example of each. */
import { createHash } from 'node:crypto';
import type { DrillEnding } from '../core/drill/step.ts';
import type { DrillRefusal } from '../core/drill/refusals.ts';
import type { HealthEdge } from '../core/judge/health-edges.ts';
import type { Attempt } from '../core/model/attempt.ts';
import type { Problem, Outcome } from '../core/model/outcome.ts';
import type { Move, Hold } from '../core/model/plan.ts';
import type { Drill, OverrideState } from '../core/model/override.ts';
import type { Verdict } from '../core/model/verdict.ts';
import type { VoiceConnectorGroup, VoiceConnectorItem } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { inOrder, formatItems } from '../core/model/priorities.ts';
import { formatOverride } from '../core/model/format-override.ts';
import type { Override } from '../input/override.ts';
import type { AuditEvent, DetailType, EventData, RunIdentity } from '../events/event.ts';
import { connectorsOf } from './group-result.ts';
import { ledgerOfConnector, ledgerOfGroup } from './ledger.ts';

function minuteOf({ observedAt }: RunIdentity): string {
  return new Date(observedAt).toISOString().slice(0, 16);
}

/**
 * The event id is a hash of the type, the `occasion` and the `subject`. The monitor that publishes is not part of it, so that monitors in
 * several Regions give the same decision the same id, and subscribers can drop repeats.
 *
 * @param subject what the event is about, and what it says of it: everything that makes it another fact, such as the run of an order
 * @param occasion when it happened. Default: the minute of the run; an event that happens once, whenever it is published, has its own
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

/** What a decision was made from: the verdicts on the members and their Regions, and the policy. */
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
    ledger: ledgerOfGroup(input),
    ...basisOf(input),
  };
}

function heldSubject({ group }: PlanInput, { code }: Hold): readonly string[] {
  return [group.voiceConnectorGroupId, code, formatItems(group.items)];
}

export function heldEvent(identity: RunIdentity, at: EpochMs, input: PlanInput, hold: Hold) {
  return auditEvent(identity, at, 'Priority Held', heldSubject(input, hold), holdData(input, hold));
}

export function holdChangedEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  hold: Hold,
  previously: EventData<'Hold Changed'>['previously'],
) {
  const before = previously.decision === 'hold' ? previously.code : previously.decision;
  return auditEvent(identity, at, 'Hold Changed', [...heldSubject(input, hold), before], {
    ...holdData(input, hold),
    previously,
  });
}

/** Two monitors may lack data about the same Voice Connector for different causes. */
function healthSubject(verdict: Verdict): readonly string[] {
  return verdict.health === 'unknown' ? [verdict.health, verdict.cause] : [verdict.health];
}

export function healthChangedEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  { voiceConnectorId, before, after }: HealthEdge,
) {
  const { group, connectorRegions, policy } = input;
  const region = connectorRegions.get(voiceConnectorId);
  const ledger = ledgerOfConnector(input, voiceConnectorId);
  return auditEvent(
    identity,
    at,
    'Connector Health Changed',
    [group.voiceConnectorGroupId, voiceConnectorId, ...healthSubject(before), ...healthSubject(after)],
    { ...groupData(group), voiceConnectorId, region, before, after, ledger, policy },
  );
}

function moveData(input: PlanInput, move: Move) {
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
    ledger: ledgerOfGroup(input),
    ...basisOf(input),
  };
}

/**
 * Of two monitors that decide the same move in the same minute, each publishes it, as one fact. A person may order the same move twice in a
 * minute, to and fro: those are two facts, which only their runs tell apart. A drill is ordered once and carried out by any monitor.
 */
function subjectOf({ runId }: RunIdentity, { group }: PlanInput, move: Move): readonly string[] {
  const { kind, before, after, command } = move;
  const isOrderedByThisRun = command !== undefined && kind !== 'drill' && kind !== 'restore';
  const subject = [group.voiceConnectorGroupId, kind, formatItems(before), formatItems(after)];
  return isOrderedByThisRun ? [...subject, runId] : subject;
}

export function intendedEvent(identity: RunIdentity, at: EpochMs, input: PlanInput, move: Move) {
  return auditEvent(identity, at, 'Priority Change Intended', subjectOf(identity, input, move), moveData(input, move));
}

export function outcomeEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  move: Move,
  outcome: Outcome,
  attempt: Attempt = 'first',
): AuditEvent {
  const about = moveData(input, move);
  const subject = subjectOf(identity, input, move);
  switch (outcome.kind) {
    case 'applied':
      return auditEvent(identity, at, 'Priority Change Applied', subject, {
        ...about,
        outcome: { ...outcome, sentAt: new Date(outcome.sentAt).toISOString() },
      });
    case 'withheld':
      return auditEvent(identity, at, 'Priority Change Withheld', [...subject, outcome.code], { ...about, outcome });
    case 'rejected':
      return auditEvent(identity, at, 'Priority Change Rejected', [...subject, outcome.code], {
        ...about,
        attempt,
        outcome,
      });
    case 'unverified':
      return auditEvent(identity, at, 'Priority Change Unverified', subject, { ...about, outcome });
    case 'blocked':
      return auditEvent(identity, at, 'Priority Change Blocked', [...subject, outcome.code], {
        ...about,
        attempt,
        outcome,
      });
    default:
      return outcome satisfies never;
  }
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** A drill ends once, so the id does not depend on the run that publishes it, unless two monitors find that it ended differently. */
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
  const subject = [input.group.voiceConnectorGroupId, code, String(restored)];
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
  return auditEvent(identity, at, 'Drill Ended', subject, data, times.startedAt);
}

export function drillRefusedEvent(
  identity: RunIdentity,
  at: EpochMs,
  input: PlanInput,
  { by, reason, isWeekly }: { readonly by: string; readonly reason: string; readonly isWeekly?: true },
  refusals: readonly DrillRefusal[],
) {
  // The schedules of several Regions order one weekly drill; a person who orders a drill twice gets two refusals.
  const ordered = isWeekly === true ? [] : [identity.runId];
  const codes = refusals.map(({ code }) => code);
  return auditEvent(
    identity,
    at,
    'Drill Refused',
    [input.group.voiceConnectorGroupId, by, reason, ...codes, ...ordered],
    {
      ...groupData(input.group),
      by,
      reason,
      refusals,
      ...basisOf(input),
    },
  );
}

/** @param key the key under which it was stored */
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

export function overrideUnmatchedEvent(
  identity: RunIdentity,
  at: EpochMs,
  { key, regions, override }: { key: string; regions: readonly string[]; override: OverrideState },
) {
  const text = formatOverride(override, identity.observedAt);
  const author = override.kind === 'none' || !('by' in override) ? override.kind : override.by;
  return auditEvent(identity, at, 'Override Unmatched', [key, author], { key, regions: [...regions], override: text });
}

/** An event with thousands of problems would exceed EventBridge's size limit; the log has them all. */
const maxProblems = 100;

export function runFailedEvent(identity: RunIdentity, at: EpochMs, problems: readonly Problem[]) {
  const texts = problems.map(({ doing, message }) => `${doing}: ${message}`);
  return auditEvent(identity, at, 'Run Failed', [identity.runId, ...texts], {
    count: problems.length,
    problems: problems.slice(0, maxProblems),
  });
}
