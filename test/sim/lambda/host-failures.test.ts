import { describe, expect, it } from 'vitest';
import { answerOf, hostOf } from './hosts.ts';

describe('a failing function', () => {
  it('is reported with name, message and stack trace of the error, and stays warm', async () => {
    const host = hostOf('misbehaving');
    const { payload, functionError } = await host.invoke('monitor', '"throws"');
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toEqual({
      errorType: 'RunFailed',
      errorMessage: 'the group is gone',
      trace: expect.arrayContaining([
        'RunFailed: the group is gone',
        expect.stringMatching(/misbehaving\.ts:\d+/) as string,
      ]) as string[],
    });
    expect(await answerOf(host, 'answers')).toEqual({ result: 'well', invocations: 2 });
  });

  it.each([
    ['throwsText', { errorType: 'string', errorMessage: 'no error at all', trace: [] }],
    ['returnsBigInt', { errorType: 'Runtime.MarshalError' }],
  ])('%s: is reported as Lambda does', async (way, error) => {
    const { payload, functionError } = await hostOf('misbehaving').invoke('monitor', JSON.stringify(way));
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toMatchObject(error);
  });

  it('answers null if it returns nothing', async () => {
    expect(await hostOf('misbehaving').invoke('monitor', '"returnsNothing"')).toMatchObject({ payload: 'null' });
  });

  it.each([
    ['exits', 'Runtime.ExitError', /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/],
    ['rejectsUnobserved', 'Runtime.UnhandledPromiseRejection', /^RunFailed: nobody waited$/],
  ])('%s: is replaced by a new environment', async (way, errorType, errorMessage) => {
    const host = hostOf('misbehaving');
    const { payload, functionError } = await host.invoke('monitor', JSON.stringify(way));
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toMatchObject({
      errorType,
      errorMessage: expect.stringMatching(errorMessage) as string,
    });
    expect(await answerOf(host, 'answers')).toEqual({ result: 'well', invocations: 1 });
  });

  it('logs a failure after its answer and is replaced by a new environment', async () => {
    const lines: string[] = [];
    const host = hostOf('misbehaving', { onLog: ({ line }) => lines.push(line) });
    expect(await answerOf(host, 'failsLater')).toBe('well, so far');
    await expect.poll(() => lines.join('\n')).toContain('Between invocations\t{"errorType":"RunFailed"');
    expect(await answerOf(host, 'answers')).toEqual({ result: 'well', invocations: 1 });
  });

  it.each(['neverAnswers', 'spins'])(
    '%s: is terminated at its timeout and replaced by a new environment',
    async (way) => {
      const host = hostOf('misbehaving', { timeoutSeconds: 0.5 });
      const { payload, functionError, logTail } = await host.invoke('monitor', JSON.stringify(way));
      expect(functionError).toBe('Unhandled');
      expect(JSON.parse(payload)).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(
          /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.50 seconds$/,
        ) as string,
      });
      expect(logTail).toContain('Task timed out after 0.50 seconds');
      expect(await answerOf(host, 'answers')).toEqual({ result: 'well', invocations: 1 });
    },
  );

  it.each([
    ['broken-policy', { errorType: 'RangeError', errorMessage: 'a policy that contradicts itself' }],
    [
      'broken-import',
      { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining('not-there') as string },
    ],
    ['no-handler', { errorType: 'Runtime.HandlerNotFound' }],
  ])('is reported on every invocation if its module %s cannot be loaded', async (fixture, error) => {
    const host = hostOf(fixture);
    for (const request of ['1', '2']) {
      const { payload, functionError } = await host.invoke('monitor', request);
      expect(functionError).toBe('Unhandled');
      expect(JSON.parse(payload)).toEqual({ trace: expect.any(Array) as string[], ...withMessage(error) });
    }
  });
});

/** The message contains the path of the module, which differs by machine. */
function withMessage(error: object): object {
  return { errorMessage: expect.any(String) as string, ...error };
}
