/** Plays a scenario: `npm run scenario -- s02-gray-failure`. Exits with 1 if it did not come to what it must. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadPolicy } from '../../lib/input/policy.ts';
import { whole } from './format/fields.ts';
import { loadScenario } from './format/load.ts';
import { scenarioFile, scenarioFiles } from './library.ts';
import { report } from './report.ts';

const usage = `npm run scenario -- [FILE|NAME] [options]
  --seed N        other callers (default: the scenario's own seed)
  --policy FILE   instead of the scenario's policy
  --json          one JSON object per minute, and one for the expectations
Without a name it lists the scenarios. docs/scenarios.md says how to write one.`;

const seedSchema = z
  .string()
  .transform(Number)
  .pipe(whole(0, 2 ** 31));

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      policy: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new Error(`Expected one scenario, got ${positionals.join(', ')}`);
  const seed = values.seed === undefined ? undefined : seedSchema.safeParse(values.seed);
  if (seed?.success === false) {
    throw new Error(`--seed: ${seed.error.issues.map(({ message }) => message).join()}, got ${values.seed}`);
  }
  if (values.policy !== undefined) loadPolicy(values.policy);
  return { ...values, name, seed: seed?.data };
}

function print(file: string): void {
  const { name, shows } = loadScenario(file);
  console.log(`${name.padEnd(32)}  ${shows.trim()}`);
}

async function run(): Promise<number> {
  const { help, name, seed, policy, json } = readArguments();
  if (help || name === undefined) {
    if (help) console.log(usage);
    else scenarioFiles().forEach(print);
    return 0;
  }
  const scenario = loadScenario(scenarioFile(name));
  const options = { policyFile: policy, format: json ? ('json' as const) : ('text' as const) };
  return (await report({ ...scenario, seed: seed ?? scenario.seed }, options, console.log)) ? 0 : 1;
}

// Whoever reads only the first lines, as `head` does, has seen enough.
process.stdout.on('error', () => process.exit());

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
