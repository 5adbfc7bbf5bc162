/** Parses a scenario file, or reports all of its problems at once. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { InvalidInputError, problemsOf } from '../../../lib/input/validation.ts';
import { scenarioSchema, type Scenario } from './body.ts';
import { contradictions, type Sections } from './contradictions.ts';

/** The sections that are valid by themselves, so that one mistake does not hide contradictions between others. */
function validSections(raw: unknown): Sections {
  const object = z.record(z.string(), z.unknown()).safeParse(raw);
  const partial = scenarioSchema.partial().safeParse(
    Object.fromEntries(
      Object.entries(object.data ?? {}).filter(([key, value]) => {
        const schema = z.record(z.string(), z.custom<z.ZodType>()).parse(scenarioSchema.shape)[key];
        return schema?.safeParse(value).success === true;
      }),
    ),
  );
  return partial.data ?? {};
}

/** @throws InvalidInputError with every problem: the value and what is allowed */
export function parseScenario(source: string, yaml: string): Scenario {
  let raw: unknown;
  try {
    raw = parseYaml(yaml);
  } catch (cause) {
    throw new InvalidInputError(source, [`not YAML: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  const parsed = scenarioSchema.safeParse(raw);
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error, raw)),
    ...contradictions(parsed.success ? parsed.data : validSections(raw)),
  ];
  if (!parsed.success || problems.length > 0) throw new InvalidInputError(source, problems);
  return { ...parsed.data, name: basename(source, '.yml') };
}

/** @throws InvalidInputError, or an error with the cause if the file cannot be read */
export function loadScenario(file: string): Scenario {
  let yaml: string;
  try {
    yaml = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`reading the scenario ${file}`, { cause });
  }
  return parseScenario(file, yaml);
}
