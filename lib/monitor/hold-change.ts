/** Whether a hold has just begun or changed: the group is planned again as of the run before. */
import type { EpochMs } from '../core/model/time.ts';
import { minuteOf } from '../core/model/wake.ts';
import { type Hold } from '../core/model/plan.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { decideGroup } from '../core/plan/pinned.ts';
import type { EventData } from '../events/event.ts';

/**
 * The decision before this hold; undefined if the group was already held with the same code. Looks back to the beginning of the minute
 * of the run before: however late within its minute a run starts, no change falls between two runs, though one may be published twice.
 *
 * @param input what the hold was decided from; candidate evidence in it serves both decisions
 * @param before what may have been different at the run before; `overrideChangedAt`: when the group's override was last changed, if it has one
 */
export function holdChange(
  input: PlanInput,
  hold: Hold,
  before: Pick<PlanInput, 'verdicts' | 'regions' | 'override' | 'observedAt'> & {
    readonly overrideChangedAt: EpochMs | undefined;
  },
): EventData<'Hold Changed'>['previously'] | undefined {
  const { overrideChangedAt, ...inputBefore } = before;
  const since = minuteOf(before.observedAt);
  const happened = (at: EpochMs | undefined): boolean => at !== undefined && at >= since;
  if (happened(input.group.updatedAt)) return { decision: 'unknown', reason: 'the group was changed since' };
  if (happened(overrideChangedAt)) return { decision: 'unknown', reason: 'the override was changed since' };
  const decision = decideGroup({ ...input, ...inputBefore, observedAt: since });
  switch (decision.kind) {
    case 'hold': {
      const { code, reason } = decision;
      return code === hold.code ? undefined : { decision: 'hold', code, reason };
    }
    case 'need-evidence':
      return { decision: 'unknown', reason: 'a move was considered, and no longer is' };
    default:
      return { decision: decision.kind, reason: decision.reason };
  }
}
