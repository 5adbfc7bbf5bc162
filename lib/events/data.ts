/** The schema of `detail.data` for each detail type. docs/events.md has an example of each. */
import * as z from 'zod';
import {
  connectorFindingCodes,
  drillEndCodes,
  drillRefusalCodes,
  holdCodes,
  readinessChecks,
} from '../core/model/codes.ts';
import { attempts } from '../core/model/attempt.ts';
import { moveKinds } from '../core/model/plan.ts';
import { readinessChanges, readinessLevels } from '../core/readiness/check.ts';
import { drillResultKinds } from '../core/drill/end-codes.ts';
import { evidence, group, instant, item, ledger, verdict } from './common-schemas.ts';
import { held, move, outcomes, sessionCount, unsupportedAnswers } from './decision-schemas.ts';
import { policy } from './policy-schema.ts';

const check = z.enum(readinessChecks);

const readiness = {
  /** The worst of the findings. */
  outcome: z.enum(readinessLevels),
  /** Against the previous check. A person is notified where it is `began` or `changed`. */
  change: z.enum(readinessChanges),
  findings: z.array(
    z.discriminatedUnion('level', [
      z.strictObject({ check, level: z.literal('pass'), sentence: z.string() }),
      z.strictObject({ check, level: z.enum(['warn', 'fail']), sentence: z.string(), fix: z.string() }),
    ]),
  ),
  /** The failed checks and their fixes, as text; empty where no check fails. */
  summary: z.string(),
  /** What no check can prove. */
  unproven: z.array(z.strictObject({ check, sentence: z.string() })),
};

/** A person is notified of a `first` attempt and of a `reminder`. */
const attempt = z.enum(attempts);

const drill = z.strictObject({
  /** The person who started it, or `schedule` for a weekly drill of the policy. */
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
    ledger,
    policy,
  }),
  'Drill Ended': z.strictObject({
    ...group,
    drill,
    result: z.enum(drillResultKinds),
    code: z.enum(drillEndCodes),
    /** The numbers that were compared. */
    reason: z.string(),
    /** Whether the primary from before the drill is the primary again. */
    restored: z.boolean(),
    priorities: z.array(item),
    /** Calls of the promoted Voice Connector over the whole minutes of the drill; absent where there were none or the metrics could not be read. */
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
    /** Every precondition that does not hold. */
    refusals: z.array(z.strictObject({ code: z.enum(drillRefusalCodes), reason: z.string() })),
    evidence,
    policy,
  }),
  'Hold Changed': z.strictObject({
    ...held,
    /** The group's decision one minute earlier; `unknown` where it cannot be reconstructed, with the reason. */
    previously: z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('hold'), code: z.enum(holdCodes), reason: z.string() }),
      z.strictObject({ decision: z.enum(moveKinds), reason: z.string() }),
      z.strictObject({ decision: z.literal('unknown'), reason: z.string() }),
    ]),
  }),
  'Override Expired': z.strictObject({
    /** A group's id or name, `all`, or what was typed. */
    key: z.string(),
    action: z.enum(['pause', 'pin', 'drill']),
    by: z.string(),
    reason: z.string(),
    until: instant,
  }),
  'Override Unmatched': z.strictObject({
    /** What was typed; no group has it as id or name. */
    key: z.string(),
    regions: z.array(z.string()),
    /** Its action, author, remaining time and reason; or why it cannot be parsed. */
    override: z.string(),
  }),
  'Priority Held': z.strictObject(held),
  'Priority Change Intended': z.strictObject(move),
  'Priority Change Applied': z.strictObject({ ...move, outcome: outcomes.applied }),
  'Priority Change Withheld': z.strictObject({ ...move, outcome: outcomes.withheld }),
  'Priority Change Rejected': z.strictObject({ ...move, attempt, outcome: outcomes.rejected }),
  'Priority Change Unverified': z.strictObject({ ...move, outcome: outcomes.unverified }),
  'Priority Change Blocked': z.strictObject({ ...move, attempt, outcome: outcomes.blocked }),
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
    answers: z.array(
      z.strictObject({ answer: z.enum(unsupportedAnswers), voiceConnectors: z.number(), message: z.string() }),
    ),
  }),
  'Operator Action': z.strictObject({
    stage: z.enum(['requested', 'done', 'refused', 'failed']),
    /** The command as given; of an invalid command, its valid fields. */
    command: z.strictObject({
      action: z.string().optional(),
      /** The group's id or name, or `all`. */
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
    /** The intention or the result, in one sentence. */
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
