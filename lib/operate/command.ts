/** What an operator orders, by `sls invoke -f operate`. events/ has a payload for each action. */
import { z } from 'zod';
import { forcibleRules } from '../core/model/codes.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { redactPhoneNumbers } from '../input/redact.ts';
import { problemsOf } from '../input/validation.ts';

/** A word that nobody remembers must run out. */
export const longestHours = 72;

const hourMs = 60 * minuteMs;

/** Kept short enough for Parameter Store's 4 KB, and free of numbers of people. */
function text(what: string, longest: number) {
  const range = `Expected ${what}, 1 to ${longest} characters`;
  return z.string(range).trim().min(1, range).max(longest, range).transform(redactPhoneNumbers);
}

const who = { by: text('who orders it', 100), reason: text('why', 500) };

const id = z.string('Expected an id').min(1, 'Expected an id').max(256).transform(redactPhoneNumbers);

const force = z
  .array(z.enum(forcibleRules))
  .refine((rules) => new Set(rules).size === rules.length, 'a rule may stand in it once')
  .default([]);

const dryRun = z.boolean('Expected true or false').default(false);

const spanPattern = /^(\d{1,4})(m|h)$/;

/** A time, or how long from now: at three in the morning nobody reckons in UTC. */
function until(now: EpochMs) {
  const words = `Expected a time such as ${new Date(now + 2 * hourMs).toISOString()}, or how long from now, such as 90m or 2h; at most ${longestHours} h from now`;
  return z
    .string(words)
    .transform((written) => {
      const [, amount, unit] = spanPattern.exec(written) ?? [];
      if (amount !== undefined) return now + Number(amount) * (unit === 'h' ? hourMs : minuteMs);
      return z.iso.datetime({ offset: true }).safeParse(written).success ? Date.parse(written) : Number.NaN;
    })
    .refine((at) => at > now && at <= now + longestHours * hourMs, words);
}

function count(least: number, most: number) {
  const range = `Expected a whole number from ${least} to ${most}`;
  return z.int(range).min(least, range).max(most, range);
}

function share(least: number, most: number) {
  const range = `Expected a number from ${least} to ${most}`;
  return z.number(range).min(least, range).max(most, range);
}

const order = z
  .array(id, 'Expected the Voice Connector ids of all members, first choice first')
  .min(1, 'Expected the Voice Connector ids of all members, first choice first')
  .refine((ids) => new Set(ids).size === ids.length, 'a Voice Connector may stand in it once');

/** Of each action by its name. `group` is an id or a name, for a pause and its end also `all`. */
function schemasAt(now: EpochMs) {
  return {
    pause: z.strictObject({ action: z.literal('pause'), group: id, ...who, until: until(now), force }),
    resume: z.strictObject({ action: z.literal('resume'), group: id, ...who }),
    pin: z.strictObject({ action: z.literal('pin'), group: id, ...who, until: until(now), order, force, dryRun }),
    switchover: z.strictObject({ action: z.literal('switchover'), group: id, ...who, to: id, force, dryRun }),
    failback: z.strictObject({ action: z.literal('failback'), group: id, ...who, force, dryRun }),
    drill: z.strictObject({
      action: z.literal('drill'),
      group: id,
      ...who,
      to: id.optional(),
      minutes: count(5, 120).default(15),
      pass: z
        .strictObject({ minCalls: count(1, 10_000).default(10), maxFailureRatio: share(0, 0.5).default(0.1) })
        .prefault({}),
      stop: z
        .strictObject({ failures: count(1, 1000).default(5), failureRatio: share(0.01, 1).default(0.2) })
        .prefault({}),
      dryRun,
    }),
    status: z.strictObject({ action: z.literal('status'), group: id.optional() }),
  };
}

export const actions = ['pause', 'resume', 'pin', 'switchover', 'failback', 'drill', 'status'] as const;
export type Action = (typeof actions)[number];
type Schemas = ReturnType<typeof schemasAt>;

/** One action, or with the default any. */
export type Command<Name extends Action = Action> = { [Each in Name]: z.output<Schemas[Each]> }[Name];

/** What can be understood of a command with mistakes: some of it can be held against the account. */
const someText = z.string().max(500).transform(redactPhoneNumbers).optional().catch(undefined);
const references = z
  .object({
    action: someText,
    group: someText,
    by: someText,
    reason: someText,
    to: someText,
    order: z.array(z.string().transform(redactPhoneNumbers)).optional().catch(undefined),
  })
  .catch({});
export type References = z.output<typeof references>;

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'wrong'; readonly problems: readonly string[]; readonly references: References };

export function parseCommand(event: unknown, now: EpochMs): ParsedCommand {
  const schemas = schemasAt(now);
  const named = z.looseObject({ action: z.enum(actions) }).safeParse(event);
  const schema: z.ZodType<Command> = named.success ? schemas[named.data.action] : unknownAction;
  const result = schema.safeParse(event);
  if (result.success) return { kind: 'command', command: result.data };
  return {
    kind: 'wrong',
    problems: problemsOf(result.error, event).map(redactPhoneNumbers),
    references: references.parse(event),
  };
}

/** Of an action that is none of these, what every action must say is checked all the same. */
const unknownAction = z
  .looseObject({ action: z.custom(() => false, `Expected one of ${actions.join(', ')}`), ...who })
  .pipe(z.never());
