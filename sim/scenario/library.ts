/** The scenarios that come with the project, by name. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = `${import.meta.dirname}/../scenarios`;

export function scenarioFiles(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(folder, name));
}

/** A file, or what a name stands for: `s02-gray-failure`, or the first part of it that is nobody else's. */
export function scenarioFile(nameOrFile: string): string {
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = scenarioFiles();
  const named = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.yml$/, '');
  const found = all.find((file) => named(file) === nameOrFile);
  const [only, another] = all.filter((file) => named(file).startsWith(nameOrFile));
  const file = found ?? (another === undefined ? only : undefined);
  if (file !== undefined) return file;
  throw new Error(`Expected a file or one of ${all.map(named).join(', ')}, got ${nameOrFile}`);
}
