/** The scenarios that come with the project, by name. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = `${import.meta.dirname}/../scenarios`;

const filesIn = (where: string): readonly string[] =>
  readdirSync(where)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(where, name));

export const committedScenarios = (): readonly string[] => filesIn(folder);

/** Written with the right behaviour, which the monitor does not show yet. */
export const pendingScenarios = (): readonly string[] => {
  const pending = join(folder, 'pending');
  return existsSync(pending) ? filesIn(pending) : [];
};

/** A file, or what a name stands for: `s02-gray-failure`, or the first part of it that is nobody else's. */
export const scenarioFile = (nameOrFile: string): string => {
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = [...committedScenarios(), ...pendingScenarios()];
  const named = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.yml$/, '');
  const found = all.find((file) => named(file) === nameOrFile);
  const [only, another] = all.filter((file) => named(file).startsWith(nameOrFile));
  const file = found ?? (another === undefined ? only : undefined);
  if (file !== undefined) return file;
  throw new Error(`Expected a file or one of ${all.map(named).join(', ')}, got ${nameOrFile}`);
};
