/** Runs the demo: `npm start`. Exits with 1 if the group was not moved out of the unhealthy Region, or not moved back. */
import * as z from 'zod';
import { checkPolicyFile, readArguments, runCommand, wholeNumber } from '../command-line.ts';
import { runDemo } from './run.ts';

const usage = `npm start -- [options]
us-east-1 fails 30 % of its calls for half an hour; the monitor moves the group to us-west-2 and back, over the wire.
  --seed N        which callers call (default 1)
  --policy FILE   the policy of the monitor (default sim/policy.yml)
  --help          prints this text
Exits with 1 if the group is not moved out of us-east-1 and back, for example under a policy in mode observe.`;

const optionsSchema = z.object({
  seed: wholeNumber(0, 999_999_999).prefault('1'),
  policy: z.string().default(`${import.meta.dirname}/../policy.yml`),
});

async function run(): Promise<number> {
  const { options } = readArguments(
    { options: { seed: { type: 'string' }, policy: { type: 'string' } } },
    optionsSchema,
  );
  checkPolicyFile(options.policy);
  return (await runDemo({ seed: options.seed, policyFile: options.policy }, console.log)) ? 0 : 1;
}

await runCommand({ usage, run });
