/** Builds a {@link Hold}. */
import type { HoldCode } from './codes.ts';
import type { Hold, Rejection } from './plan.ts';

export function hold(code: HoldCode, reason: string, rejected: readonly Rejection[] = []): Hold {
  return { kind: 'hold', code, reason, rejected };
}
