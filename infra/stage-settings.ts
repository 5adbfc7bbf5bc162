/** config/<stage>.yml → {@link StageSettings}, checked as a whole. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type * as z from 'zod';
import { formatValue } from '../lib/input/format-value.ts';
import { sizeProblem } from '../lib/input/size-limits.ts';
import { InvalidInputError, parse } from '../lib/input/validation.ts';
import { stageSchema } from './stage-fields.ts';

export type StageSettings = Readonly<z.output<typeof stageSchema>>;

const checkedStage = stageSchema.refine(
  ({ wake, wakeAlarms }) => wake === 'schedule' || Object.keys(wakeAlarms).length > 0,
  { path: ['wakeAlarms'], message: 'Expected the Voice Connectors that have an alarm, because wake is alarms' },
);

const limits = { depth: 4, values: 1000, characters: 50_000 };

/** The archive's name, `voice-connector-failover-<stage>`, has at most 48 characters. */
const stageName = /^[a-z][a-z0-9-]{0,19}$/;

const folder = 'config';

/** @throws InvalidInputError if the name cannot be part of resource names */
export function stageFile(stage: string): string {
  if (!stageName.test(stage)) {
    const allowed = 'Expected a lower-case letter, then at most 19 lower-case letters, digits and dashes';
    throw new InvalidInputError('the stage', [`--stage: ${allowed}, got ${formatValue(stage)}`]);
  }
  return join(folder, `${stage}.yml`);
}

/** @throws InvalidInputError with every problem, its value and what is allowed */
export function parseStageSettings(text: string, file: string): StageSettings {
  if (text.length > limits.characters) {
    throw new InvalidInputError(file, [`Expected at most ${limits.characters} characters, got ${text.length}`]);
  }
  const settings = yamlIn(text, file);
  const tooLarge = sizeProblem(settings, limits);
  if (tooLarge !== undefined) throw new InvalidInputError(file, [tooLarge]);
  return parse(checkedStage, settings, file);
}

function yamlIn(text: string, file: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    throw new InvalidInputError(file, [`not YAML: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
}

/** There is no file for the stage. */
export class NoStageFileError extends Error {
  override readonly name = 'NoStageFileError';

  constructor(stage: string, file: string) {
    super(
      `The stage ${stage} has no settings: there is no ${file}. Make one from the example, which explains every setting: cp ${folder}/example.yml ${file}`,
    );
  }
}

/**
 * @param repository the folder that contains `config/`
 * @throws NoStageFileError, or InvalidInputError with every problem
 */
export function loadStageSettings(stage: string, repository = '.'): StageSettings {
  const file = stageFile(stage);
  const path = join(repository, file);
  if (!existsSync(path)) throw new NoStageFileError(stage, file);
  return parseStageSettings(readFileSync(path, 'utf8'), file);
}

/** The only Region of the stage, if `--region` names none: with several, any default would be the wrong one for somebody. */
export function chosenRegion({ regions }: StageSettings, stage: string, named: string | undefined): string {
  const [only] = regions.length === 1 ? regions : [];
  const chosen = named ?? only;
  if (chosen !== undefined && regions.includes(chosen)) return chosen;
  throw new InvalidInputError(stageFile(stage), [
    `--region: Expected one of its regions, ${regions.join(' or ')}, got ${named === undefined ? 'nothing' : formatValue(named)}`,
  ]);
}
