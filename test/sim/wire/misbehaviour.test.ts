import { Misbehaviour } from '../../../sim/wire/misbehaviour.ts';
import {
  ConflictException,
  GetVoiceConnectorGroupCommand,
  ListVoiceConnectorGroupsCommand,
  UpdateVoiceConnectorGroupCommand,
} from '@aws-sdk/client-chime-sdk-voice';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { localAws, minute, seedPair, startsAt } from './harness.ts';

const clear = new UpdateVoiceConnectorGroupCommand({
  VoiceConnectorGroupId: 'group-1',
  Name: 'main number',
  VoiceConnectorItems: [],
});
const list = new ListVoiceConnectorGroupsCommand({});

async function pair() {
  const aws = await localAws();
  seedPair(aws.account);
  return { ...aws, routedItems: () => aws.account.routedGroups()[0]?.items.length };
}

describe('a server with injected faults', () => {
  it('resets the connection before the request is performed', async () => {
    const aws = await pair();
    aws.server.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-before' } });
    await expect(aws.chime().send(clear)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.routedItems()).toBe(2);
    expect(aws.server.requests).toMatchObject([{ operation: 'UpdateVoiceConnectorGroup', status: 'reset' }]);
  });

  it('resets the connection after the request was performed', async () => {
    const aws = await pair();
    aws.server.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-after' } });
    await expect(aws.chime().send(clear)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.routedItems()).toBe(0);
  });

  it('performs the request and closes the connection in the middle of the answer', async () => {
    const aws = await pair();
    aws.server.misbehave({ effect: { kind: 'truncated-body' } });
    await expect(aws.chime().send(clear)).rejects.toThrow();
    expect(aws.routedItems()).toBe(0);
  });

  it('performs the request and answers with HTML', async () => {
    const aws = await pair();
    aws.server.misbehave({ effect: { kind: 'malformed-body' } });
    await expect(aws.chime().send(clear)).rejects.toBeInstanceOf(SyntaxError);
    expect(aws.routedItems()).toBe(0);
  });

  it('never answers, until the caller times out', async () => {
    const aws = await pair();
    aws.server.misbehave({ effect: { kind: 'hang' } });
    const abortSignal = AbortSignal.timeout(100);
    await expect(aws.chime().send(clear, { abortSignal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(aws.routedItems()).toBe(2);
    expect(aws.server.requests).toMatchObject([{ status: 'hang' }]);
  });

  it('closes hanging connections when it closes', async () => {
    const aws = await pair();
    aws.server.misbehave({ effect: { kind: 'hang' } });
    const answer = aws
      .chime()
      .send(clear)
      .catch((error: unknown) => error);
    await expect.poll(() => aws.server.requests).toHaveLength(1);
    await aws.server.close();
    expect(await answer).toBeInstanceOf(Error);
  });

  it('answers late', async () => {
    const aws = await pair();
    aws.server.misbehave({ effect: { kind: 'latency', ms: 150 } });
    const before = performance.now();
    await aws.chime().send(clear);
    expect(performance.now() - before).toBeGreaterThanOrEqual(140);
    expect(aws.routedItems()).toBe(0);
  });

  it('answers after times that vary around a median, always the same for one seed', () => {
    const times = (seed: number): readonly number[] => {
      const misbehaviour = new Misbehaviour();
      misbehaviour.add({ effect: { kind: 'latency', ms: 30, sigma: 0.5, seed } });
      const request = {
        service: 'chime',
        operation: 'x',
        region: 'us-east-1',
        resource: undefined,
        input: {},
      } as const;
      return Array.from({ length: 1001 }, () => {
        const effect = misbehaviour.effectOn(request);
        return effect?.kind === 'latency' ? effect.ms : Number.NaN;
      });
    };
    const logarithms = times(1)
      .map((ms) => Math.log(ms / 30) / 0.5)
      .sort((left, right) => left - right);
    expect(times(1)).toEqual(times(1));
    expect(times(2)).not.toEqual(times(1));
    // A standard normal sample: its median, and the places of one standard deviation on either side.
    expect(logarithms[500]).toBeCloseTo(0, 0);
    expect(logarithms[159]).toBeCloseTo(-1, 0);
    expect(logarithms[841]).toBeCloseTo(1, 0);
  });

  it('answers with an error without performing the request', async () => {
    const aws = await pair();
    const effect = { kind: 'error', status: 409, code: 'ConflictException', message: 'at the same time' } as const;
    aws.server.misbehave({ effect });
    await expect(aws.chime().send(clear)).rejects.toBeInstanceOf(ConflictException);
    expect(aws.routedItems()).toBe(2);
  });

  it('simulates the outage of one Region and serves the other', async () => {
    const aws = await pair();
    aws.server.misbehave({ region: 'us-east-1', effect: { kind: 'region-down' } });
    await expect(aws.chime('us-east-1').send(list)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(aws.chime('us-west-2').send(list)).resolves.toBeDefined();
  });

  it('simulates the outage of one service in a Region and serves the others', async () => {
    const aws = await pair();
    aws.server.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'region-down' } });
    await expect(aws.chime().send(list)).resolves.toBeDefined();
    await expect(aws.cloudWatch().send(lastHour())).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(aws.cloudWatch('us-west-2').send(lastHour())).resolves.toBeDefined();
  });

  it('returns the older half of the datapoints with the configured status', async () => {
    const aws = await pair();
    for (let ago = 1; ago <= 4; ago++) {
      aws.account.putMetric({
        region: 'us-east-1',
        namespace: 'AWS/ChimeVoiceConnector',
        metricName: 'InboundCallAttempts',
        dimensions: {},
        timestamp: Math.floor(startsAt / minute) * minute - ago * minute,
        statistics: { sampleCount: 1, sum: ago, minimum: ago, maximum: ago },
        visibleAt: 0,
      });
    }
    const read = async () => (await aws.cloudWatch().send(lastHour())).MetricDataResults?.[0];
    const end = aws.server.misbehave({ effect: { kind: 'metric-status', statusCode: 'PartialData', keep: 0.5 } });
    expect(await read()).toMatchObject({ Values: [3, 4], StatusCode: 'PartialData' });
    end();
    aws.server.misbehave({ effect: { kind: 'metric-status', statusCode: 'Forbidden' } });
    expect(await read()).toMatchObject({ Values: [], StatusCode: 'Forbidden' });
  });
});

describe('a fault rule', () => {
  const busy = { kind: 'error', status: 503, code: 'ServiceUnavailableException', message: 'busy' } as const;

  it('affects the configured number of requests', async () => {
    const aws = await pair();
    aws.server.misbehave({ times: 2, effect: busy });
    for (const outcome of [503, 503, 200]) {
      const status = await aws
        .chime()
        .send(list)
        .then(
          ({ $metadata }) => $metadata.httpStatusCode,
          (error: unknown) => (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode,
        );
      expect(status).toBe(outcome);
    }
  });

  it('affects only matching requests', async () => {
    const aws = await pair();
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'group-2' });
    aws.server.misbehave({ when: ({ resource }) => resource === 'group-2', effect: busy });
    const get = (VoiceConnectorGroupId: string) =>
      aws.chime().send(new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId }));
    await expect(get('group-1')).resolves.toBeDefined();
    await expect(get('group-2')).rejects.toThrow('busy');
  });

  it('for metrics does not affect or count other requests', async () => {
    const aws = await pair();
    aws.server.misbehave({ times: 1, effect: { kind: 'metric-status', statusCode: 'InternalError' } });
    await aws.chime().send(list);
    expect((await aws.cloudWatch().send(lastHour())).MetricDataResults?.[0]?.StatusCode).toBe('InternalError');
    expect((await aws.cloudWatch().send(lastHour())).MetricDataResults?.[0]?.StatusCode).toBe('Complete');
  });

  it('takes precedence over later rules, and all end when cleared', async () => {
    const aws = await pair();
    aws.server.misbehave({ times: 1, effect: { ...busy, message: 'first' } });
    aws.server.misbehave({ effect: { ...busy, message: 'second' } });
    await expect(aws.chime().send(list)).rejects.toThrow('first');
    await expect(aws.chime().send(list)).rejects.toThrow('second');
    aws.server.clearMisbehaviour();
    await expect(aws.chime().send(list)).resolves.toBeDefined();
  });
});

function lastHour() {
  return new GetMetricDataCommand({
    StartTime: new Date(startsAt - 60 * minute),
    EndTime: new Date(startsAt),
    MetricDataQueries: [
      {
        Id: 'attempts',
        MetricStat: {
          Metric: { Namespace: 'AWS/ChimeVoiceConnector', MetricName: 'InboundCallAttempts' },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ],
  });
}
