/** What the console's page is sent: the server is checked against these types, and the page parses with these schemas. Times are epoch milliseconds of the simulated clock. */
import * as z from 'zod';

const verdict = z.object({
  health: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  cause: z.string().optional(),
  reason: z.string(),
});

const member = z.object({
  voiceConnectorId: z.string(),
  region: z.string(),
  priority: z.number().optional(),
  /** Of the monitor's last run that succeeded; absent if that run did not need it. */
  verdict: verdict.optional(),
});

const group = z.object({
  id: z.string(),
  name: z.string(),
  /** In the order in which calls try them now. */
  members: z.array(member).readonly(),
  /** Of the monitor's last run that succeeded. */
  decision: z
    .object({ mode: z.string(), kind: z.string(), code: z.string().optional(), reason: z.string() })
    .optional(),
});

const fault = z.object({
  id: z.string(),
  title: z.string(),
  /** The Region or the group. */
  at: z.string(),
  beganAt: z.number(),
  endedAt: z.number().optional(),
});

const run = z.object({
  /** When the last run that succeeded observed the account. */
  judgedAt: z.number().optional(),
  /** Of the last run, if it failed. */
  problem: z.string().optional(),
});

const state = z.object({
  now: z.number(),
  /** Simulated seconds per real second; 0: the clock stands still. */
  speed: z.number(),
  callsFactor: z.number(),
  groups: z.array(group).readonly(),
  /** In force, then those that have ended. */
  faults: z.array(fault).readonly(),
  run,
  /** Why the account could not be read; what is shown is older then. */
  unread: z.string().optional(),
});

const connectorMinute = z.object({
  calls: z.number(),
  failures: z.number(),
  /** The mean of the worse leg; absent without a call in progress. */
  mos: z.number().optional(),
});

/** What happened to the calls in one minute, whether or not CloudWatch was sent it. */
const minute = z.object({
  startsAt: z.number(),
  connectors: z.record(z.string(), connectorMinute),
  callsOffered: z.number(),
  /** Of a simulated world only: an account does not know why a call failed. */
  callsFailedByFaults: z.number().optional(),
  /** Answered calls that a loss of connectivity ended. */
  callsDropped: z.number().optional(),
});

const move = z.object({ at: z.number(), kind: z.string(), from: z.string(), to: z.string() });

const event = z.object({
  id: z.string(),
  at: z.number(),
  type: z.string(),
  headline: z.string(),
  /** The lines that the on-call person is sent; empty if nobody is. */
  message: z.array(z.string()).readonly(),
  move: move.optional(),
  /** As a rule's target receives it. */
  record: z.unknown(),
});

/** The whole state, with the minutes and events since the last update; `isFirst`: all that are kept. */
export const updateSchema = z.object({
  isFirst: z.boolean(),
  state,
  minutes: z.array(minute).readonly(),
  events: z.array(event).readonly(),
});

/** What does not change while the page is open. */
export const offersSchema = z.object({
  faults: z
    .array(z.object({ fault: z.string(), title: z.string(), effect: z.string(), place: z.enum(['region', 'group']) }))
    .readonly(),
  regions: z.array(z.string()).readonly(),
  groups: z.array(z.string()).readonly(),
  /** The name of a real account's stage, which is shown read-only; absent for a local AWS. */
  account: z.string().optional(),
});

/** The answer of `operate`. */
export const operateAnswerSchema = z.object({ isDone: z.boolean(), lines: z.array(z.string()).readonly() });

export type VerdictView = z.output<typeof verdict>;
export type Health = VerdictView['health'];
export type MemberView = z.output<typeof member>;
export type GroupView = z.output<typeof group>;
export type FaultView = z.output<typeof fault>;
export type RunView = z.output<typeof run>;
export type State = z.output<typeof state>;
export type ConnectorMinuteView = z.output<typeof connectorMinute>;
export type MinuteView = z.output<typeof minute>;
export type MoveView = z.output<typeof move>;
export type EventView = z.output<typeof event>;
export type Update = z.output<typeof updateSchema>;
export type Offers = z.output<typeof offersSchema>;
export type FaultOffer = Offers['faults'][number];
export type OperateAnswer = z.output<typeof operateAnswerSchema>;
