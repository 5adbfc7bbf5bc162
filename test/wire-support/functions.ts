/** The unmodified handlers in the local Lambda, invoked over the wire. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { inject, onTestFinished } from 'vitest';
import { packagedPolicy } from '../../infra/policy-text.ts';
import { SimClock } from '../../sim/clock.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from '../../sim/lambda/host.ts';
import { keepLog } from '../../sim/lambda/log-group.ts';
import type { Permissions } from '../../sim/wire/iam/permissions.ts';
import { eventBusName, overridesPath, outboxQueueName } from '../../sim/stack.ts';
import { startAws, type AtEnd, type TestAws } from './account.ts';
import { enforced } from './turns.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export type FunctionName = 'monitor' | 'operate' | 'preflight' | 'sessions';

export type Deployment = TestAws & {
  /** Invokes a function with an event, or with a string as the literal payload. */
  readonly invoke: (name: FunctionName, event: unknown) => Promise<Answer>;
  /** All output of the functions, line by line. */
  readonly lines: string[];
};

export type Answer = {
  readonly functionError: string | undefined;
  readonly payload: unknown;
  /** The payload of a failed invocation. */
  readonly error: { readonly errorType: string; readonly errorMessage: string };
};

/** @param options.env changes to the variables in serverless.yml; undefined removes one */
export async function deploy(
  options: {
    readonly policy?: string;
    readonly env?: Variables;
    readonly timeoutSeconds?: number;
    readonly atEnd?: AtEnd;
    readonly permissions?: Permissions;
    /** How far the functions' clock is ahead of AWS's. */
    readonly clockAheadMs?: number;
    readonly pauses?: LambdaHostOptions['pauses'];
  } = {},
): Promise<Deployment> {
  const { atEnd = onTestFinished, timeoutSeconds = 50, clockAheadMs = 0, pauses = 'real' } = options;
  const deployed: { host?: LambdaHost } = {};
  const aws = await startAws({
    atEnd,
    lambda: { invoke: (name, payload) => hostIn(deployed).invoke(name, payload) },
    ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
  });
  const lines: string[] = [];
  const keep = keepLog(aws.account, 'us-east-1');
  const env: Variables = {
    AWS_ENDPOINT_URL: aws.server.url,
    CONTROL_REGIONS: 'us-east-1,us-west-2',
    EVENT_BUS_NAME: eventBusName,
    OUTBOX_QUEUE_URL: `${aws.server.url}/000000000000/${outboxQueueName}`,
    CODE_VERSION: '1.2.3+abc',
    POWERTOOLS_SERVICE_NAME: 'failover-test',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    POLICY_FILE: policyFile(options.policy ?? enforced, atEnd),
    OVERRIDES_PATH: overridesPath,
    MONITOR_REGIONS: 'us-east-1',
    ...options.env,
  };
  const declared = (name: string) => ({
    module: pathToFileURL(join(inject('packageFolder'), `functions/${name}.cjs`)),
    env: Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    timeoutSeconds,
  });
  const host = createLambdaHost({
    clock: clockAheadMs === 0 ? aws.clock : SimClock.startingAt(aws.clock.now() + clockAheadMs, { speed: 0 }),
    region: 'us-east-1',
    pauses,
    functions: {
      monitor: declared('monitor'),
      operate: declared('operate'),
      preflight: declared('preflight'),
      sessions: declared('sessions'),
    },
    onLog: (logged) => {
      lines.push(logged.line);
      keep(logged);
    },
  });
  deployed.host = host;
  atEnd(() => host.close());
  return { ...aws, lines, invoke: invoker(aws.server.url, atEnd) };
}

/** Invokes functions as `sls invoke` does. */
export function invoker(endpoint: string, atEnd: AtEnd = onTestFinished): Deployment['invoke'] {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
  atEnd(() => {
    lambda.destroy();
  });
  return async (FunctionName, event) => {
    const Payload = typeof event === 'string' ? event : JSON.stringify(event);
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    const payload: unknown = JSON.parse(answer.Payload?.transformToString() ?? 'null');
    return { functionError: answer.FunctionError, payload, error: payload as Answer['error'] };
  };
}

/** The structured log lines with this message. */
export function logged(lines: readonly string[], message: string): readonly Readonly<Record<string, unknown>>[] {
  return lines.flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return entry['message'] === message ? [entry] : [];
  });
}

/** Every request except invocations of functions. */
export function requestsToAws({ server }: Pick<TestAws, 'server'>) {
  return server.requests.filter(({ service }) => service !== 'lambda');
}

function hostIn({ host }: { readonly host?: LambdaHost }): LambdaHost {
  if (host === undefined) throw new Error('invoked before the functions were deployed');
  return host;
}

function policyFile(text: string, atEnd: AtEnd): string {
  const directory = mkdtempSync(join(tmpdir(), 'policy-'));
  atEnd(() => {
    rmSync(directory, { recursive: true });
  });
  const file = join(directory, 'policy.json');
  writeFileSync(file, JSON.stringify(packagedPolicy(text, 'policy.yml')));
  return file;
}
