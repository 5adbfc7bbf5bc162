/** Leaving a group as it is: a decision with a code and its reason. Pure. */
import type { HoldCode, Plan, Rejection } from './model.ts';

export type Hold = Extract<Plan, { readonly kind: 'hold' }>;

export const hold = (code: HoldCode, reason: string, rejected: readonly Rejection[] = []): Hold => ({
  kind: 'hold',
  code,
  reason,
  rejected,
});
