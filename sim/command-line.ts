/** What the commands of `sim/` share: options that are checked before anything starts, and errors without a stack trace. */
import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as z from 'zod';
import { loadPolicy } from '../infra/policy-text.ts';
import { wakeModes } from '../lib/core/model/wake.ts';

/** An error of the person who typed the command: printed as it is, exit code 2. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

export type Command = {
  readonly usage: string;
  /** Resolves to the exit code. */
  readonly run: () => Promise<number>;
};

/** Runs a command: `--help` prints its usage, an error is printed without its stack trace. */
export async function runCommand({ usage, run }: Command): Promise<void> {
  if (process.argv.slice(2).includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await run();
  } catch (error) {
    console.error(errorText(error));
    process.exitCode = 2;
  }
}

function errorText(error: unknown): string {
  const text = causesOf(error)
    .map((each) => (each instanceof Error ? each.message : String(each)))
    .join(': ');
  return error instanceof CommandLineError ? `${text}; see --help` : text;
}

function causesOf(error: unknown): readonly unknown[] {
  return error instanceof Error && error.cause !== undefined ? [error, ...causesOf(error.cause)] : [error];
}

/**
 * The options and positional arguments of this process, checked by `schema`. Every option must be declared in `config.options`.
 *
 * @throws {CommandLineError} with every problem: the option, the value, and what is allowed
 */
export function readArguments<Schema extends z.ZodType>(
  config: ParseArgsConfig & { readonly options: NonNullable<ParseArgsConfig['options']> },
  schema: Schema,
): { readonly options: z.output<Schema>; readonly positionals: readonly string[] } {
  const { values, positionals } = parsedArguments(config);
  const checked = schema.safeParse(values);
  if (checked.success) return { options: checked.data, positionals };
  const problems = checked.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `--${name}: ${message}, got ${String(values[name])}`;
  });
  throw new CommandLineError(problems.join('; '));
}

function parsedArguments(config: ParseArgsConfig & { readonly options: NonNullable<ParseArgsConfig['options']> }) {
  try {
    const { values, positionals } = parseArgs(config);
    return { values: z.record(z.string(), z.unknown()).parse(values), positionals };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's message goes on with advice about positional arguments, which does not help here.
    const [problem = ''] = error.message.split(/\. |\n/);
    const known = Object.keys(config.options).map((name) => `--${name}`);
    throw new CommandLineError(`${problem.replace(/\.$/, '')}. Expected options: ${known.join(', ')}`);
  }
}

/** A number option from `minimum` to `maximum`, both included. */
export function wholeNumber(minimum: number, maximum: number) {
  const range = `Expected a whole number from ${minimum} to ${maximum}`;
  return z
    .string(range)
    .regex(/^\d+$/, range)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, range);
}

export const wakeOption = z.enum(wakeModes, `Expected ${wakeModes.join(' or ')}`).default('schedule');

/** @throws {CommandLineError} if the file cannot be read, or an `InvalidInputError` with every problem if it is no policy */
export function checkPolicyFile(file: string): void {
  try {
    readFileSync(file);
  } catch (error) {
    throw new CommandLineError(`--policy: Expected a readable file, got ${file} (${codeOf(error)})`);
  }
  loadPolicy(file);
}

/** The system's code, such as ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
