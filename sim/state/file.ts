/** The file of `--state`. */
import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import * as z from 'zod';
import { codeOf, CommandLineError } from '../command-line.ts';
import { stateSchema } from './state.ts';

/** To be raised whenever an older file would be read wrongly. */
const version = 1;

const headerSchema = z.object({ format: z.literal('voice-connector-failover local AWS'), version: z.number() });

const fileSchema = z.object({
  /** How the world began. */
  world: z.object({
    seed: z.number(),
    startsAt: z.number(),
    /** Undefined: us-east-1 fails by a fault only that was switched on. */
    unhealthyFromMinute: z.number().optional(),
  }),
  state: stateSchema,
});

export type StateFile = z.output<typeof fileSchema>;
export type WrittenStateFile = z.input<typeof fileSchema>;

/**
 * Undefined if there is no such file yet.
 *
 * @throws {CommandLineError} for a file that this version cannot read, which is left as it is
 */
export function readStateFile(path: string): StateFile | undefined {
  if (!existsSync(path)) return undefined;
  const value = parsedJson(path);
  const header = headerSchema.safeParse(value);
  if (!header.success) throw unusable(path, 'is no file of --state');
  if (header.data.version !== version) {
    throw unusable(path, `has version ${header.data.version}, and this program reads version ${version}`);
  }
  const file = fileSchema.safeParse(value);
  if (file.success) return file.data;
  const [first] = file.error.issues;
  const more = file.error.issues.length - 1;
  const place = `${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`;
  throw unusable(path, `is damaged at ${place}${more === 0 ? '' : ` and ${more} other places`}`);
}

function parsedJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, `cannot be read (${codeOf(error)})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(path, `is damaged: its ${text.length} characters are no JSON`);
  }
}

function unusable(path: string, problem: string): CommandLineError {
  return new CommandLineError(
    `--state: ${path} ${problem}. Expected a file that --state wrote, or the name of a new one; it was left as it is`,
  );
}

/**
 * Replaces the file as a whole: a reader, or a program after a crash, finds the old one or the new one.
 *
 * @throws {CommandLineError} if it cannot be written
 */
export async function writeStateFile(path: string, file: WrittenStateFile): Promise<void> {
  const temporary = `${path}.new`;
  const text = `${JSON.stringify({ format: headerSchema.shape.format.value, version, ...file })}\n`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    throw new CommandLineError(`--state: ${path} cannot be written (${codeOf(error)})`, { cause: error });
  }
}
