/** Runs a scenario: `npm run scenario -- s02-gray-failure`. Exits with 1 if an expectation is not met. */
import * as z from 'zod';
import {
  checkPolicyFile,
  CommandLineError,
  readArguments,
  runCommand,
  wakeOption,
  wholeNumber,
} from '../command-line.ts';
import { loadScenario } from './format/load.ts';
import { scenarioFile, scenarioFiles } from './library.ts';
import { runAndPrint } from './report.ts';

const usage = `npm run scenario -- [FILE|NAME] [options]
Runs a scenario on the local AWS. Without a name it lists the scenarios. docs/scenarios.md describes the file format.
  --seed N        other callers (default: the scenario's own seed)
  --policy FILE   replaces the scenario's policy
  --wake alarms   the monitor runs as with wake: alarms of a stage; the expectations count on a run every minute
  --json          one JSON object per minute, and one for the expectations
  --report FILE   writes the run as one HTML file, beside the same callers without a monitor
  --help          prints this text`;

const optionsSchema = z.object({
  seed: wholeNumber(0, 999_999_999).optional(),
  policy: z.string().optional(),
  report: z.string().min(1).optional(),
  wake: wakeOption,
  json: z.boolean().default(false),
});

function printTitle(file: string): void {
  const { name, shows } = loadScenario(file);
  console.log(`${name.padEnd(32)}  ${shows.trim()}`);
}

async function run(): Promise<number> {
  const { options, positionals } = readArguments(
    {
      allowPositionals: true,
      options: {
        seed: { type: 'string' },
        policy: { type: 'string' },
        report: { type: 'string' },
        wake: { type: 'string' },
        json: { type: 'boolean' },
      },
    },
    optionsSchema,
  );
  const { seed, policy, report, json, wake } = options;
  const [name, ...more] = positionals;
  if (more.length > 0) throw new CommandLineError(`Expected one scenario, got ${positionals.join(', ')}`);
  if (policy !== undefined) checkPolicyFile(policy);
  if (name === undefined) {
    scenarioFiles().forEach(printTitle);
    return 0;
  }
  const scenario = loadScenario(scenarioFile(name));
  const reportOptions = {
    policyFile: policy,
    wake,
    reportFile: report,
    format: json ? ('json' as const) : ('text' as const),
  };
  return (await runAndPrint({ ...scenario, seed: seed ?? scenario.seed }, reportOptions, console.log)) ? 0 : 1;
}

// A reader such as `head` closes the pipe early. That is not an error.
process.stdout.on('error', () => process.exit());

await runCommand({ usage, run });
