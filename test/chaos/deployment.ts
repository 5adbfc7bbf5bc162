/** The unmodified handlers in the test's process, with simulated time: a timeout takes no longer than an answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject, vi } from 'vitest';
import { accountId } from '../../sim/account/account.ts';
import { accessKeyIdOf } from '../../sim/lambda/credentials.ts';
import type { SimClock } from '../../sim/clock.ts';
import { packagedTemplate } from '../../sim/wire/iam/packaged.ts';
import { Permissions } from '../../sim/wire/iam/permissions.ts';
import { rolesOf } from '../../sim/wire/iam/roles.ts';
import { eventBusName, overridesPath, outboxQueueName } from '../../sim/stack.ts';
import { packagedPolicy } from '../../infra/policy-text.ts';
import { startAws, type TestAws } from '../wire-support/account.ts';
import { enforced } from '../wire-support/turns.ts';
import { SimulatedTime } from './simulated-time.ts';

export type FunctionName = 'monitor' | 'sessions';

/** How an invocation ended, as its caller sees it. */
export type Ending =
  | { readonly kind: 'returned'; readonly result: unknown }
  | { readonly kind: 'threw'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'timed out' };

export type Invocation = { readonly ending: Ending; readonly lines: readonly string[] };

/** An account and a function in it, in one Region or several, warm from its first invocation on. */
export type Case = {
  readonly aws: TestAws;
  readonly time: SimulatedTime;
  /** In the first Region. */
  readonly invoke: () => Promise<Invocation>;
  /** In this Region. */
  readonly invokeIn: (region: string) => Promise<Invocation>;
  /** In all Regions at the same moment. */
  readonly invokeEverywhere: () => Promise<readonly Ending[]>;
};

type Handler = (event: unknown, context: object) => Promise<unknown>;

/** The timeouts in serverless.yml. */
const timeoutSeconds: Readonly<Record<FunctionName, number>> = { monitor: 50, sessions: 120 };

/** The permissions of the functions in all these Regions. */
function permissionsIn(regions: readonly string[]): Permissions {
  const template = packagedTemplate(inject('packageFolder'));
  const roles = regions.flatMap((region) => rolesOf(template, { accountId, region }));
  return new Permissions(
    [...Map.groupBy(roles, ({ functionName }) => functionName).values()].flatMap(([role, ...others]) =>
      role === undefined ? [] : [{ ...role, statements: [role, ...others].flatMap(({ statements }) => statements) }],
    ),
  );
}

/** Runs cases one after the other, each in its own account and with simulated time. */
export function chaosIn(regions: readonly string[] = ['us-east-1']) {
  let clock: SimClock | undefined;
  const time = new SimulatedTime(() => clock!);
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const policyFile = join(directory, 'policy.json');
  writeFileSync(policyFile, JSON.stringify(packagedPolicy(enforced, 'policy.yml')));
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });
  const permissions = permissionsIn(regions);

  return async <Answer>(name: FunctionName, act: (one: Case) => Promise<Answer>): Promise<Answer> => {
    const closing: (() => Promise<void> | void)[] = [];
    const aws = await startAws({ permissions, atEnd: (close) => closing.push(close) });
    clock = aws.clock;
    // Only a Region with a stack has a bus and a queue.
    for (const region of regions.filter((each) => each !== 'us-east-1')) {
      aws.account.eventBridge.seedBus(region, eventBusName);
      aws.account.queues.create(region, outboxQueueName);
    }
    // After the server has its clock: everything that the function imports uses simulated time.
    time.install();
    // The SDK's retry delays are random.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    try {
      const handlers = new Map<string, Handler>();
      for (const region of regions) {
        handlers.set(region, await deployed(name, variables(aws, name, { regions, region, policyFile })));
      }
      return await act({ aws, time, ...invoking(handlers, name, { aws, time }) });
    } finally {
      time.uninstall();
      vi.restoreAllMocks();
      for (const close of closing.reverse()) await close();
    }
  };
}

let deployments = 0;

/**
 * A cold start: the module of the function is evaluated again, with new clients, log and limits. What it imports keeps no state from one
 * run to the next, and is evaluated once: as cold code, the stages of a run take a third of the processor's time.
 */
async function deployed(name: FunctionName, env: Readonly<Record<string, string>>): Promise<Handler> {
  for (const [key, value] of Object.entries(env)) vi.stubEnv(key, value);
  deployments += 1;
  const file = new URL(`../../functions/${name}.ts?deployment=${deployments}`, import.meta.url);
  const { handler } = (await import(/* @vite-ignore */ file.href)) as { readonly handler: Handler };
  return handler;
}

type Place = { readonly regions: readonly string[]; readonly region: string; readonly policyFile: string };

function variables({ server }: TestAws, name: FunctionName, { regions, region, policyFile }: Place) {
  return {
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ACCESS_KEY_ID: accessKeyIdOf(name),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: server.url,
    CONTROL_REGIONS: 'us-east-1,us-west-2',
    EVENT_BUS_NAME: eventBusName,
    OUTBOX_QUEUE_URL: `${server.url}/000000000000/${outboxQueueName}`,
    CODE_VERSION: '1.2.3+abc',
    POLICY_FILE: policyFile,
    OVERRIDES_PATH: overridesPath,
    MONITOR_REGIONS: regions.join(','),
    POWERTOOLS_SERVICE_NAME: 'chaos',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}

function invoking(
  handlers: ReadonlyMap<string, Handler>,
  name: FunctionName,
  { aws, time }: Pick<Case, 'aws' | 'time'>,
) {
  let invocations = 0;
  const limitMs = timeoutSeconds[name] * 1000;
  const start = (region: string): Promise<unknown> => {
    const handler = handlers.get(region);
    if (handler === undefined) throw new Error(`no function is deployed in ${region}`);
    invocations += 1;
    const endsAt = aws.clock.now() + limitMs;
    return handler(
      {},
      {
        awsRequestId: `${name}-${invocations}`,
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${name}`,
        memoryLimitInMB: '512',
        getRemainingTimeInMillis: () => endsAt - aws.clock.now(),
      },
    );
  };
  const ended = (region: string): Promise<Ending> =>
    start(region).then(
      (result) => ({ kind: 'returned', result }),
      (error: unknown) => {
        const { name: errorType, message } = error as Error;
        return { kind: 'threw', errorType, message };
      },
    );
  const invokeIn = async (region: string): Promise<Invocation> => {
    const { answer, lines } = await collectingLines(() => time.pass(ended(region), limitMs));
    return { ending: answer === 'timed out' ? { kind: 'timed out' } : answer, lines };
  };
  const invokeEverywhere = async (): Promise<readonly Ending[]> => {
    const all = () => Promise.all([...handlers.keys()].map(ended));
    const { answer } = await collectingLines(() => time.pass(all(), limitMs));
    return answer === 'timed out' ? [{ kind: 'timed out' }] : answer;
  };
  return { invoke: () => invokeIn([...handlers.keys()][0] ?? ''), invokeIn, invokeEverywhere };
}

/** Collects the output lines while `act` runs. */
async function collectingLines<Answer>(act: () => Promise<Answer>) {
  const lines: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  for (const { stream } of streams) {
    stream.write = (text: string | Uint8Array) => {
      lines.push(...String(text).split('\n'));
      return true;
    };
  }
  try {
    return { answer: await act(), lines };
  } finally {
    for (const { stream, write } of streams) stream.write = write;
  }
}
