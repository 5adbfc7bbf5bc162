/** Builds a {@link Hold}. Pure. */
import type { Hold, HoldCode, Rejection } from './model.ts';

export function hold(code: HoldCode, reason: string, rejected: readonly Rejection[] = []): Hold {
  return { kind: 'hold', code, reason, rejected };
}
