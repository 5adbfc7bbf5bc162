/** A primary that is proven unhealthy, and is not failed over from. */
import { demotionsOfPrimary, lastChangeOf } from './last-change.ts';
import type { PlanInput } from './plan-input.ts';
import type { Plan } from '../model/plan.ts';
import { primaryOf } from '../model/priorities.ts';

export type HeldFailover = {
  /** Whether somebody put back the primary that the monitor failed over from within the past day. */
  readonly isUndone: boolean;
};

/** Undefined where nothing is held. */
export function heldFailover(input: PlanInput, decision: Plan): HeldFailover | undefined {
  const { group, verdicts, candidateEvidence } = input;
  const isUnhealthy = verdicts.get(primaryOf(group) ?? '')?.health === 'unhealthy';
  if (decision.kind !== 'hold' || !isUnhealthy) return undefined;
  if (candidateEvidence === undefined) return { isUndone: false };
  const record = candidateEvidence.changeRecord;
  const isDemoted = demotionsOfPrimary(group, record).length > 0;
  return { isUndone: isDemoted && lastChangeOf({ group, record })?.isOwn === false };
}
