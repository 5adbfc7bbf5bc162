/** Leaving a group as it is: a decision with a code and its reason. Pure. */
import type { HoldCode, Plan, Rejection } from './model.ts';

export type Hold = Extract<Plan, { readonly kind: 'hold' }>;

export function hold(code: HoldCode, reason: string, rejected: readonly Rejection[] = []): Hold {
  return {
    kind: 'hold',
    code,
    reason,
    rejected,
  };
}
