/** `detail.data` of every event there is, as one schema per detail type. docs/events.md has an example of each. */
import { z } from 'zod';
import { blockedCodes, holdCodes, moveKinds, rejectedCodes, withheldCodes, type Outcome } from '../core/model/model.ts';
import { connectorFindingCodes } from '../core/model/session-codes.ts';
import { readinessChanges, readinessChecks, readinessLevels } from '../core/readiness/check.ts';
import { drillEndCodes, drillResultKinds } from '../core/drill/ending.ts';
import { drillRefusalCodes } from '../core/drill/order.ts';
import { command, evidence, group, instant, item, rejection, verdict } from './common-schemas.ts';
import { policy } from './policy-schema.ts';

/** Answers that a service may give for a feature it no longer has. */
const refusals = ['not-found', 'forbidden', 'invalid', 'gone'] as const;

const sessionCount = z.discriminatedUnion('answer', [
  z.strictObject({
    answer: z.literal('listed'),
    count: z.number(),
    oldestCreatedAt: z.iso.datetime().optional(),
  }),
  z.strictObject({ answer: z.enum([...refusals, 'failed']), message: z.string() }),
]);

const held = {
  ...group,
  decision: z.literal('hold'),
  code: z.enum(holdCodes),
  /** The numbers that were compared. */
  reason: z.string(),
  rejected: z.array(rejection),
  priorities: z.array(item),
  evidence,
  policy,
};

const move = {
  ...group,
  decision: z.enum(moveKinds),
  reason: z.string(),
  /** Who asked for it, and what stood in the way and was overridden by name; absent where the monitor decided it by itself. */
  command: command.optional(),
  leaving: z.string(),
  promoting: z.string(),
  /** The alternatives, and why each fell. */
  rejected: z.array(rejection),
  before: z.array(item),
  after: z.array(item),
  evidence: evidence.extend({
    /** On the Voice Connector that is left. Told beside the move, and never weighed. */
    sessions: z.strictObject({ Open: sessionCount, InProgress: sessionCount }),
  }),
  policy,
};

const outcomes = {
  /** `sentAt`: when the write was sent that brought the order about. */
  applied: z.strictObject({ kind: z.literal('applied'), reason: z.string(), sentAt: instant }),
  withheld: z.strictObject({ kind: z.literal('withheld'), code: z.enum(withheldCodes), reason: z.string() }),
  rejected: z.strictObject({ kind: z.literal('rejected'), code: z.enum(rejectedCodes), reason: z.string() }),
  unverified: z.strictObject({ kind: z.literal('unverified'), reason: z.string() }),
  blocked: z.strictObject({ kind: z.literal('blocked'), code: z.enum(blockedCodes), reason: z.string() }),
} satisfies Record<Outcome['kind'], z.ZodType>;

const check = z.enum(readinessChecks);

const readiness = {
  /** The worst of the findings. */
  outcome: z.enum(readinessLevels),
  /** Against the look before: told anew to a person where it began or changed. */
  change: z.enum(readinessChanges),
  findings: z.array(
    z.discriminatedUnion('level', [
      z.strictObject({ check, level: z.literal('pass'), sentence: z.string() }),
      z.strictObject({ check, level: z.enum(['warn', 'fail']), sentence: z.string(), fix: z.string() }),
    ]),
  ),
  /** What fails and what to do about it, in words; empty where nothing does. */
  summary: z.string(),
  /** What no look can tell. */
  unproven: z.array(z.strictObject({ check, sentence: z.string() })),
};

const drill = z.strictObject({
  /** Who ordered it; `schedule` where the policy did. */
  by: z.string(),
  reason: z.string(),
  startedAt: instant,
  until: instant,
  leaving: z.string(),
  promoting: z.string(),
  before: z.array(item),
  after: z.array(item),
  pass: z.strictObject({ minCalls: z.number(), maxFailureRatio: z.number() }),
  stop: z.strictObject({ failures: z.number(), failureRatio: z.number() }),
});

export const eventData = {
  'Connector Health Changed': z.strictObject({
    ...group,
    voiceConnectorId: z.string(),
    region: z.string().optional(),
    before: verdict,
    after: verdict,
    policy,
  }),
  'Drill Ended': z.strictObject({
    ...group,
    drill,
    result: z.enum(drillResultKinds),
    code: z.enum(drillEndCodes),
    /** The numbers that were compared. */
    reason: z.string(),
    /** Whether whom the drill took off the top is on top again. */
    restored: z.boolean(),
    priorities: z.array(item),
    /** Of the promoted one, over the whole minutes of the drill; absent where there were none, or they could not be read. */
    calls: z
      .strictObject({ minutes: z.number(), attempts: z.number(), failures: z.number(), throttles: z.number() })
      .optional(),
    evidence,
    policy,
  }),
  'Drill Refused': z.strictObject({
    ...group,
    by: z.string(),
    reason: z.string(),
    /** Every precondition that is not given. */
    refusals: z.array(z.strictObject({ code: z.enum(drillRefusalCodes), reason: z.string() })),
    evidence,
    policy,
  }),
  'Hold Changed': z.strictObject({
    ...held,
    /** What the group's decision was a minute before; `unknown` where that cannot be told, with why. */
    previously: z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('hold'), code: z.enum(holdCodes), reason: z.string() }),
      z.strictObject({ decision: z.enum(moveKinds), reason: z.string() }),
      z.strictObject({ decision: z.literal('unknown'), reason: z.string() }),
    ]),
  }),
  'Override Expired': z.strictObject({
    /** A group's id, or `all`. */
    key: z.string(),
    action: z.enum(['pause', 'pin', 'drill']),
    by: z.string(),
    reason: z.string(),
    until: instant,
  }),
  'Priority Held': z.strictObject(held),
  'Priority Change Intended': z.strictObject(move),
  'Priority Change Applied': z.strictObject({ ...move, outcome: outcomes.applied }),
  'Priority Change Withheld': z.strictObject({ ...move, outcome: outcomes.withheld }),
  'Priority Change Rejected': z.strictObject({ ...move, outcome: outcomes.rejected }),
  'Priority Change Unverified': z.strictObject({ ...move, outcome: outcomes.unverified }),
  'Priority Change Blocked': z.strictObject({ ...move, outcome: outcomes.blocked }),
  'Proxy Session Inventory': z.strictObject({
    voiceConnectorId: z.string(),
    region: z.string(),
    sessions: z.strictObject({ Open: sessionCount, InProgress: sessionCount, Closed: sessionCount }),
    findings: z.array(z.strictObject({ code: z.enum(connectorFindingCodes), reason: z.string() })),
  }),
  'Proxy Sessions Unsupported': z.strictObject({
    code: z.literal('unsupported'),
    reason: z.string(),
    askedVoiceConnectors: z.number(),
    refusedVoiceConnectors: z.number(),
    answers: z.array(z.strictObject({ answer: z.enum(refusals), voiceConnectors: z.number(), message: z.string() })),
  }),
  'Operator Action': z.strictObject({
    stage: z.enum(['asked', 'done', 'refused', 'failed']),
    /** As it was ordered; of one that nobody could understand what could be understood. */
    command: z.strictObject({
      action: z.string().optional(),
      /** Its id or its name, or `all`. */
      group: z.string().optional(),
      by: z.string().optional(),
      reason: z.string().optional(),
      until: instant.optional(),
      order: z.array(z.string()).optional(),
      to: z.string().optional(),
      force: z.array(z.string()).optional(),
      dryRun: z.boolean().optional(),
      minutes: z.number().optional(),
      pass: z.strictObject({ minCalls: z.number(), maxFailureRatio: z.number() }).optional(),
      stop: z.strictObject({ failures: z.number(), failureRatio: z.number() }).optional(),
    }),
    /** What is meant, or what became of it, in a sentence. */
    summary: z.string(),
    problems: z.array(z.string()),
  }),
  'Readiness Checked': z.strictObject({ ...group, ...readiness }),
  'Account Readiness Checked': z.strictObject({ controlRegions: z.array(z.string()), ...readiness }),
  'Run Failed': z.strictObject({
    count: z.number(),
    problems: z.array(z.strictObject({ doing: z.string(), message: z.string() })),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
