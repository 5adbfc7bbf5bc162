/** The expectations of a scenario. */
import * as z from 'zod';
import { holdCodes, unknownCauses } from '../../../lib/core/model/codes.ts';
import { moveKinds } from '../../../lib/core/model/plan.ts';
import { id, longestMinutes, oneOf, text, whole } from './fields.ts';

/** The first and the last minute, both included. */
const between = z
  .tuple([whole(1, longestMinutes), whole(1, longestMinutes)], 'Expected two minutes, the first and the last')
  .refine(([first, last]) => first <= last, 'Expected the last minute not to be before the first');

const moveSchema = z.strictObject({
  group: id.optional(),
  kind: oneOf(...moveKinds),
  from: id,
  to: id,
  between,
});

/** `always`: in every run of these minutes. `once`: in at least one. `never`: in none. */
const seen = oneOf('always', 'once', 'never');

const healths = ['healthy', 'degraded', 'unhealthy', 'unknown', ...unknownCauses] as const;

const holdSchema = z.strictObject({ group: id.optional(), code: oneOf(...holdCodes), seen, between });

/** A cause such as `idle` means the verdict `unknown` with that cause. */
const verdictSchema = z.strictObject({ connector: id, verdict: oneOf(...healths), seen, between });

const eventSchema = z.strictObject({
  type: text,
  between,
  /** The exact number of events. Default: at least one. */
  times: whole(0, 100_000).optional(),
  /** Counts only events whose `data` has these values. */
  saying: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const calls = whole(-1_000_000, 1_000_000);

export const expectationsSchema = z.strictObject({
  /** Every change that was applied, in order, and no other. */
  moves: z.array(moveSchema, 'Expected a list of moves, [] where nothing moves'),
  /** Final Voice Connectors in priority order, by group. */
  finalOrder: z.record(id, z.array(id)).default({}),
  /** Final names, by group id. */
  finalNames: z.record(id, text).default({}),
  holds: z.array(holdSchema).default([]),
  verdicts: z.array(verdictSchema).default([]),
  events: z.array(eventSchema).default([]),
  failedTurns: z
    .strictObject({
      /** Minutes whose runs must fail. */
      must: z.array(between).default([]),
      /** Minutes whose runs may fail. All others must succeed. */
      may: z.array(between).default([]),
    })
    .prefault({}),
  /** The number of UpdateVoiceConnectorGroup requests of the monitor, accepted or not. */
  writes: whole(0, 100_000).optional(),
  /** Calls that fail because of faults without the monitor, minus those with it. Negative: the monitor may cost calls. */
  callsSaved: z.strictObject({ atLeast: calls.optional(), atMost: calls.optional() }).optional(),
});

export type Expectations = z.output<typeof expectationsSchema>;
export type Between = z.output<typeof between>;
export type Occurrence = z.output<typeof seen>;
