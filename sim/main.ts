/** Serves the local AWS in the foreground, in real time: `npm run sim -- --port 4599`. Ctrl-C ends it. */
import { setInterval } from 'node:timers/promises';
import * as z from 'zod';
import { checkPolicyFile, codeOf, CommandLineError, readArguments, runCommand, wholeNumber } from './command-line.ts';
import { LocalAws, monitorRegion } from './local-aws.ts';
import { invokeDueSchedules } from './schedules.ts';
import { mainLine, twoRegions } from './two-regions.ts';
import { packagedTemplate, packageFolder, permissionsOf } from './wire/iam/packaged.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { FaultSpec } from './world/spec.ts';

const minuteMs = 60_000;

/** Simulated history before the start, so that the first run has metrics to judge. */
const warmUpMinutes = 65;

/** The fault began long enough before the start to be proven at once. */
const provenFaultMinutes = 10;

const usage = `npm run sim -- [options]
Serves the local AWS on 127.0.0.1 and invokes the deployed functions on their schedules. Ctrl-C ends it.
  --port N               port to listen on (default 4599; 0: any free port)
  --seed N               which callers call (default 1)
  --policy FILE          the policy of the deployed functions (default sim/policy.yml)
  --unhealthy-after N    us-east-1 fails 30 % of its calls from N minutes after the start; 0: since ten minutes before it
  --no-schedules         do not invoke the functions; otherwise the monitor runs every minute, the session inventory every 5,
                         preflight and the weekly drills every 30
  --enforce-permissions  restricts the functions to the roles of the last npm run package
  --help                 prints this text`;

const optionsSchema = z.object({
  port: wholeNumber(0, 65_535).prefault('4599'),
  seed: wholeNumber(0, 999_999_999).prefault('1'),
  policy: z.string().default(`${import.meta.dirname}/policy.yml`),
  'unhealthy-after': wholeNumber(0, 10_000).optional(),
  schedules: z.boolean().default(true),
  'enforce-permissions': z.boolean().default(false),
});

function faultsOf(unhealthyAfter: number | undefined): readonly FaultSpec[] {
  return unhealthyAfter === undefined
    ? []
    : [
        {
          fromMinute: unhealthyAfter === 0 ? warmUpMinutes - provenFaultMinutes : warmUpMinutes + unhealthyAfter,
          untilMinute: Number.MAX_SAFE_INTEGER,
          where: { region: 'us-east-1' },
          what: { kind: 'sip-5xx', ratio: 0.3 },
        },
      ];
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

function banner({ server }: LocalAws, hasSchedules: boolean): string {
  return `Local AWS at ${server.url}, in every Region. In another shell:

  export AWS_ENDPOINT_URL=${server.url} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1
  npm run invoke:local -- -f monitor -p events/scheduled.json
  npm run invoke -- -f monitor
  npm run invoke -- -f operate -p events/operate-status.json
  npm run invoke -- -f preflight
  aws chime-sdk-voice list-voice-connector-groups --endpoint-url $AWS_ENDPOINT_URL
  curl $AWS_ENDPOINT_URL/_sim/state     also /_sim/requests, /_sim/events, /_sim/misbehaviour

Group main-line: priority 1 is vc-east in us-east-1, priority 2 is vc-west in us-west-2.
${
  hasSchedules
    ? 'The schedules run: the monitor is invoked every minute. Ctrl-C ends it.'
    : 'No schedules run: a drill ends, and a failure is acted on, only when you invoke the monitor. Ctrl-C ends it.'
}`;
}

async function start(options: z.output<typeof optionsSchema>, permissions: Permissions | undefined): Promise<LocalAws> {
  const startedAt = Math.floor(Date.now() / minuteMs) * minuteMs;
  try {
    return await LocalAws.start({
      world: twoRegions(options.seed, startedAt - warmUpMinutes * minuteMs, faultsOf(options['unhealthy-after'])),
      groups: [mainLine],
      policyFile: options.policy,
      port: options.port,
      permissions,
    });
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const problem = code === 'EADDRINUSE' ? 'is already in use' : 'needs privileges';
    throw new CommandLineError(`--port: ${options.port} ${problem} on 127.0.0.1; Expected a free port, or 0 for any`);
  }
}

async function run(): Promise<number> {
  const { options } = readArguments(
    {
      allowNegative: true,
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        policy: { type: 'string' },
        'unhealthy-after': { type: 'string' },
        schedules: { type: 'boolean' },
        'enforce-permissions': { type: 'boolean' },
      },
    },
    optionsSchema,
  );
  checkPolicyFile(options.policy);
  const permissions = options['enforce-permissions'] ? packagedPermissions() : undefined;
  const local = await start(options, permissions);
  local.simulateUntil(Date.now());
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      ended.abort();
    });
  console.log(banner(local, options.schedules));
  if (permissions !== undefined) console.log(`\n${rolesLine(permissions)}`);
  await serve(local, options.schedules, ended.signal);
  await local.close();
  return 0;
}

async function serve(local: LocalAws, hasSchedules: boolean, ended: AbortSignal): Promise<void> {
  try {
    let minute = 0;
    for await (const aws of setInterval(1000, local, { signal: ended })) {
      if (aws.catchUp().length === 0) continue;
      minute += 1;
      if (hasSchedules) await invokeDueSchedules(aws, minute, console.log);
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}

await runCommand({ usage, run });
