/** Whether a move was wanted before: the group is planned again as of the minute before, as for a change of a hold. */
import type { RunContext } from '../context.ts';
import { attemptAt, type Attempt } from '../core/model/attempt.ts';
import type { Move } from '../core/model/plan.ts';
import { sameItems } from '../core/model/priorities.ts';
import { minuteMs } from '../core/model/time.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { decideGroup } from '../core/plan/pinned.ts';
import type { Snapshot } from '../observe/snapshot.ts';

/** @param input what the move was decided from; candidate evidence in it serves both decisions */
export function attemptOf(
  { identity }: Pick<RunContext, 'identity'>,
  { observed: { overrides }, minuteAgo }: Snapshot,
  input: PlanInput,
  move: Move,
): Attempt {
  const { group } = input;
  // The beginning of the minute before, so that a late run misses nothing: a move may count as first twice.
  const observedAt = Math.floor(identity.observedAt / minuteMs) * minuteMs - minuteMs;
  const isChanged = [group.updatedAt, overrides.changedAt(group)].some((at) => at !== undefined && at >= observedAt);
  if (isChanged) return 'first';
  const before = decideGroup({
    ...input,
    verdicts: minuteAgo.verdictsOf(group),
    regions: minuteAgo.regions,
    override: overrides.of(group, minuteAgo.observedAt, input.hasSharedName),
    observedAt,
  });
  const isWantedBefore = before.kind === move.kind && sameItems(before.after, move.after);
  return attemptAt(identity.observedAt, isWantedBefore);
}
