/** The next step of a drill. Its state is read off the group, so that a step may be lost or repeated. Pure. */
import { formatCalls } from './calls.ts';
import { drillResults, type DrillEnd, type DrillResult } from './end-codes.ts';
import { commandOf, endCondition, stopped } from './ending.ts';
import { endOfRestored, foreignChange, isPrimary } from './group-changed.ts';
import type { EvidencedInput } from './input.ts';
import { progressUntil, type DrillProgress, type DrillReadings } from './progress.ts';
import { drillRefusals } from './refusals.ts';
import { decideReturn, restoringMove } from './return.ts';
import { hold } from '../model/hold.ts';
import { inForce } from '../model/in-force.ts';
import { minuteMs } from '../model/time.ts';
import { type Drill } from '../model/override.ts';
import { type Hold, type Move } from '../model/plan.ts';
import { displayName } from '../plan/members.ts';
import { sameItems } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

/** A drill that has not begun by then is dropped: the conditions that it was ordered under may be gone. */
const beginWithinMinutes = 5;

/** So long after its end time a drill waits until the previous primary shows a standby signal. */
const waitMinutes = 30;

export type DrillEnding = DrillEnd & {
  readonly result: DrillResult;
  /** Whether the previous primary is the primary again. */
  readonly restored: boolean;
  /** The complete minutes that were counted; absent where there were none, or they could not be read. */
  readonly calls: DrillProgress['calls'];
};

export type DrillStep =
  | { readonly kind: 'begin'; readonly move: Move }
  | { readonly kind: 'watch'; readonly hold: Hold }
  /** `ending` is to be published once AWS shows the move. */
  | { readonly kind: 'restore'; readonly move: Move; readonly ending: DrillEnding }
  | { readonly kind: 'over'; readonly ending: DrillEnding };

export function drillStep(input: EvidencedInput, drill: Drill, readings: DrillReadings): DrillStep {
  const { group, observedAt } = input;
  if (group.updatedAt === drill.groupUpdatedAt && sameItems(group.items, drill.before)) return beginStep(input, drill);
  const untilChanged = progressUntil(input, drill, readings, group.updatedAt ?? observedAt);
  const change = foreignChange(input, drill);
  if (change !== undefined) return over(input, untilChanged, { code: 'group-changed', reason: change });
  return sameItems(group.items, drill.after)
    ? runningStep(input, progressUntil(input, drill, readings, observedAt))
    : over(input, untilChanged, endOfRestored(input, untilChanged));
}

function over(input: EvidencedInput, { drill, calls }: DrillProgress, end: DrillEnd): DrillStep {
  const ending = { ...end, result: drillResults[end.code], restored: isPrimary(drill.leaving, input), calls };
  return { kind: 'over', ending };
}

function beginStep(input: EvidencedInput, drill: Drill): DrillStep {
  const { observedAt } = input;
  const progress: DrillProgress = { input, drill, calls: undefined, recent: undefined, settled: undefined };
  const end = stopped(progress);
  if (end !== undefined) return over(input, progress, end);
  const elapsed = observedAt - drill.startedAt;
  if (elapsed > beginWithinMinutes * minuteMs) {
    const reason = `ordered ${formatDuration(elapsed)} ago and not begun within ${beginWithinMinutes} min`;
    return over(input, progress, { code: 'never-began', reason });
  }
  const refusals = drillRefusals(
    input,
    drill.promoting,
    inForce({ ...input, override: { kind: 'none' } }),
    drill.until,
  );
  if (refusals.length > 0) {
    const reason = refusals.map((refusal) => `${refusal.code}: ${refusal.reason}`).join('; ');
    return over(input, progress, { code: 'never-began', reason });
  }
  return { kind: 'begin', move: beginningMove(input, drill) };
}

function beginningMove(input: EvidencedInput, drill: Drill): Move {
  const { group, observedAt } = input;
  const priorityOf = new Map(drill.after.map(({ voiceConnectorId, priority }) => [voiceConnectorId, priority]));
  return {
    kind: 'drill',
    leaving: drill.leaving,
    promoting: drill.promoting,
    before: group.items,
    after: group.items.map(({ voiceConnectorId }) => ({
      voiceConnectorId,
      priority: priorityOf.get(voiceConnectorId),
    })),
    reason: `drill of ${formatDuration(drill.until - observedAt)}: ${displayName(drill.promoting, input)} carries the calls of ${displayName(drill.leaving, input)}`,
    rejected: [],
    command: commandOf(drill),
  };
}

function runningStep(input: EvidencedInput, progress: DrillProgress): DrillStep {
  const { drill, calls } = progress;
  const { observedAt } = input;
  const end = endCondition(progress, observedAt);
  if (end === undefined) return { kind: 'watch', hold: runningHold(input, progress) };
  const decision = decideReturn(input, drill, end);
  const waitsUntil = drill.until + waitMinutes * minuteMs;
  if (decision.kind === 'wait' && observedAt < waitsUntil) {
    const left = formatDuration(waitsUntil - observedAt);
    const reason = `drill by ${drill.by} has ended (${end.code}: ${end.reason}); not put back for at most ${left} more: ${decision.reason}`;
    return { kind: 'watch', hold: hold('drill', reason) };
  }
  if (decision.kind !== 'restore') {
    return over(input, progress, { ...end, reason: `${end.reason}; not put back: ${decision.reason}` });
  }
  const ending: DrillEnding = { ...end, result: drillResults[end.code], restored: true, calls };
  return { kind: 'restore', move: restoringMove(input, drill, end), ending };
}

function runningHold(input: EvidencedInput, { drill, calls }: DrillProgress): Hold {
  const left = `${formatDuration(drill.until - input.observedAt)} left`;
  // Without a readable count the drill has ended; the type does not say so.
  const counted = calls === undefined ? '' : `, ${formatCalls(calls)}`;
  const standby = displayName(drill.promoting, input);
  return hold('drill', `drill by ${drill.by}, ${left}: ${standby}${counted}; ${drill.reason}`);
}
