/** Parts of a history that were read, in a folder: a reading that was cut short goes on where it ended. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Minute } from '../lib/core/model/observation.ts';
import type { Part } from './reading-plan.ts';

/** By Voice Connector id. */
export type PartReading = ReadonlyMap<string, readonly Minute[]>;

const minuteSchema = z.looseObject({ startsAt: z.number() }).catchall(z.number());
const readingSchema = z.record(z.string(), z.array(minuteSchema));

export class Cache {
  readonly #folder: string;

  /** @param identity what makes the same part of another account another one */
  constructor(folder: string, identity: readonly string[]) {
    const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
    this.#folder = join(folder, hash);
  }

  read(part: Part): PartReading | undefined {
    if (!part.isComplete) return undefined;
    const parsed = readingSchema.safeParse(jsonIn(this.#fileOf(part)));
    return parsed.success ? new Map(Object.entries(parsed.data)) : undefined;
  }

  /** A part that is still growing is not kept. */
  write(part: Part, reading: PartReading): void {
    if (!part.isComplete) return;
    mkdirSync(this.#folder, { recursive: true });
    const file = this.#fileOf(part);
    writeFileSync(`${file}.part`, JSON.stringify(Object.fromEntries(reading)));
    // A file that is there is whole, even if the process is killed while it writes.
    renameSync(`${file}.part`, file);
  }

  #fileOf({ resolution, from, until }: Part): string {
    const name = [from, until].map((at) => new Date(at).toISOString().slice(0, 16).replace(':', '')).join('_');
    return join(this.#folder, `${resolution}_${name}.json`);
  }
}

/** Undefined where there is no such file, or it is damaged: the part is then read again. */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}
