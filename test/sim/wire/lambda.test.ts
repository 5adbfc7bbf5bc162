import { InvokeCommand, ResourceNotFoundException, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { describe, expect, it, vi } from 'vitest';
import { UnknownFunctionError, type Invocation } from '../../../sim/wire/lambda.ts';
import { localAws } from './harness.ts';

/** A host with one function, `monitor`, that does what the test wants. */
function hostOf(run: (payload: string) => Promise<Invocation>) {
  return {
    invoke: vi.fn(async (functionName: string, payload: string) => {
      if (functionName !== 'monitor') throw new UnknownFunctionError(functionName);
      return run(payload);
    }),
  };
}

describe('invoking a function', () => {
  it('passes its payload and returns its result', async () => {
    const lambda = hostOf(async (payload) => Promise.resolve({ payload: `{"got":${payload}}` }));
    const aws = await localAws({ lambda });
    const invoke = new InvokeCommand({ FunctionName: 'monitor', Payload: '{"dry":true}' });
    const { Payload, StatusCode, FunctionError, ExecutedVersion, LogResult } = await aws.lambda().send(invoke);
    expect(Payload?.transformToString()).toBe('{"got":{"dry":true}}');
    expect({ StatusCode, FunctionError, ExecutedVersion, LogResult }).toEqual({
      StatusCode: 200,
      FunctionError: undefined,
      ExecutedVersion: '$LATEST',
      LogResult: undefined,
    });
    expect(aws.server.requests).toMatchObject([
      { service: 'lambda', operation: 'Invoke', resource: 'monitor', status: 200 },
    ]);
  });

  it('accepts an ARN or a qualifier, and treats an empty payload as an empty object', async () => {
    const lambda = hostOf(async (payload) => Promise.resolve({ payload }));
    const aws = await localAws({ lambda });
    for (const FunctionName of ['arn:aws:lambda:us-east-1:111122223333:function:monitor:live', 'monitor:live']) {
      await aws.lambda().send(new InvokeCommand({ FunctionName }));
    }
    expect(lambda.invoke.mock.calls).toEqual([
      ['monitor', '{}'],
      ['monitor', '{}'],
    ]);
  });

  it('reports an error of the function in a header, and its log on request', async () => {
    const logTail = `${'x'.repeat(5000)} the end`;
    const lambda = hostOf(async () =>
      Promise.resolve({ payload: '{"errorType":"Error"}', functionError: 'Unhandled' as const, logTail }),
    );
    const aws = await localAws({ lambda });
    const invoke = new InvokeCommand({ FunctionName: 'monitor', LogType: 'Tail' });
    const { FunctionError, LogResult = '' } = await aws.lambda().send(invoke);
    expect(FunctionError).toBe('Unhandled');
    const log = Buffer.from(LogResult, 'base64').toString();
    expect(log).toHaveLength(4096);
    expect(log.endsWith('the end')).toBe(true);
  });

  it('answers an asynchronous invocation with 202 before the function has finished', async () => {
    const lambda = hostOf(async () => new Promise(() => undefined));
    const aws = await localAws({ lambda });
    const invoke = new InvokeCommand({ FunctionName: 'monitor', InvocationType: 'Event' });
    expect((await aws.lambda().send(invoke)).StatusCode).toBe(202);
    expect(lambda.invoke).toHaveBeenCalledOnce();
  });

  it('does not run it for a dry run', async () => {
    const lambda = hostOf(async (payload) => Promise.resolve({ payload }));
    const aws = await localAws({ lambda });
    const invoke = new InvokeCommand({ FunctionName: 'monitor', InvocationType: 'DryRun' });
    expect((await aws.lambda().send(invoke)).StatusCode).toBe(204);
    expect(lambda.invoke).not.toHaveBeenCalled();
  });

  it.each(['RequestResponse', 'Event'] as const)('rejects an unknown one, invoked as %s', async (InvocationType) => {
    const aws = await localAws({ lambda: hostOf(async (payload) => Promise.resolve({ payload })) });
    const invoke = aws.lambda().send(new InvokeCommand({ FunctionName: 'nobody', InvocationType }));
    await expect(invoke).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('has no function without a host, and can be throttled', async () => {
    const aws = await localAws();
    const invoke = new InvokeCommand({ FunctionName: 'monitor' });
    await expect(aws.lambda().send(invoke)).rejects.toBeInstanceOf(ResourceNotFoundException);
    aws.server.misbehave({ service: 'lambda', effect: { kind: 'throttle' } });
    await expect(aws.lambda().send(invoke)).rejects.toBeInstanceOf(TooManyRequestsException);
  });

  it('rejects a payload of more than 6 MB', async () => {
    const aws = await localAws({ lambda: hostOf(async () => Promise.resolve({ payload: '{}' })) });
    const invoke = (bytes: number) =>
      aws.lambda().send(new InvokeCommand({ FunctionName: 'monitor', Payload: JSON.stringify('x'.repeat(bytes - 2)) }));
    await expect(invoke(6 * 1024 * 1024)).resolves.toBeDefined();
    await expect(invoke(6 * 1024 * 1024 + 1)).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  });

  it('rejects a payload that is not JSON', async () => {
    const aws = await localAws({ lambda: hostOf(async (payload) => Promise.resolve({ payload })) });
    const invoke = aws.lambda().send(new InvokeCommand({ FunctionName: 'monitor', Payload: '{' }));
    await expect(invoke).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });
});
