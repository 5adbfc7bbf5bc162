/** Parsing of outside input: every problem at once, each with its place, what is allowed and what was given. */
import type * as z from 'zod';
import { formatValue, shorten } from './format-value.ts';
import { safeLine, safeText } from './safe-text.ts';

/** Names, in a command or a file of anybody's, may be of any length. */
const maxProblemLength = 1000;
const maxKeyLength = 120;

const maxProblems = 50;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

/** `groups[0].tuning.riseMinutes` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, place) => (typeof key === 'number' ? `[${key}]` : `${place === 0 ? '' : '.'}${formatKey(String(key))}`))
    .join('');
}

/** A key of outside input may be anything, a second line of the message or a terminal's escape sequence included. */
function formatKey(key: string): string {
  return shorten(safeLine(key), maxKeyLength);
}

/** The right place for a setting that is not known at `path`, where there is one. */
type RightPlace = (path: readonly PropertyKey[]) => string | undefined;

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown, rightPlace: RightPlace): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const place = rightPlace(path);
      const unknown = `${formatPath(path)} is not a known setting`;
      return place === undefined
        ? unknown
        : `${unknown} here: move it to ${place}, got ${formatValue(valueAt(input, path))}`;
    });
  }
  if (issue.code === 'invalid_key') {
    // The value under the key may be right, and the key is what must be corrected.
    const owner = formatPath(issue.path.slice(0, -1));
    return issue.issues.map(
      ({ message }) => `${owner}: ${expectation(message)}, got ${formatValue(issue.path.at(-1))}`,
    );
  }
  const where = formatPath(issue.path);
  return [
    `${where === '' ? 'the input' : where}: ${expectation(issue.message)}, got ${formatValue(valueAt(input, issue.path))}`,
  ];
}

/** The message without what was given, which follows it as it stands in the input. */
function expectation(message: string): string {
  return message.replace(/, received .*$/, '').replace(/^Too (small|big): e/, 'E');
}

export function problemsOf(
  error: z.ZodError,
  input: unknown,
  rightPlace: RightPlace = () => undefined,
): readonly string[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, input, rightPlace));
}

function bounded(problems: readonly string[]): readonly string[] {
  const first = problems.slice(0, maxProblems).map((problem) => shorten(safeText(problem), maxProblemLength));
  const more = problems.length - first.length;
  return more === 0 ? first : [...first, `and ${more} more`];
}

/** Outside input is not valid, and nothing was done with it. `problems` lists what is wrong, without phone numbers. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    const lines = bounded(problems);
    const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    super(`${what}: ${count}\n${lines.map((line) => `  - ${line}`).join('\n')}`);
    this.problems = lines;
  }
}

/** @throws InvalidInputError with every problem */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw new InvalidInputError(what, problemsOf(result.error, input));
  return result.data;
}

/** `sls invoke local` without `-d` passes an empty string, and an invocation without a payload passes null. */
export function emptyPayloadAsObject(event: unknown): unknown {
  return event === '' || event === undefined || event === null ? {} : event;
}
