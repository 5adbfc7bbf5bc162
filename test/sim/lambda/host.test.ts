import { describe, expect, it } from 'vitest';
import { SimClock } from '../../../sim/clock.ts';
import { InvalidRequestContentError, LambdaHostClosedError } from '../../../sim/lambda/errors.ts';
import { type LambdaHost } from '../../../sim/lambda/host.ts';
import { UnknownFunctionError } from '../../../sim/wire/lambda.ts';
import { answerOf, hostOf, startsAt, uuid } from './hosts.ts';

describe('a function in the Lambda host', () => {
  it('receives the event and a Lambda context', async () => {
    const answer = await answerOf(hostOf('echo', { deployedAs: 'failover-dev-monitor' }), { detail: [1, 'two'] });
    expect(answer).toEqual({
      event: { detail: [1, 'two'] },
      context: {
        awsRequestId: expect.stringMatching(uuid) as string,
        functionName: 'failover-dev-monitor',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:failover-dev-monitor',
        memoryLimitInMB: '1024',
        logGroupName: '/aws/lambda/failover-dev-monitor',
        logStreamName: expect.stringMatching(/^2031\/05\/06\/\[\$LATEST\][0-9a-f]{32}$/) as string,
        callbackWaitsForEmptyEventLoop: true,
      },
      remaining: expect.closeTo(20_000, -4) as number,
      invocations: 1,
      loadedAt: '2031-05-06T07:08:09.000Z',
    });
  });

  it('has one cold start and stays warm', async () => {
    const host = hostOf('echo');
    expect(await answerOf(host, 1)).toMatchObject({ invocations: 1 });
    expect(await answerOf(host, 2)).toMatchObject({ invocations: 2 });
  });

  it('has its own environment variables and those of Lambda, but none of the host process', async () => {
    const env = await answerOf(hostOf('environment', { env: { EVENT_BUS: 'audit' }, taskRoot: '/var/task' }), {});
    expect(env).toEqual({
      EVENT_BUS: 'audit',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA[0-9A-F]{16}$/) as string,
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_SESSION_TOKEN: 'local',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'monitor',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/monitor',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringContaining('2031/05/06/[$LATEST]') as string,
      LAMBDA_TASK_ROOT: '/var/task',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
    });
  });

  it('has a different request id for every request, equal in every simulation', async () => {
    const [one, other] = [hostOf('echo'), hostOf('echo')];
    const idsOf = async (host: LambdaHost) => {
      const answers = [await answerOf(host, 1), await answerOf(host, 2)] as { context: { awsRequestId: string } }[];
      return answers.map(({ context }) => context.awsRequestId);
    };
    const ids = await idsOf(one);
    expect(await idsOf(other)).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
  });

  it('treats an empty payload as an empty event', async () => {
    const { payload } = await hostOf('echo').invoke('monitor', '');
    expect(JSON.parse(payload)).toMatchObject({ event: {} });
  });

  it.each([
    'monitor',
    'monitor:$LATEST',
    'voice-connector-failover-dev-monitor',
    '111122223333:function:failover-dev-monitor',
    'arn:aws:lambda:eu-central-1:111122223333:function:failover-dev-monitor',
    'arn:aws:lambda:eu-central-1:111122223333:function:failover-dev-monitor:live',
  ])('is invoked by the name %s', async (name) => {
    expect(await answerOf(hostOf('echo'), 1, name)).toMatchObject({ invocations: 1 });
  });

  it.each(['monitors', 'othermonitor', 'arn:aws:lambda:eu-central-1:111122223333:function:sessions', ''])(
    'is not found under the name "%s"',
    async (name) => {
      await expect(hostOf('echo').invoke(name, '{}')).rejects.toThrow(UnknownFunctionError);
    },
  );

  it('is resolved by the given resolveName', async () => {
    const host = hostOf('echo', { resolveName: (given) => (given === 'alias' ? 'monitor' : undefined) });
    expect(await answerOf(host, 1, 'alias')).toMatchObject({ invocations: 1 });
    await expect(host.invoke('monitor', '{}')).rejects.toThrow(UnknownFunctionError);
  });

  it('is not invoked with a payload that is not JSON', async () => {
    const host = hostOf('echo');
    await expect(host.invoke('monitor', '{')).rejects.toThrow(InvalidRequestContentError);
    expect(await answerOf(host, 1)).toMatchObject({ invocations: 1 });
  });

  it('runs one event at a time, in order', async () => {
    const host = hostOf('slow');
    const order: unknown[] = [];
    const answers = [30, 0, 10].map(async (milliseconds) => order.push(await answerOf(host, milliseconds)));
    await Promise.all(answers);
    expect(order).toEqual([30, 0, 10].map((milliseconds) => ({ milliseconds, most: 1 })));
  });

  it('rejects open and queued invocations when the host closes', async () => {
    const host = hostOf('slow');
    const results = Promise.allSettled([host.invoke('monitor', '60000'), host.invoke('monitor', '0')]);
    await host.close();
    const closed = { status: 'rejected', reason: expect.any(LambdaHostClosedError) as Error };
    expect(await results).toEqual([closed, closed]);
    await expect(host.invoke('monitor', '0')).rejects.toThrow(LambdaHostClosedError);
  });
});

describe('a host that closes', () => {
  it('does not report the end of idle functions as a crash', async () => {
    const lines: string[] = [];
    const host = hostOf('echo', { onLog: ({ line }) => lines.push(line) });
    await host.invoke('monitor', '{}');
    const written = [...lines];
    await host.close();
    expect(lines).toEqual(written);
  });
});

describe('time in a function', () => {
  it('is simulated wherever Date returns the current time, and unchanged elsewhere', async () => {
    const other = Date.parse('2001-02-03T04:05:06.000Z');
    expect(await answerOf(hostOf('dates'), other)).toEqual({
      now: startsAt,
      constructed: '2031-05-06T07:08:09.000Z',
      called: new Date(startsAt).toString(),
      throughConstructor: '2031-05-06T07:08:09.000Z',
      throughSubclass: '2031-05-06T07:08:09.000Z',
      withArgument: '2001-02-03T04:05:06.000Z',
      withParts: 2020,
      parsed: Date.parse('2020-01-01T00:00:00Z'),
      instances: [true, true, true],
      isCopied: true,
    });
  });

  it('follows the clock when it jumps', async () => {
    const clock = SimClock.startingAt(startsAt, { speed: 0 });
    const host = hostOf('dates', { clock });
    await answerOf(host, 0);
    clock.jumpTo(startsAt + 3_600_000);
    expect(await answerOf(host, 0)).toMatchObject({ now: startsAt + 3_600_000 });
  });

  it('is real in the host', async () => {
    const before = Date.now();
    await answerOf(hostOf('dates'), 0);
    expect(Date.now() - before).toBeLessThan(60_000);
    expect(new Date().constructor).toBe(Date);
  });
});

describe('the output of a function', () => {
  it('reaches the listener in complete lines before the answer', async () => {
    const lines: string[] = [];
    const host = hostOf('writing', { onLog: ({ functionName, line }) => lines.push(`${functionName}> ${line}`) });
    const { payload } = await host.invoke('monitor', '{"lines":1}');
    const written = [...lines];
    expect(payload).toBe('"written"');
    const id = /START RequestId: (\S+)/.exec(written.join('\n'))?.[1] ?? 'none';
    const prefix = `monitor> 2031-05-06T07:08:09.000Z\t${id}`;
    expect(written.filter((line) => line !== 'monitor> to stderr')).toEqual([
      `monitor> START RequestId: ${id} Version: $LATEST`,
      `${prefix}\tINFO\tlogged { a: 1 }`,
      `${prefix}\tERROR\ttwo\rlines`,
      'monitor> {"raw":true}',
      'monitor> no end yet',
      `${prefix}\tINFO\tline 0`,
      `monitor> END RequestId: ${id}`,
      expect.stringMatching(/^monitor> REPORT RequestId: \S+\tDuration: [\d.]+ ms\tMemory Size: 1024 MB$/) as string,
    ]);
    expect(written).toContain('monitor> to stderr');
  });

  it('is returned with the answer, at most the last 4 KB of this invocation', async () => {
    const host = hostOf('writing');
    const { logTail: long = '' } = await host.invoke('monitor', '{"lines":500}');
    expect(Buffer.byteLength(long)).toBe(4096);
    expect(long).toContain('line 499\n');
    const { logTail: short = '' } = await host.invoke('monitor', '{"lines":0}');
    expect(short).not.toContain('line 499');
    expect(short.match(/START/g)).toHaveLength(1);
  });

  it('is kept when the function exits', async () => {
    const { logTail } = await hostOf('misbehaving').invoke('monitor', '"exits"');
    expect(logTail).toContain('last words\n');
  });
});
