/** The results of the jobs that are finished, so that a benchmark that was interrupted goes on where it stopped. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as z from 'zod';
import type { Job, JobResult } from './job.ts';

/** One line per finished job. Its result is serialised by V8, because JSON has no infinity. */
const entrySchema = z.object({ sources: z.string(), job: z.string(), result: z.string() });

const root = join(import.meta.dirname, '..');

/** Runs a job: its result depends on what this file imports, and on the job itself. */
const entryPoint = join(import.meta.dirname, 'job.ts');

/** @returns a digest of the sources that run the jobs: what merely reports their results may change */
export function digestOfSources(): string {
  const digest = createHash('sha256');
  for (const file of sourcesOf(entryPoint).sort()) {
    digest.update(relative(root, file)).update('\0').update(readFileSync(file));
  }
  return digest.digest('hex').slice(0, 16);
}

/** A file and all that it imports of this project. Types change no result. */
export function sourcesOf(entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, imported = ''] of readFileSync(file, 'utf8').matchAll(valueImports)) {
      found.add(join(dirname(file), imported));
    }
  }
  return [...found];
}

const valueImports = /^(?:import|export)(?! type)\b[^;']*'(\.[^']+)';$/gm;

export class Journal {
  readonly #path: string;
  readonly #sources: string;
  readonly #results: Map<string, JobResult>;

  /**
   * @param path of the file, which is created with the first result
   * @param sources digest of the sources
   * @throws Error if the file holds results of other sources: results of two versions must not be added up
   */
  constructor(path: string, sources: string) {
    this.#path = path;
    this.#sources = sources;
    this.#results = new Map(readEntries(path, sources));
  }

  resultOf(job: Job): JobResult | undefined {
    return this.#results.get(JSON.stringify(job));
  }

  add(job: Job, result: JobResult): void {
    const key = JSON.stringify(job);
    this.#results.set(key, result);
    mkdirSync(dirname(this.#path), { recursive: true });
    const entry = { sources: this.#sources, job: key, result: serialize(result).toString('base64') };
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  /** Once the whole benchmark is finished and written. */
  delete(): void {
    rmSync(this.#path, { force: true });
  }
}

function readEntries(path: string, sources: string): readonly (readonly [string, JobResult])[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // The interruption may have cut off the last line.
  if (whole.length < text.length) writeFileSync(path, whole);
  const entries = whole
    .split('\n')
    .filter(Boolean)
    .map((line) => entrySchema.parse(JSON.parse(line)));
  if (entries.some((entry) => entry.sources !== sources)) {
    throw new Error(`${path} holds results of other sources. Delete it, or choose another --out.`);
  }
  return entries.map(({ job, result }) => [job, resultFrom(result)]);
}

const kinds: ReadonlySet<unknown> = new Set<JobResult['kind']>(['healthy', 'outages', 'delays', 'recoveries']);

/** The entry has the digest of these very sources, so that its kind tells its shape. */
function isResult(value: unknown): value is JobResult {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind);
}

function resultFrom(text: string): JobResult {
  const value: unknown = deserialize(Buffer.from(text, 'base64'));
  if (!isResult(value)) throw new TypeError('the entry of a finished job holds no result');
  return value;
}
