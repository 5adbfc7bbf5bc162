import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, it } from 'vitest';
import { RunFailedError } from '../../lib/context.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';
import { invocation } from '../../lib/lambda/invocation.ts';
import { reported, resultOrFailure } from '../../lib/lambda/reported-failure.ts';
import { now } from '../wire-support/account.ts';

const environment = {
  AWS_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: 'failover-dev-monitor',
  CONTROL_REGIONS: ['us-east-1'],
  EVENT_BUS_NAME: 'bus',
  OUTBOX_QUEUE_URL: 'http://127.0.0.1/queue',
  CODE_VERSION: '1.2.3',
};

/** One invocation of a handler with the shared middlewares: its result or error, and the events that it published. */
async function invoke(
  handler: (event: unknown, context: Parameters<Parameters<ReturnType<typeof invocation>['handler']>[0]>[1]) => unknown,
  { remainingMs = 60_000, event = {} }: { readonly remainingMs?: number; readonly event?: unknown } = {},
) {
  const published: AuditEvent[] = [];
  const ports = {
    eventBus: {
      send: (events: readonly AuditEvent[]) => {
        published.push(...events);
        return Promise.resolve([]);
      },
    },
    outbox: { send: () => Promise.resolve([]) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    telemetry: { publish: () => undefined },
    clock: () => now,
  };
  const policy = parsePolicy('version: 1', 'the policy');
  const wrapped = invocation({ environment, policy, logger: new Logger(), ports }).handler(
    async (given: unknown, context) => Promise.resolve(handler(given, context)),
  );
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs } as Parameters<
    typeof wrapped
  >[1];
  const [settled] = await Promise.allSettled([wrapped(event, context)]);
  return { settled, published, policyHash: policy.hash };
}

function errorOf({ settled }: Awaited<ReturnType<typeof invoke>>): Error {
  if (settled.status !== 'rejected') throw new Error('the invocation did not fail');
  return settled.reason as Error;
}

describe('an invocation', () => {
  it.each([[''], [{}], [null], ['{"groupId":"main-line"}']])(
    'passes the event %j to the handler unchanged, and its result back',
    async (event) => {
      const { settled, published } = await invoke((given) => ({ given }), { event });
      expect(settled).toEqual({ status: 'fulfilled', value: { given: event } });
      expect(published).toEqual([]);
    },
  );

  it('has the identity of its run in its context', async () => {
    const { settled } = await invoke((_event, { run }) => run);
    expect(settled).toMatchObject({
      value: { runId: 'request-1', codeVersion: '1.2.3', monitorRegion: 'us-east-1' },
    });
  });

  it('returns no phone number and no control character', async () => {
    const { settled } = await invoke(() => ({ alarmName: 'late: 020 7946 0958', lines: ['\u001b[31m'] }));
    expect(settled).toEqual({
      status: 'fulfilled',
      value: { alarmName: 'late: (number withheld)', lines: [String.raw`\u001b[31m`] },
    });
  });

  it.each([
    { remainingMs: 60_000, aborted: { work: false, publish: false, outbox: false } },
    { remainingMs: 5_500, aborted: { work: true, publish: false, outbox: false } },
    { remainingMs: 2_500, aborted: { work: true, publish: true, outbox: false } },
    { remainingMs: 900, aborted: { work: true, publish: true, outbox: true } },
  ])('with $remainingMs ms left has the limits $aborted', async ({ remainingMs, aborted }) => {
    const { settled } = await invoke(
      async (_event, { signals: { work, publish, outbox } }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { work: work.aborted, publish: publish.aborted, outbox: outbox.aborted };
      },
      { remainingMs },
    );
    expect(settled).toEqual({ status: 'fulfilled', value: aborted });
  });
});

describe('an invocation that throws', () => {
  it('publishes the error as a failed run, and fails with its name, message and stack, all without phone numbers', async () => {
    const defect = new TypeError('no such call from +14155550100');
    const failed = await invoke(() => {
      throw defect;
    });
    const { name, message, stack } = errorOf(failed);
    expect({ name, message }).toEqual({ name: 'TypeError', message: 'no such call from (number withheld)' });
    expect(stack).toBe(defect.stack?.replace('+14155550100', '(number withheld)'));
    expect(Object.keys(errorOf(failed))).toEqual(['name']);
    expect(failed.published).toMatchObject([
      {
        detailType: 'Run Failed',
        detail: {
          metadata: {
            runId: 'request-1',
            codeVersion: '1.2.3',
            monitorRegion: 'us-east-1',
            policyHash: failed.policyHash,
            time: new Date(now).toISOString(),
          },
          data: {
            count: 1,
            problems: [{ doing: 'running the function', message: 'TypeError: no such call from (number withheld)' }],
          },
        },
      },
    ]);
  });

  it('fails also with what is not an error', async () => {
    const failed = await invoke(() => {
      AbortSignal.abort('text').throwIfAborted();
    });
    expect(errorOf(failed)).toBe('text');
    expect(failed.published).toMatchObject([{ detail: { data: { problems: [{ message: 'text' }] } } }]);
  });

  it.each([
    new InvalidInputError('the event', ['groupId: Expected one of main-line']),
    new RunFailedError([{ doing: 'listing', message: 'no' }]),
  ])('has its message once where the message says everything ($name)', async (expected) => {
    const failed = await invoke(() => {
      throw expected;
    });
    const { name, message, stack } = errorOf(failed);
    expect({ name, message, stack }).toEqual({ name: expected.name, message: expected.message, stack: '' });
    expect(failed.published).toHaveLength(1);
  });

  it('publishes nothing more where the run has published its problems', async () => {
    const problems = [{ doing: 'listing', message: 'no' }];
    const failed = await invoke(() => resultOrFailure({ problems }));
    const { name, message } = new RunFailedError(problems);
    expect(errorOf(failed)).toMatchObject({ name, message, stack: '' });
    expect(failed.published).toEqual([]);
    const succeeded = { problems: [] };
    expect((await invoke(() => resultOrFailure(succeeded))).settled).toEqual({ status: 'fulfilled', value: succeeded });
  });

  it('publishes nothing more where a command has published its refusal', async () => {
    const failed = await invoke(() =>
      reported(() => {
        throw new InvalidInputError('the command', ['no']);
      }),
    );
    expect(errorOf(failed)).toMatchObject({ name: 'InvalidInputError', stack: '' });
    expect(failed.published).toEqual([]);
    expect(reported(() => 'answer')).toBe('answer');
  });
});
