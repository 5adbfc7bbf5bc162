/** The unmodified handlers in this very process, with simulated time: a timeout takes no longer than an answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { accessKeyIdOf } from '../../sim/lambda/credentials.ts';
import type { SimClock } from '../../sim/clock.ts';
import { eventBusName, overridesPath, parkingQueueName, startAws, type TestAws } from '../wire-support/account.ts';
import { packagedPermissions } from '../wire-support/permissions.ts';
import { enforced } from '../wire-support/turns.ts';
import { SimulatedTime } from './simulated-time.ts';

export type FunctionName = 'monitor' | 'sessions';

/** How an invocation ended, as whoever invoked it sees it. */
export type Ending =
  | { readonly kind: 'returned'; readonly result: unknown }
  | { readonly kind: 'threw'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'timed out' };

export type Invocation = { readonly ending: Ending; readonly lines: readonly string[] };

/** An account and a function in it, warm from its first invocation on. */
export type Case = { readonly aws: TestAws; readonly time: SimulatedTime; readonly invoke: () => Promise<Invocation> };

type Handler = (event: unknown, context: object) => Promise<unknown>;

/** As serverless.yml has them. */
const timeoutSeconds: Readonly<Record<FunctionName, number>> = { monitor: 50, sessions: 120 };

const permissions = packagedPermissions();

/** Plays cases one after the other, each in an account of its own, with time simulated as long as the suite runs. */
export const chaosOf = () => {
  let clock: SimClock | undefined;
  const time = new SimulatedTime(() => clock!);
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const policyFile = join(directory, 'policy.yml');
  writeFileSync(policyFile, enforced);
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  return async <Answer>(name: FunctionName, act: (one: Case) => Promise<Answer>): Promise<Answer> => {
    const closing: (() => Promise<void> | void)[] = [];
    const aws = await startAws({ permissions, atEnd: (close) => closing.push(close) });
    clock = aws.clock;
    for (const [key, value] of Object.entries(variables(aws, name, policyFile))) vi.stubEnv(key, value);
    vi.resetModules();
    // The server's clock was made by the real time, and everything that the function takes hold of is simulated.
    time.install();
    try {
      const { handler } = (await import(`../../functions/${name}.ts`)) as { readonly handler: Handler };
      let invocations = 0;
      const invoke = async (): Promise<Invocation> => {
        invocations += 1;
        return invokedOnce(handler, name, `${name}-${invocations}`, { aws, time });
      };
      return await act({ aws, time, invoke });
    } finally {
      time.uninstall();
      for (const close of closing.reverse()) await close();
    }
  };
};

const variables = ({ server }: TestAws, name: FunctionName, policyFile: string) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: accessKeyIdOf(name),
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: server.url,
  CONTROL_REGIONS: 'us-east-1,us-west-2',
  EVENT_BUS_NAME: eventBusName,
  PARKING_QUEUE_URL: `${server.url}/000000000000/${parkingQueueName}`,
  CODE_VERSION: '1.2.3+abc',
  POLICY_FILE: policyFile,
  OVERRIDES_PATH: overridesPath,
  POWERTOOLS_SERVICE_NAME: 'chaos',
  POWERTOOLS_LOG_LEVEL: 'INFO',
});

const invokedOnce = async (
  handler: Handler,
  name: FunctionName,
  awsRequestId: string,
  { aws, time }: Pick<Case, 'aws' | 'time'>,
): Promise<Invocation> => {
  const lines: string[] = [];
  const limitMs = timeoutSeconds[name] * 1000;
  const endsAt = aws.clock.now() + limitMs;
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  for (const { stream } of streams) {
    stream.write = (text: string | Uint8Array) => {
      lines.push(...String(text).split('\n'));
      return true;
    };
  }
  try {
    const context = {
      awsRequestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:111122223333:function:${name}`,
      memoryLimitInMB: '512',
      getRemainingTimeInMillis: () => endsAt - aws.clock.now(),
    };
    const result = await time.pass(handler({}, context), limitMs);
    return { ending: result === 'timed out' ? { kind: 'timed out' } : { kind: 'returned', result }, lines };
  } catch (error) {
    const { name: errorType, message } = error as Error;
    return { ending: { kind: 'threw', errorType, message }, lines };
  } finally {
    for (const { stream, write } of streams) stream.write = write;
  }
};
