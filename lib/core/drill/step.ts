/** How far a drill has come, read off the group, and what is to be done about it now. Pure. */
import { callsBetween, formatCalls } from './calls.ts';
import {
  commandOf,
  drillResults,
  endOf,
  shown,
  stopped,
  throttled,
  troubleElsewhere,
  impairedCondition,
  weighed,
  type DrillEnd,
  type DrillResult,
  type DrillSnapshot,
} from './ending.ts';
import { mayReturn, restoring } from './return.ts';
import { drillRefusals, type EvidencedInput } from './order.ts';
import { hold } from '../model/hold.ts';
import type { Move, Hold } from '../model/plan.ts';
import type { Drill } from '../model/override.ts';
import type { MetricsReading } from '../model/observation.ts';
import type { VoiceConnectorItem } from '../model/group.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { displayName, orderOf } from '../plan/members.ts';
import { formatItems, sameItems } from '../model/priorities.ts';
import { judgedUntil } from '../judge/readings.ts';
import { formatDuration } from '../model/format.ts';

/** A drill that was not begun by then is for another day: what it was ordered on may no longer be so. */
const beginWithinMinutes = 5;

/** So long after its time a drill waits for a sign of life of whom it is to put back. */
const waitMinutes = 30;

/** So far back the record of own changes goes. */
const recordedMs = 24 * 60 * minuteMs;

/** A change moves calls over a while, and those of before it are no sign of anything. */
const settlingMs = 2 * minuteMs;

/** A change is noted in the minute it was made, and AWS stamps it by its own clock. */
const toleranceMs = 2 * minuteMs;

/** Inbound minutes since the drill was ordered: the promoted one's, and those of the other members that serve no other group. */
export type DrillReadings = { readonly promoted: MetricsReading; readonly others: MetricsReading };

export type DrillEnding = DrillEnd & {
  readonly result: DrillResult;
  /** Whether whom it took off the top is on top again. */
  readonly restored: boolean;
  /** The whole minutes that were counted; absent where there were none, or they could not be read. */
  readonly calls: DrillSnapshot['calls'];
};

export type DrillStep =
  | { readonly kind: 'begin'; readonly move: Move }
  | { readonly kind: 'watch'; readonly hold: Hold }
  /** `ending` is what to say once AWS shows the move. */
  | { readonly kind: 'restore'; readonly move: Move; readonly ending: DrillEnding }
  | { readonly kind: 'over'; readonly ending: DrillEnding };

export function drillStep(input: EvidencedInput, drill: Drill, readings: DrillReadings): DrillStep {
  const { group, observedAt } = input;
  const sightUntil = (until: EpochMs): DrillSnapshot => sightOf(input, drill, readings, until);
  if (group.updatedAt === drill.groupUpdatedAt && sameItems(group.items, drill.before)) return beginning(input, drill);
  const sight = sightUntil(group.updatedAt ?? observedAt);
  const changed = changedMeanwhile(input, drill);
  if (changed !== undefined) return over(input, sight, { code: 'changed-meanwhile', reason: changed });
  return sameItems(group.items, drill.after)
    ? goingOn(input, sightUntil(observedAt))
    : over(input, sight, howPutBack(input, sight));
}

/** What is to be seen of a drill's calls from its first move until then, in whole minutes that are complete. */
function sightOf(input: EvidencedInput, drill: Drill, { promoted, others }: DrillReadings, at: EpochMs): DrillSnapshot {
  const { observedAt, policy } = input;
  const from = countedFrom(input, drill);
  const until = Math.floor(Math.min(at, judgedUntil(observedAt, policy)) / minuteMs) * minuteMs;
  const recently = Math.max(from, until - policy.judgingMinutes * minuteMs);
  const own = callsBetween(promoted, from + settlingMs, until);
  const past = callsBetween(others, from + settlingMs, until);
  return {
    input,
    drill,
    calls: callsBetween(promoted, from, until),
    recent: callsBetween(promoted, recently, until),
    settled: own === undefined || past === undefined ? undefined : { own, others: past },
  };
}

function over(input: EvidencedInput, { drill, calls }: DrillSnapshot, end: DrillEnd): DrillStep {
  return {
    kind: 'over',
    ending: { ...end, result: drillResults[end.code], restored: isFirst(drill.leaving, input), calls },
  };
}

/** Alone, and by priority. */
function isFirst(voiceConnectorId: string, { group }: EvidencedInput): boolean {
  const order = orderOf(group);
  return order.kind === 'order' && order.members[0]?.voiceConnectorId === voiceConnectorId;
}

/** The monitor's own changes since the drill was ordered, its two moves among them. */
function ownSince({ candidateEvidence: { changeRecord } }: EvidencedInput, { startedAt }: Drill): readonly EpochMs[] {
  return changeRecord.kind === 'unreadable'
    ? []
    : changeRecord.changedAt
        .filter((at) => at >= Math.floor(startedAt / minuteMs) * minuteMs)
        .toSorted((left, right) => left - right);
}

/** From the first whole minute after the first move: the calls of the minute it was made in went both ways. */
function countedFrom(input: EvidencedInput, drill: Drill): EpochMs {
  const [noted = input.group.updatedAt ?? drill.startedAt] = ownSince(input, drill);
  return Math.floor(noted / minuteMs) * minuteMs + minuteMs;
}

function beginning(input: EvidencedInput, drill: Drill): DrillStep {
  const { observedAt } = input;
  const sight: DrillSnapshot = { input, drill, calls: undefined, recent: undefined, settled: undefined };
  const end = stopped(sight);
  if (end !== undefined) return over(input, sight, end);
  const elapsed = observedAt - drill.startedAt;
  if (elapsed > beginWithinMinutes * minuteMs) {
    const reason = `ordered ${formatDuration(elapsed)} ago and not begun within ${beginWithinMinutes} min`;
    return over(input, sight, { code: 'never-began', reason });
  }
  const refusals = drillRefusals(input, drill.promoting, { kind: 'none' });
  if (refusals.length > 0) {
    const reason = refusals.map((refusal) => `${refusal.code}: ${refusal.reason}`).join('; ');
    return over(input, sight, { code: 'never-began', reason });
  }
  const priorityOf = new Map(drill.after.map(({ voiceConnectorId, priority }) => [voiceConnectorId, priority]));
  return {
    kind: 'begin',
    move: {
      kind: 'drill',
      leaving: drill.leaving,
      promoting: drill.promoting,
      before: input.group.items,
      after: input.group.items.map(({ voiceConnectorId }) => ({
        voiceConnectorId,
        priority: priorityOf.get(voiceConnectorId),
      })),
      reason: `drill of ${formatDuration(drill.until - observedAt)}: ${displayName(drill.promoting, input)} carries the calls of ${displayName(drill.leaving, input)}`,
      rejected: [],
      command: commandOf(drill),
    },
  };
}

function membersOf(items: readonly VoiceConnectorItem[]): string {
  return JSON.stringify(items.map(({ voiceConnectorId }) => voiceConnectorId).sort());
}

/** Whether the group is no longer the drill's to move; it stays as whoever changed it left it. */
function changedMeanwhile(input: EvidencedInput, drill: Drill): string | undefined {
  const { items, updatedAt } = input.group;
  const order = orderOf(input.group);
  if (order.kind === 'hold') return order.reason;
  if (membersOf(items) !== membersOf(drill.before)) return `the members are ${formatItems(items) || 'gone'}`;
  if (sameItems(items, drill.after)) return movedAnew(input, drill);
  if (isFirst(drill.leaving, input) && updatedAt !== drill.groupUpdatedAt) return undefined;
  return `changed ${byWhom(input, drill)} to ${formatItems(items)}`;
}

/** The drill's order, but not the drill's doing: its word was heard again late, where Parameter Store had been gone. */
function movedAnew(input: EvidencedInput, drill: Drill): string | undefined {
  const { changeRecord } = input.candidateEvidence;
  const left = changeRecord.kind === 'read' ? (changeRecord.demotedAt.get(drill.leaving) ?? []) : [];
  if (left.some((at) => at >= drill.startedAt))
    return `${displayName(drill.leaving, input)} was failed over from since`;
  const { updatedAt } = input.group;
  return updatedAt !== undefined && updatedAt > drill.until + toleranceMs
    ? `changed ${byWhom(input, drill)} ${formatDuration(updatedAt - drill.until)} after its time`
    : undefined;
}

function byWhom(input: EvidencedInput, drill: Drill): string {
  return input.group.updatedAt !== undefined && isOwnAt(input, drill, input.group.updatedAt)
    ? 'by a monitor'
    : 'by hand';
}

function isOwnAt(input: EvidencedInput, drill: Drill, changedAt: EpochMs): boolean {
  return ownSince(input, drill)
    .slice(1)
    .some((noted) => Math.abs(changedAt - noted) <= toleranceMs);
}

function goingOn(input: EvidencedInput, sight: DrillSnapshot): DrillStep {
  const { drill, calls } = sight;
  const { observedAt } = input;
  const end = endOf(sight, observedAt);
  const who = `drill by ${drill.by}`;
  if (end === undefined) {
    const seen = calls === undefined ? '' : `, ${formatCalls(calls)}`;
    const left = `${formatDuration(drill.until - observedAt)} left`;
    return {
      kind: 'watch',
      hold: hold('drill', `${who}, ${left}: ${displayName(drill.promoting, input)}${seen}; ${drill.reason}`),
    };
  }
  const chance = mayReturn(input, drill, end);
  if (chance.is === 'waits' && observedAt < drill.until + waitMinutes * minuteMs) {
    const left = formatDuration(drill.until + waitMinutes * minuteMs - observedAt);
    const waits = `not put back for at most ${left} more: ${chance.reason}`;
    return { kind: 'watch', hold: hold('drill', `${who} is over (${end.code}: ${end.reason}); ${waits}`) };
  }
  if (chance.is !== 'goes')
    return over(input, sight, { ...end, reason: `${end.reason}; not put back: ${chance.reason}` });
  const ending: DrillEnding = { ...end, result: drillResults[end.code], restored: true, calls };
  return { kind: 'restore', move: restoring(input, drill, end), ending };
}

/** Why a drill ended whose group is back already: its calls tell it again, and else the record of own changes. */
function howPutBack(input: EvidencedInput, sight: DrillSnapshot): DrillEnd {
  const { drill } = sight;
  const { updatedAt } = input.group;
  const isKnown =
    input.candidateEvidence.changeRecord.kind === 'read' && input.observedAt - drill.startedAt < recordedMs;
  if (isKnown && ownSince(input, drill).length === 0) {
    return { code: 'never-began', reason: 'somebody changed the group by hand before it began' };
  }
  const end = shown(sight) ?? throttled(sight);
  if (end !== undefined) return end;
  // AWS stamps the end by its own clock.
  if (updatedAt === undefined || updatedAt + minuteMs >= drill.until) return weighed(sight);
  const early = `put back ${formatDuration(drill.until - updatedAt)} early`;
  return isKnown && !isOwnAt(input, drill, updatedAt)
    ? { code: 'put-back-by-hand', reason: `${early}, by hand` }
    : whyEarly(sight, early);
}

/** What may still be seen of the reason that a monitor had. */
function whyEarly(sight: DrillSnapshot, early: string): DrillEnd {
  return (
    impairedCondition(sight) ??
    troubleElsewhere(sight) ??
    stopped(sight) ?? { code: 'put-back-early', reason: `${early}; the event of that change has the reason` }
  );
}
