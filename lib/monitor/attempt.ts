/** Whether a move was wanted before: the group is planned again as of the run before, as for a change of a hold. */
import type { RunContext } from '../context.ts';
import { attemptAt, type Attempt } from '../core/model/attempt.ts';
import type { Move } from '../core/model/plan.ts';
import { sameItems } from '../core/model/priorities.ts';
import { minuteOf } from '../core/model/wake.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { decideGroup } from '../core/plan/pinned.ts';
import type { Snapshot } from '../observe/snapshot.ts';

/** @param input what the move was decided from; candidate evidence in it serves both decisions */
export function attemptOf(
  { identity }: Pick<RunContext, 'identity'>,
  { observed: { overrides }, previous }: Snapshot,
  input: PlanInput,
  move: Move,
): Attempt {
  const { group } = input;
  // The beginning of its minute, so that a late run misses nothing: a move may count as first twice.
  const observedAt = minuteOf(previous.observedAt);
  const isChanged = [group.updatedAt, overrides.changedAt(group)].some((at) => at !== undefined && at >= observedAt);
  if (isChanged) return 'first';
  const before = decideGroup({
    ...input,
    verdicts: previous.verdictsOf(group),
    regions: previous.regions,
    override: overrides.of(group, previous.observedAt, input.hasSharedName),
    observedAt,
  });
  const isWantedBefore = before.kind === move.kind && sameItems(before.after, move.after);
  return attemptAt(identity.observedAt, observedAt, isWantedBefore);
}
