/** npm run config -- --stage prod: checks the settings of a stage together with its policy, and prints them. */
import { loadPolicy } from '../infra/policy-text.ts';
import { loadStageSettings, NoStageFileError, stageFile, type StageSettings } from '../infra/stage-settings.ts';
import { formatValue } from '../lib/input/format-value.ts';
import { UnreadablePolicyError, type Policy } from '../lib/input/policy.ts';
import { InvalidInputError } from '../lib/input/validation.ts';

function formatSetting(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function formatGroups({ defaults, groups }: Policy): readonly string[] {
  const own = [...groups].map(([name, { mode }]) => `  ${name}: mode ${mode}`);
  return [...own, `  every other group: mode ${defaults.mode}`];
}

function print(stage: string, settings: StageSettings, policy: Policy): void {
  console.log(`${stageFile(stage)} is valid, and so is its policy.\n`);
  for (const [name, value] of Object.entries(settings)) console.log(`  ${name}: ${formatSetting(value)}`);
  console.log(`\n${settings.policy}, version ${policy.hash}:\n${formatGroups(policy).join('\n')}\n`);
  for (const [topic, addresses] of Object.entries(settings.alerts)) {
    if (addresses.length === 0)
      console.log(`Nobody is subscribed to the topic ${topic}: name addresses in alerts, or subscribe by hand.`);
  }
}

/** @throws InvalidInputError */
function stageIn(args: readonly string[]): string {
  const [option, stage, ...others] = args;
  if (option === '--stage' && stage !== undefined && others.length === 0) return stage;
  const given = args.length === 0 ? 'nothing' : formatValue(args.join(' '));
  throw new InvalidInputError('npm run config', [
    `the arguments: Expected a stage, for example: npm run config -- --stage prod, got ${given}`,
  ]);
}

try {
  const stage = stageIn(process.argv.slice(2));
  const settings = loadStageSettings(stage);
  print(stage, settings, loadPolicy(settings.policy));
} catch (error) {
  const isExpected =
    error instanceof InvalidInputError || error instanceof NoStageFileError || error instanceof UnreadablePolicyError;
  if (!isExpected) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
