/** The scenarios of this project, by name. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = `${import.meta.dirname}/../scenarios`;

export function scenarioFiles(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(folder, name));
}

/** The path of a scenario, given as a file, as a name such as `s02-gray-failure`, or as a unique prefix of a name such as `s02`. */
export function scenarioFile(nameOrFile: string): string {
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = scenarioFiles();
  const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.yml$/, '');
  const exact = all.find((file) => nameOf(file) === nameOrFile);
  const [only, another] = all.filter((file) => nameOf(file).startsWith(nameOrFile));
  const file = exact ?? (another === undefined ? only : undefined);
  if (file !== undefined) return file;
  throw new Error(`Expected a file or one of ${all.map(nameOf).join(', ')}, got ${nameOrFile}`);
}
