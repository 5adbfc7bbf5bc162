/** What the events of a hold and of a move have in common. */
import * as z from 'zod';
import { blockedCodes, holdCodes, rejectedCodes, withheldCodes } from '../core/model/codes.ts';
import { moveKinds } from '../core/model/plan.ts';
import { type Outcome } from '../core/model/outcome.ts';
import { command, evidence, group, instant, item, ledger, rejection } from './common-schemas.ts';
import { policy } from './policy-schema.ts';

/** Answers that a service may give for a feature that it no longer has. */
export const unsupportedAnswers = ['not-found', 'forbidden', 'invalid', 'gone'] as const;

export const sessionCount = z.discriminatedUnion('answer', [
  z.strictObject({
    answer: z.literal('listed'),
    count: z.number(),
    oldestCreatedAt: z.iso.datetime().optional(),
  }),
  z.strictObject({ answer: z.enum([...unsupportedAnswers, 'failed']), message: z.string() }),
]);

export const held = {
  ...group,
  decision: z.literal('hold'),
  code: z.enum(holdCodes),
  /** The numbers that were compared. */
  reason: z.string(),
  rejected: z.array(rejection),
  priorities: z.array(item),
  ledger,
  evidence,
  policy,
};

export const move = {
  ...group,
  decision: z.enum(moveKinds),
  reason: z.string(),
  /** The operator's command, with the rules it overrode; absent where the monitor decided the move. */
  command: command.optional(),
  leaving: z.string(),
  promoting: z.string(),
  /** The other candidates, and why each was rejected. */
  rejected: z.array(rejection),
  before: z.array(item),
  after: z.array(item),
  ledger,
  evidence,
  policy,
};

export const outcomes = {
  /** `sentAt`: when the write that produced the new order was sent. */
  applied: z.strictObject({ kind: z.literal('applied'), reason: z.string(), sentAt: instant }),
  withheld: z.strictObject({ kind: z.literal('withheld'), code: z.enum(withheldCodes), reason: z.string() }),
  rejected: z.strictObject({ kind: z.literal('rejected'), code: z.enum(rejectedCodes), reason: z.string() }),
  unverified: z.strictObject({ kind: z.literal('unverified'), reason: z.string() }),
  blocked: z.strictObject({ kind: z.literal('blocked'), code: z.enum(blockedCodes), reason: z.string() }),
} satisfies Record<Outcome['kind'], z.ZodType>;
