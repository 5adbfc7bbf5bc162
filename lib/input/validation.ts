import type { z } from 'zod';
import { redactPhoneNumbers } from './redact.ts';

function shown(value: unknown): string {
  // JSON knows neither NaN nor Infinity.
  const text = value === undefined ? 'nothing' : typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

function named(path: readonly PropertyKey[]): string {
  return path
    .map((key, place) => (typeof key === 'number' ? `[${key}]` : `${place === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

function sentences(issue: z.core.$ZodIssue, input: unknown): readonly string[] {
  const where = named(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${named([...issue.path, key])} is not a known setting`);
  }
  const message = issue.message.replace(/, received .*$/, '').replace(/^Too (small|big): e/, 'E');
  return [`${where === '' ? 'the whole' : where}: ${message}, got ${shown(at(input, issue.path))}`];
}

/** Every problem of an input in one list, each with its place, what is allowed and what was given. */
export function problemsOf(error: z.ZodError, input: unknown): readonly string[] {
  return error.issues.flatMap((issue) => sentences(issue, input));
}

/** Outside input was not what it must be. Nothing was done with it; `problems` names everything that is wrong. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly problems: readonly string[];

  /** Problems quote what was given, whoever's number that is. */
  constructor(what: string, problems: readonly string[]) {
    const told = problems.map(redactPhoneNumbers);
    super(
      `${what}: ${told.length} ${told.length === 1 ? 'problem' : 'problems'}\n${told.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.problems = told;
  }
}

/** Parses outside input at the edge. @throws InvalidInputError naming every problem */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw new InvalidInputError(what, problemsOf(result.error, input));
  return result.data;
}
