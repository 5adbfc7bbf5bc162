/** Serves the local AWS in the foreground, in real time: `npm run sim -- --port 4599`. Ends with Ctrl-C. */
import { setInterval } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LocalAws, monitorRegion } from './local-aws.ts';
import { mainLine, twoRegions } from './two-regions.ts';
import { packagedTemplate, packageFolder, permissionsOf } from './wire/iam/packaged.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { FaultSpec } from './world/spec.ts';

const minuteMs = 60_000;

/** History before now, so that the first turn has something to judge. */
const warmUpMinutes = 65;

const usage = `npm run sim -- [options]
  --port N          where to listen on 127.0.0.1 (default 4599; 0: any free port)
  --seed N          which callers call (default 1)
  --policy FILE     the policy of the functions behind Invoke (default sim/policy.yml)
  --sick-after N    us-east-1 fails 30 % of its calls from N minutes after the start; 0: it has for ten minutes already
  --schedules       invoke the monitor every minute, the sessions every 5 and preflight every 30, as the schedules do
  --enforce-permissions  hold the functions to the roles of the last npm run package`;

function whole(minimum: number, maximum: number) {
  const range = `Expected a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(range).int(range).min(minimum, range).max(maximum, range);
}

const optionsSchema = z.object({
  port: whole(0, 65_535).default(4599),
  seed: whole(0, 2 ** 31).default(1),
  policy: z.string().default(`${import.meta.dirname}/policy.yml`),
  'sick-after': whole(0, 10_000).optional(),
  schedules: z.boolean().default(false),
  'enforce-permissions': z.boolean().default(false),
});

type Options = z.output<typeof optionsSchema>;

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        policy: { type: 'string' },
        'sick-after': { type: 'string' },
        schedules: { type: 'boolean' },
        'enforce-permissions': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    return optionsSchema.parse(values);
  } catch (error) {
    const problems =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `--${path.join('')}: ${message}`)
        : [error instanceof Error ? error.message : String(error)];
    console.error([...problems, '', usage].join('\n'));
    process.exit(2);
  }
}

/** With 0 the fault began early enough to be proven by now. */
function faultsOf(sickAfter: number | undefined): readonly FaultSpec[] {
  return sickAfter === undefined
    ? []
    : [
        {
          fromMinute: sickAfter === 0 ? warmUpMinutes - 10 : warmUpMinutes + sickAfter,
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
    console.error(
      `--enforce-permissions: there is no template to enforce. npm run package makes it.\n  ${String(error)}`,
    );
    process.exit(2);
  }
}

function rolesLine(permissions: Permissions): string {
  return `Held to their roles in ${packageFolder}/: ${[...permissions.functionNames]
    .map(([accessKeyId, name]) => `${name} (${accessKeyId})`)
    .join(', ')}. Every other access key may do everything.`;
}

function banner({ server }: LocalAws): string {
  return `Local AWS at ${server.url}, in every Region. In another shell:

  export AWS_ENDPOINT_URL=${server.url} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1
  npm run invoke:local -- -f monitor -p events/scheduled.json
  npm run invoke -- -f monitor
  npm run invoke -- -f operate -p events/operate-status.json
  npm run invoke -- -f preflight
  aws chime-sdk-voice list-voice-connector-groups --endpoint-url $AWS_ENDPOINT_URL
  curl $AWS_ENDPOINT_URL/_sim/state     also /_sim/requests, /_sim/events, /_sim/misbehaviour

Group main-line has vc-east (us-east-1) first and vc-west (us-west-2) second. Ctrl-C ends it.`;
}

async function invokeBySchedule(aws: LocalAws, name: string): Promise<void> {
  const { payload, functionError } = await aws.invoke(name, JSON.stringify({}));
  const failed = functionError === undefined ? '' : ' FAILED';
  console.log(`${new Date(aws.clock.now()).toISOString()} ${name}${failed} ${payload}`);
}

const options = readOptions();
const permissions = options['enforce-permissions'] ? packagedPermissions() : undefined;
const startedAt = Math.floor(Date.now() / minuteMs) * minuteMs;
const local = await LocalAws.start({
  world: twoRegions(options.seed, startedAt - warmUpMinutes * minuteMs, faultsOf(options['sick-after'])),
  groups: [mainLine],
  policyFile: options.policy,
  port: options.port,
  permissions,
});
local.playUntil(Date.now());

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    ended.abort();
  });
console.log(banner(local));
if (permissions !== undefined) console.log(`\n${rolesLine(permissions)}`);

try {
  let minute = 0;
  for await (const aws of setInterval(1000, local, { signal: ended.signal })) {
    if (aws.catchUp().length === 0) continue;
    minute += 1;
    if (!options.schedules) continue;
    await invokeBySchedule(aws, 'monitor');
    if (minute % 5 === 0) await invokeBySchedule(aws, 'sessions');
    if (minute % 30 === 0) await invokeBySchedule(aws, 'preflight');
  }
} catch (error) {
  if (!ended.signal.aborted) throw error;
}
await local.close();
