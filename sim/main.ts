/** Serves the local AWS and its console in the foreground: `npm run sim -- --port 4599`. Ctrl-C ends it. */
import * as z from 'zod';
import {
  checkPolicyFile,
  codeOf,
  CommandLineError,
  readArguments,
  runCommand,
  wakeOption,
  wholeNumber,
} from './command-line.ts';
import { maxSpeed } from './controls/requests.ts';
import { type LocalAws } from './local-aws.ts';
import { monitorRegion } from './stack.ts';
import { consoleUrl, serve, warmUpMinutes } from './serve.ts';
import { packagedTemplate, packageFolder, permissionsOf } from './wire/iam/packaged.ts';
import type { Permissions } from './wire/iam/permissions.ts';

/** The fault began long enough before the start to be proven at once. */
const provenFaultMinutes = 10;

const usage = `npm run sim -- [options]
Serves the local AWS and its console on 127.0.0.1 and invokes the deployed functions on their schedules. Ctrl-C ends it.
  --port N               port to listen on (default 4599; 0: any free port)
  --seed N               which callers call (default 1); not with a --state that exists
  --policy FILE          the policy of the deployed functions (default sim/policy.yml)
  --speed N              times as fast as real time, from 1 to ${maxSpeed} (default 1, or as --state has it); the console
                         changes it
  --unhealthy-after N    us-east-1 fails 30 % of its calls from N minutes after the start; 0: since ten minutes before it;
                         not with a --state that exists
  --wake alarms          alarms wake the monitor, as with wake: alarms of a stage (default schedule)
  --no-schedules         do not invoke the functions; otherwise the monitor runs every minute, the session inventory every 5,
                         preflight and the weekly drills every 30
  --state FILE           goes on where the local AWS of this file ended, and writes it every simulated minute and at the end; a
                         new file begins a new world
  --shards N             the lister deals the groups into so many shards, from 2 to 100 (default: the monitor decides all of them)
  --enforce-permissions  restricts the functions to the roles of the last npm run package
  --help                 prints this text`;

const optionsSchema = z.object({
  port: wholeNumber(0, 65_535).prefault('4599'),
  seed: wholeNumber(0, 999_999_999).optional(),
  policy: z.string().default(`${import.meta.dirname}/policy.yml`),
  speed: wholeNumber(1, maxSpeed).optional(),
  state: z.string().min(1, 'Expected the name of a file').optional(),
  'unhealthy-after': wholeNumber(0, 10_000).optional(),
  wake: wakeOption,
  schedules: z.boolean().default(true),
  shards: wholeNumber(2, 100).optional(),
  'enforce-permissions': z.boolean().default(false),
});

function unhealthyFromMinute(unhealthyAfter: number | undefined): number | undefined {
  if (unhealthyAfter === undefined) return undefined;
  return warmUpMinutes + (unhealthyAfter === 0 ? -provenFaultMinutes : unhealthyAfter);
}

function packagedPermissions(): Permissions {
  try {
    return permissionsOf(packagedTemplate(packageFolder), monitorRegion);
  } catch (error) {
    throw new CommandLineError(
      `--enforce-permissions: Expected a packaged template in ${packageFolder}/, which npm run package makes (${codeOf(error)})`,
    );
  }
}

function rolesLine(permissions: Permissions): string {
  return `Restricted to their roles in ${packageFolder}/: ${[...permissions.functionNames]
    .map(([accessKeyId, name]) => `${name} (${accessKeyId})`)
    .join(', ')}. Requests with any other access key are allowed.`;
}

function banner(aws: LocalAws, hasSchedules: boolean): string {
  const { url } = aws.server;
  return `Console: ${consoleUrl(aws)}
Local AWS at ${url}, in every Region. In another shell:

  export AWS_ENDPOINT_URL=${url} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1
  npm run invoke:local -- -f monitor -p events/scheduled.json
  npm run invoke -- -f monitor
  npm run invoke -- -f operate -p events/operate-status.json
  npm run invoke -- -f preflight
  aws chime-sdk-voice list-voice-connector-groups --endpoint-url $AWS_ENDPOINT_URL
  curl $AWS_ENDPOINT_URL/_sim/faults     also /_sim/settings, /_sim/state, /_sim/requests, /_sim/events, /_sim/misbehaviour

Group main-line: priority 1 is vc-east in us-east-1, priority 2 is vc-west in us-west-2.
${
  hasSchedules
    ? `The schedules run: the monitor is invoked ${aws.wake === 'alarms' ? 'every 5 minutes, by alarms at once, and every minute while anything is going on' : 'every minute'}. Ctrl-C ends it.`
    : 'No schedules run: a drill ends, and a failure is acted on, only when you invoke the monitor. Ctrl-C ends it.'
}`;
}

async function run(): Promise<number> {
  const { options } = readArguments(
    {
      allowNegative: true,
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        policy: { type: 'string' },
        speed: { type: 'string' },
        'unhealthy-after': { type: 'string' },
        state: { type: 'string' },
        wake: { type: 'string' },
        schedules: { type: 'boolean' },
        shards: { type: 'string' },
        'enforce-permissions': { type: 'boolean' },
      },
    },
    optionsSchema,
  );
  checkPolicyFile(options.policy);
  const permissions = options['enforce-permissions'] ? packagedPermissions() : undefined;
  const { port, seed, speed, shards, wake, policy: policyFile, schedules: hasSchedules, state } = options;
  const origin = { seed, unhealthyFromMinute: unhealthyFromMinute(options['unhealthy-after']) };
  await serve(
    { port, origin, speed, shards, wake, usualSpeed: 1, policyFile, state, hasSchedules, permissions },
    (aws) => {
      const roles = permissions === undefined ? '' : `\n\n${rolesLine(permissions)}`;
      return `${banner(aws, hasSchedules)}${roles}`;
    },
  );
  return 0;
}

await runCommand({ usage, run });
