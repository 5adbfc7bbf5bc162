/** How far a drill has come, read off the group, and what is to be done about it now. Pure. */
import { callsBetween, toldCalls } from './drill-calls.ts';
import {
  commandOf,
  drillResults,
  endOf,
  failing,
  stopped,
  throttled,
  troubleElsewhere,
  unwell,
  weighed,
  type DrillEnd,
  type DrillResult,
  type DrillSight,
} from './drill-ending.ts';
import { leavesWorse, mayReturn, restoring } from './drill-return.ts';
import { drillRefusals, type ExaminedInput } from './drill-order.ts';
import { hold, type Hold } from './holding.ts';
import { named, orderOf } from './members.ts';
import {
  minuteMs,
  type Drill,
  type EpochMs,
  type MetricsReading,
  type Move,
  type VoiceConnectorItem,
} from './model.ts';
import { printed, sameItems, topOf } from './priorities.ts';
import { judgedUntil } from './readings.ts';
import { duration } from './words.ts';

/** A drill that was not begun by then is for another day: what it was ordered on may no longer be so. */
const beginWithinMinutes = 5;

/** So long after its time a drill waits for a look at whom it is to put back. */
const unseenLimitMinutes = 30;

/** So far back the record of own changes goes. */
const recordedMs = 24 * 60 * minuteMs;

/** A change is noted in the minute it was made, and AWS stamps it by its own clock. */
const toleranceMs = 2 * minuteMs;

export type DrillEnding = DrillEnd & {
  readonly result: DrillResult;
  /** Whether whom it took off the top is on top again. */
  readonly restored: boolean;
  /** The whole minutes that were counted; absent where there were none, or they could not be read. */
  readonly calls: DrillSight['calls'];
};

export type DrillStep =
  | { readonly kind: 'begin'; readonly move: Move }
  | { readonly kind: 'watch'; readonly hold: Hold }
  /** `ending` is what to say once AWS shows the move. */
  | { readonly kind: 'restore'; readonly move: Move; readonly ending: DrillEnding }
  | { readonly kind: 'over'; readonly ending: DrillEnding };

/** @param reading the promoted one's inbound minutes since the drill was ordered */
export const drillStep = (input: ExaminedInput, drill: Drill, reading: MetricsReading): DrillStep => {
  const { group, observedAt, policy } = input;
  const sightUntil = (until: EpochMs): DrillSight => {
    const calls = callsBetween(reading, countedFrom(input, drill), Math.min(until, judgedUntil(observedAt, policy)));
    return { input, drill, calls };
  };
  if (group.updatedAt === drill.groupUpdatedAt && sameItems(group.items, drill.before)) return beginning(input, drill);
  const sight = sightUntil(group.updatedAt ?? observedAt);
  const changed = changedMeanwhile(input, drill);
  if (changed !== undefined) return over(sight, { code: 'changed-meanwhile', reason: changed });
  return sameItems(group.items, drill.after)
    ? goingOn(input, sightUntil(observedAt))
    : over(sight, howPutBack(input, sight));
};

const over = ({ input, drill, calls }: DrillSight, end: DrillEnd): DrillStep => ({
  kind: 'over',
  ending: { ...end, result: drillResults[end.code], restored: topOf(input.group) === drill.leaving, calls },
});

/** The monitor's own changes since the drill was ordered, its two moves among them. */
const ownSince = ({ closer: { record } }: ExaminedInput, { startedAt }: Drill): readonly EpochMs[] =>
  record.kind === 'unreadable'
    ? []
    : record.changedAt
        .filter((at) => at >= Math.floor(startedAt / minuteMs) * minuteMs)
        .toSorted((left, right) => left - right);

/** From the first whole minute after the first move: the calls of the minute it was made in went both ways. */
const countedFrom = (input: ExaminedInput, drill: Drill): EpochMs => {
  const [noted = input.group.updatedAt ?? drill.startedAt] = ownSince(input, drill);
  return Math.floor(noted / minuteMs) * minuteMs + minuteMs;
};

const beginning = (input: ExaminedInput, drill: Drill): DrillStep => {
  const { observedAt } = input;
  const sight: DrillSight = { input, drill, calls: undefined };
  const end = stopped(sight);
  if (end !== undefined) return over(sight, end);
  const elapsed = observedAt - drill.startedAt;
  if (elapsed > beginWithinMinutes * minuteMs) {
    const reason = `ordered ${duration(elapsed)} ago and not begun within ${beginWithinMinutes} min`;
    return over(sight, { code: 'never-began', reason });
  }
  const refusals = drillRefusals(input, drill.promoting, { kind: 'none' });
  const order = orderOf(input.group);
  if (refusals.length > 0 || order.kind === 'hold') {
    const reason = refusals.map((refusal) => `${refusal.code}: ${refusal.reason}`).join('; ');
    return over(sight, { code: 'never-began', reason });
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
      reason: `drill of ${duration(drill.until - observedAt)}: ${named(drill.promoting, input)} is to carry the calls of ${named(drill.leaving, input)}`,
      rejected: [],
      command: commandOf(drill),
    },
  };
};

const membersOf = (items: readonly VoiceConnectorItem[]): string =>
  JSON.stringify(items.map(({ voiceConnectorId }) => voiceConnectorId).sort());

/** Whether the group is no longer the drill's to move; it stays as whoever changed it left it. */
const changedMeanwhile = (input: ExaminedInput, drill: Drill): string | undefined => {
  const { items, updatedAt } = input.group;
  const order = orderOf(input.group);
  if (order.kind === 'hold') return order.reason;
  if (membersOf(items) !== membersOf(drill.before)) return `the members are ${printed(items)}`;
  if (sameItems(items, drill.after)) return movedAnew(input, drill);
  if (topOf(input.group) === drill.leaving && updatedAt !== drill.groupUpdatedAt) return undefined;
  return `changed ${byWhom(input, drill)} to ${printed(items)}`;
};

/** The drill's order, but not the drill's doing: its word was heard again late, where Parameter Store had been gone. */
const movedAnew = (input: ExaminedInput, drill: Drill): string | undefined => {
  const { record } = input.closer;
  const left = record.kind === 'read' ? (record.demotedAt.get(drill.leaving) ?? []) : [];
  if (left.some((at) => at >= drill.startedAt)) return `${named(drill.leaving, input)} was failed over from since`;
  const { updatedAt } = input.group;
  return updatedAt !== undefined && updatedAt > drill.until + toleranceMs
    ? `changed ${byWhom(input, drill)} ${duration(updatedAt - drill.until)} after its time`
    : undefined;
};

const byWhom = (input: ExaminedInput, drill: Drill): string =>
  input.group.updatedAt !== undefined && isOwnAt(input, drill, input.group.updatedAt) ? 'by a monitor' : 'by hand';

const isOwnAt = (input: ExaminedInput, drill: Drill, changedAt: EpochMs): boolean =>
  ownSince(input, drill)
    .slice(1)
    .some((noted) => Math.abs(changedAt - noted) <= toleranceMs);

const goingOn = (input: ExaminedInput, sight: DrillSight): DrillStep => {
  const { drill, calls } = sight;
  const { observedAt } = input;
  const end = endOf(sight, observedAt);
  const who = `drill by ${drill.by}`;
  if (end === undefined) {
    const seen = calls === undefined ? '' : `, ${toldCalls(calls)}`;
    const left = `${duration(drill.until - observedAt)} left`;
    return {
      kind: 'watch',
      hold: hold('drill', `${who}, ${left}: ${named(drill.promoting, input)}${seen}; ${drill.reason}`),
    };
  }
  const { is, reason } = mayReturn(input, drill);
  if (is === 'worse') return over(sight, { ...end, reason: `${end.reason}; not put back: ${reason}` });
  if (is === 'uncertain' && !leavesWorse.has(end.code)) {
    const waitsUntil = drill.until + unseenLimitMinutes * minuteMs;
    if (observedAt >= waitsUntil) return over(sight, { ...end, reason: `${end.reason}; not put back: ${reason}` });
    const waits = `not put back for at most ${duration(waitsUntil - observedAt)} more: ${reason}`;
    return { kind: 'watch', hold: hold('drill', `${who} is over (${end.code}: ${end.reason}); ${waits}`) };
  }
  const ending: DrillEnding = { ...end, result: drillResults[end.code], restored: true, calls };
  return { kind: 'restore', move: restoring(input, drill, end), ending };
};

/** Why a drill ended whose group is back already: its calls tell it again, and else the record of own changes. */
const howPutBack = (input: ExaminedInput, sight: DrillSight): DrillEnd => {
  const { drill } = sight;
  const { updatedAt } = input.group;
  const isKnown = input.closer.record.kind === 'read' && input.observedAt - drill.startedAt < recordedMs;
  if (isKnown && ownSince(input, drill).length === 0) {
    return { code: 'never-began', reason: 'somebody changed the group by hand before it began' };
  }
  const shown = failing(sight) ?? throttled(sight);
  if (shown !== undefined) return shown;
  // AWS stamps the end by its own clock.
  if (updatedAt === undefined || updatedAt + minuteMs >= drill.until) return weighed(sight);
  const early = `put back ${duration(drill.until - updatedAt)} early`;
  return isKnown && !isOwnAt(input, drill, updatedAt)
    ? { code: 'put-back-by-hand', reason: `${early}, by hand` }
    : whyEarly(sight, early);
};

/** What may still be seen of the reason that a monitor had. */
const whyEarly = (sight: DrillSight, early: string): DrillEnd =>
  unwell(sight) ??
  troubleElsewhere(sight) ??
  stopped(sight) ?? { code: 'put-back-early', reason: `${early}; the event of that change has the reason` };
