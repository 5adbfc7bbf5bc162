/** Whether a hold is news: the decision on the group as it was a minute before, made again from what is known of then. */
import type { Hold } from '../core/model/plan.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { plan } from '../core/plan/plan.ts';
import type { EventData } from '../events/event.ts';

export type Previously = EventData<'Hold Changed'>['previously'];

/** What was otherwise a minute before, as far as it is known. */
export type Before = Pick<PlanInput, 'verdicts' | 'regions' | 'override'> & {
  /** When the operator's word on the group was last changed, where there is one. */
  readonly overrideChangedAt: EpochMs | undefined;
};

/**
 * Undefined where the group was held for the same reason already. It looks back to the beginning of the minute before: however
 * late within its minute a turn comes, no change falls between two turns, and one may be told twice.
 *
 * @param input what the hold was decided from; a closer look that was taken serves both
 */
export function holdChange(
  input: PlanInput,
  hold: Hold,
  { overrideChangedAt, ...before }: Before,
): Previously | undefined {
  const since = Math.floor(input.observedAt / minuteMs) * minuteMs - minuteMs;
  const happened = (at: EpochMs | undefined): boolean => at !== undefined && at >= since;
  if (happened(input.group.updatedAt)) return { decision: 'unknown', reason: 'the group was changed since' };
  if (happened(overrideChangedAt)) return { decision: 'unknown', reason: "the operator's word was changed since" };
  const decision = plan({ ...input, ...before, observedAt: since });
  switch (decision.kind) {
    case 'hold': {
      const { code, reason } = decision;
      return code === hold.code ? undefined : { decision: 'hold', code, reason };
    }
    case 'need-evidence':
      return { decision: 'unknown', reason: 'a move was contemplated, and is no longer' };
    default:
      return { decision: decision.kind, reason: decision.reason };
  }
}
