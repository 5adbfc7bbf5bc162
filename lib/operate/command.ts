/** The commands of `sls invoke -f operate`. events/ has a payload for each action. */
import * as z from 'zod';
import { defaultPass, defaultStop, drillMinutes } from '../core/drill/order.ts';
import { forcibleRules } from '../core/model/codes.ts';
import { dayMs, hourMs, minuteMs, type EpochMs } from '../core/model/time.ts';
import { maxOverrideHours } from '../core/model/override-limit.ts';
import { numberFrom, wholeNumberFrom } from '../input/numbers.ts';
import { safeLine } from '../input/safe-text.ts';
import { payloadLimits, sizeProblem } from '../input/size-limits.ts';
import { emptyPayloadAsObject, problemsOf } from '../input/validation.ts';

/** Short enough for the 4 KB of a parameter, in which it is stored as it is read: without phone numbers. */
function text(what: string, maxLength: number) {
  const expected = `Expected ${what}, 1 to ${maxLength} characters`;
  return z.string(expected).trim().min(1, expected).max(maxLength, expected).transform(safeLine);
}

const common = { by: text('your name', 100), reason: text('a reason', 500) };

const id = z.string('Expected an id').min(1, 'Expected an id').max(256);

const force = z
  .array(z.enum(forcibleRules))
  .refine((rules) => new Set(rules).size === rules.length, 'Expected each rule once')
  .default([]);

const dryRun = z.boolean('Expected true or false').default(false);

const durationPattern = /^(\d{1,4})(m|h)$/;

/** A time or a duration from now, because people on call miscalculate UTC. */
function until(now: EpochMs) {
  const expected = `Expected a time such as ${new Date(now + 2 * hourMs).toISOString()} or a duration such as 90m or 2h, at most ${maxOverrideHours} h from now`;
  return z
    .string(expected)
    .transform((written) => {
      const [, amount, unit] = durationPattern.exec(written) ?? [];
      if (amount !== undefined) return now + Number(amount) * (unit === 'h' ? hourMs : minuteMs);
      return z.iso.datetime({ offset: true }).safeParse(written).success ? Date.parse(written) : Number.NaN;
    })
    .refine((at) => at > now && at <= now + maxOverrideHours * hourMs, expected);
}

/** CloudWatch keeps minutes for 15 days. */
const minutesKeptMs = 15 * dayMs;

/** A past time, as of which the metrics are judged. */
function past(now: EpochMs) {
  const expected = `Expected a time from ${new Date(now - minutesKeptMs).toISOString()} to now, such as ${new Date(now - hourMs).toISOString()}`;
  return z
    .string(expected)
    .refine((written) => z.iso.datetime({ offset: true }).safeParse(written).success, expected)
    .transform((written) => Date.parse(written))
    .refine((at) => at <= now && at >= now - minutesKeptMs, expected);
}

const expectedOrder = 'Expected the Voice Connector ids of all members, in the order in which calls try them';

const order = z
  .array(id, expectedOrder)
  .min(1, expectedOrder)
  .refine((ids) => new Set(ids).size === ids.length, 'Expected each Voice Connector once');

/** By action. `group` is an id or a name; for pause and resume also `all`. */
function schemasAt(now: EpochMs) {
  return {
    pause: z.strictObject({ action: z.literal('pause'), group: id, ...common, until: until(now), force }),
    resume: z.strictObject({ action: z.literal('resume'), group: id, ...common }),
    pin: z.strictObject({ action: z.literal('pin'), group: id, ...common, until: until(now), order, force, dryRun }),
    switchover: z.strictObject({ action: z.literal('switchover'), group: id, ...common, to: id, force, dryRun }),
    failback: z.strictObject({ action: z.literal('failback'), group: id, ...common, force, dryRun }),
    drill: z.strictObject({
      action: z.literal('drill'),
      group: id,
      ...common,
      to: id.optional(),
      minutes: wholeNumberFrom(drillMinutes.least, drillMinutes.most).default(drillMinutes.usual),
      pass: z
        .strictObject({
          minCalls: wholeNumberFrom(1, 10_000).default(defaultPass.minCalls),
          maxFailureRatio: numberFrom(0, 0.5).default(defaultPass.maxFailureRatio),
        })
        .prefault({}),
      stop: z
        .strictObject({
          failures: wholeNumberFrom(1, 1000).default(defaultStop.failures),
          failureRatio: numberFrom(0.01, 1).default(defaultStop.failureRatio),
        })
        .prefault({}),
      dryRun,
    }),
    status: z.strictObject({ action: z.literal('status'), group: id.optional(), at: past(now).optional() }),
  };
}

export const actions = ['pause', 'resume', 'pin', 'switchover', 'failback', 'drill', 'status'] as const;
export type Action = (typeof actions)[number];
type Schemas = ReturnType<typeof schemasAt>;

/** The command of one action, or by default of any. */
export type Command<Name extends Action = Action> = { [Each in Name]: z.output<Schemas[Each]> }[Name];

/** The valid fields of an invalid command: `operate` can check some of them against the account. */
const anyText = z.string().max(500).optional().catch(undefined);
const references = z
  .object({
    action: anyText,
    group: anyText,
    by: anyText,
    reason: anyText,
    to: anyText,
    order: z.array(z.string()).optional().catch(undefined),
  })
  .catch({});

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'wrong'; readonly problems: readonly string[]; readonly references: z.output<typeof references> };

export function parseCommand(payload: unknown, now: EpochMs): ParsedCommand {
  const event = emptyPayloadAsObject(payload);
  const tooLarge = sizeProblem(event, payloadLimits);
  if (tooLarge !== undefined) return { kind: 'wrong', problems: [`the input: ${tooLarge}`], references: {} };
  const schemas = schemasAt(now);
  const known = z.looseObject({ action: z.enum(actions) }).safeParse(event);
  const schema: z.ZodType<Command> = known.success ? schemas[known.data.action] : unknownAction;
  const result = schema.safeParse(event);
  if (result.success) return { kind: 'command', command: result.data };
  return {
    kind: 'wrong',
    problems: problemsOf(result.error, event),
    references: references.parse(event),
  };
}

/** Checks the common fields although the action is unknown, so that every mistake is reported at once. */
const unknownAction = z
  .looseObject({ action: z.custom(() => false, `Expected one of ${actions.join(', ')}`), ...common })
  .pipe(z.never());
