/**
 * Runs the demo: `npm start`. Exits with 1 if the group was not moved out of the unhealthy Region, or not moved back.
 * With `--serve` it serves the console instead, on a world without faults.
 */
import * as z from 'zod';
import { checkPolicyFile, CommandLineError, readArguments, runCommand, wholeNumber } from '../command-line.ts';
import { maxSpeed } from '../controls/requests.ts';
import { consoleUrl, serve } from '../serve.ts';
import { runDemo } from './run.ts';

const usage = `npm start -- [options]
us-east-1 fails 30 % of its calls for half an hour; the monitor moves the group to us-west-2 and back, over the wire.
  --seed N        which callers call (default 1); not with a --state that exists
  --policy FILE   the policy of the monitor (default sim/policy.yml)
  --serve         serves a console in the browser instead, in which you break things and watch the monitor. Ctrl-C ends it
  --port N        with --serve: port to listen on (default 4599; 0: any free port)
  --speed N       with --serve: times as fast as real time, from 1 to ${maxSpeed} (default 60: a minute takes a second)
  --state FILE    with --serve: goes on where the local AWS of this file ended, and writes it every simulated minute and at the end;
                  a new file begins a new world
  --help          prints this text
Exits with 1 if the group is not moved out of us-east-1 and back, for example under a policy in mode observe.`;

const optionsSchema = z.object({
  seed: wholeNumber(0, 999_999_999).optional(),
  policy: z.string().default(`${import.meta.dirname}/../policy.yml`),
  serve: z.boolean().default(false),
  port: wholeNumber(0, 65_535).optional(),
  speed: wholeNumber(1, maxSpeed).optional(),
  state: z.string().min(1, 'Expected the name of a file').optional(),
});

async function run(): Promise<number> {
  const { options } = readArguments(
    {
      options: {
        seed: { type: 'string' },
        policy: { type: 'string' },
        serve: { type: 'boolean' },
        port: { type: 'string' },
        speed: { type: 'string' },
        state: { type: 'string' },
      },
    },
    optionsSchema,
  );
  const { seed, policy: policyFile, port = 4599, speed, state } = options;
  if (!options.serve && (options.port ?? speed ?? state) !== undefined) {
    throw new CommandLineError('--port, --speed and --state: Expected --serve with them');
  }
  checkPolicyFile(policyFile);
  if (!options.serve) return (await runDemo({ seed: seed ?? 1, policyFile }, console.log)) ? 0 : 1;
  await serve(
    { port, origin: { seed }, speed, usualSpeed: 60, policyFile, state, hasSchedules: true },
    (aws) => `Open ${consoleUrl(aws)} in a browser: break a Region there and see the group moved.
A simulated minute takes ${(60 / aws.controls.settings.speed).toPrecision(2)} s. Each run of a function is printed here. Ctrl-C ends it.`,
  );
  return 0;
}

await runCommand({ usage, run });
