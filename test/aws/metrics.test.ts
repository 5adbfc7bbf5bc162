import { describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../lib/aws/metrics.ts';
import type { MetricsRequest } from '../../lib/ports.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { askedFor, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { publishActiveCalls, publishCalls } from '../wire-support/account-fixtures.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

const until = Date.UTC(2026, 10, 20, 9, 0);
const east = { voiceConnectorId: 'vc-east', region: 'us-east-1' };
const west = { voiceConnectorId: 'vc-west', region: 'us-west-2' };
const never = new AbortController().signal;

function request(changes: Partial<MetricsRequest> = {}): MetricsRequest {
  return {
    connectors: [east],
    metrics: ['InboundCallAttempts', 'InboundCallFailures'],
    periodSeconds: 60,
    from: until - 3 * minute,
    until,
    ...changes,
  };
}

function metricsOf(
  aws: { readonly server: { readonly url: string } },
  dimensions: readonly ('VoiceConnectorId' | 'Region')[] = ['VoiceConnectorId'],
) {
  return new Metrics({ clientOf: clientsOf(aws).cloudWatch, dimensions });
}

function minutesOf(failures: number) {
  return [3, 2, 1].map((ago) => ({
    startsAt: until - ago * minute,
    InboundCallAttempts: 24,
    InboundCallFailures: failures,
  }));
}

function publishBoth(aws: TestAws): void {
  publishCalls(aws, { ...east, failuresAt: () => 1 });
  publishCalls(aws, { ...west, failuresAt: () => 2 });
}

describe('the metrics of a Voice Connector', () => {
  it('are read from its own Region, in whole minutes, oldest first', async () => {
    const aws = await startAws();
    publishBoth(aws);
    const readings = await metricsOf(aws).read(request({ connectors: [east, west] }), never);
    expect(readings).toEqual(
      new Map([
        ['vc-east', { kind: 'read', minutes: minutesOf(1) }],
        ['vc-west', { kind: 'read', minutes: minutesOf(2) }],
      ]),
    );
    expect(
      askedFor(aws, 'GetMetricData')
        .map(({ region }) => region)
        .sort(),
    ).toEqual(['us-east-1', 'us-west-2']);
  });

  it('are requested as sums of counts and averages of scores, without a unit', async () => {
    const aws = await startAws();
    await metricsOf(aws).read(request({ metrics: ['Throttles', 'MOSBetweenVcAndRemote'] }), never);
    const metric = (MetricName: string, Stat: string) => ({
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ChimeVoiceConnector',
          MetricName,
          Dimensions: [{ Name: 'VoiceConnectorId', Value: 'vc-east' }],
        },
        Period: 60,
        Stat,
      },
    });
    expect(askedFor(aws, 'GetMetricData').map(({ input }) => input)).toStrictEqual([
      {
        MetricDataQueries: [
          { Id: 'c0_m0', ...metric('Throttles', 'Sum') },
          { Id: 'c0_m1', ...metric('MOSBetweenVcAndRemote', 'Average') },
        ],
        StartTime: (until - 3 * minute) / 1000,
        EndTime: until / 1000,
      },
    ]);
  });

  it('are requested as maxima where a sum of minutes would count a call several times', async () => {
    const aws = await startAws();
    const active = [3, 5, 2].entries();
    for (const [place, count] of active) publishActiveCalls(aws, { ...east, count, minutesAgo: 3 - place });
    const changes = { metrics: ['InboundCallsActive'], statistic: 'Maximum', periodSeconds: 3600 } as const;
    const readings = await metricsOf(aws).read(request({ ...changes, from: until - 60 * minute }), never);
    expect(readings).toEqual(
      new Map([['vc-east', { kind: 'read', minutes: [{ startsAt: until - 60 * minute, InboundCallsActive: 5 }] }]]),
    );
  });

  it('are read under the configured dimension set, and only under that', async () => {
    const aws = await startAws();
    const dimensions = { VoiceConnectorId: 'vc-east', Region: 'us-east-1' };
    publishCalls(aws, { ...east, dimensions, failuresAt: () => 1 });
    const both = await metricsOf(aws, ['VoiceConnectorId', 'Region']).read(request(), never);
    const one = await metricsOf(aws, ['VoiceConnectorId']).read(request(), never);
    expect(both.get('vc-east')).toEqual({ kind: 'read', minutes: minutesOf(1) });
    expect(one.get('vc-east')).toEqual({ kind: 'read', minutes: [] });
  });

  it('are absent, not zero, without a datapoint', async () => {
    const aws = await startAws();
    const readings = await metricsOf(aws).read(request(), never);
    expect(readings).toEqual(new Map([['vc-east', { kind: 'read', minutes: [] }]]));
  });

  it('are read in batches of at most 500 queries, with all metrics of a Voice Connector in the same batch', async () => {
    const aws = await startAws();
    const connectors = Array.from({ length: 334 }, (_, index) => ({ ...east, voiceConnectorId: `vc-${index}` }));
    const metrics = ['InboundCallAttempts', 'InboundCallFailures', 'Throttles'] as const;
    const readings = await metricsOf(aws).read(request({ connectors, metrics }), never);
    expect(readings.size).toBe(334);
    const sizes = askedFor(aws, 'GetMetricData').map(
      ({ input }) => (input as { MetricDataQueries: unknown[] }).MetricDataQueries.length,
    );
    expect(sizes.sort()).toEqual([498, 498, 6]);
  });
});

async function readWith(effect: MisbehaviourRule['effect'], rule: Partial<MisbehaviourRule> = {}) {
  const aws = await startAws();
  publishBoth(aws);
  aws.misbehave({ operation: 'GetMetricData', region: 'us-east-1', ...rule, effect });
  return metricsOf(aws).read(request({ connectors: [east, west] }), never);
}

describe('metrics that cannot be read', () => {
  it.each<{ what: string; effect: MisbehaviourRule['effect']; reading: object }>([
    {
      what: 'CloudWatch returns PartialData',
      effect: { kind: 'metric-status', statusCode: 'PartialData', keep: 0.5 },
      reading: { kind: 'partial', message: 'InboundCallAttempts PartialData, InboundCallFailures PartialData' },
    },
    {
      what: 'CloudWatch returns InternalError',
      effect: { kind: 'metric-status', statusCode: 'InternalError' },
      reading: { kind: 'fetch-error', message: 'InboundCallAttempts InternalError, InboundCallFailures InternalError' },
    },
    {
      what: 'CloudWatch returns Forbidden for each metric',
      effect: { kind: 'metric-status', statusCode: 'Forbidden' },
      reading: { kind: 'forbidden', message: 'InboundCallAttempts Forbidden, InboundCallFailures Forbidden' },
    },
    {
      what: 'the caller has no permission',
      effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'cloudwatch:GetMetricData' },
      reading: { kind: 'forbidden', message: 'AccessDenied: cloudwatch:GetMetricData (HTTP 400)' },
    },
    {
      what: 'the request is throttled three times',
      effect: { kind: 'throttle' },
      reading: { kind: 'fetch-error', message: 'Throttling: Rate exceeded (HTTP 400)' },
    },
    {
      what: 'the response is HTML',
      effect: { kind: 'malformed-body' },
      reading: { kind: 'fetch-error', message: 'SyntaxError: the response is not valid JSON (HTTP 200)' },
    },
    {
      what: 'the response is cut off',
      effect: { kind: 'truncated-body' },
      reading: { kind: 'fetch-error', message: 'Error: aborted (HTTP 200)' },
    },
  ])('have the cause if $what, and the other Region is read', async ({ effect, reading }) => {
    const readings = await readWith(effect);
    expect(readings).toEqual(
      new Map<string, object>([
        ['vc-east', reading],
        ['vc-west', { kind: 'read', minutes: minutesOf(2) }],
      ]),
    );
  });

  it('are requested again after a broken connection', async () => {
    const readings = await readWith({ kind: 'reset-before' }, { times: 2 });
    expect(readings.get('vc-east')).toEqual({ kind: 'read', minutes: minutesOf(1) });
  });

  it('are given up after eight seconds, and the other Region is read', async () => {
    const aws = await startAws();
    publishBoth(aws);
    aws.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'hang' } });
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const hurried = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 8));
    const readings = await metricsOf(aws).read(request({ connectors: [east, west] }), never);
    expect(hurried.mock.calls.filter(([ms]) => ms === 8000)).toHaveLength(2);
    hurried.mockRestore();
    expect(readings.get('vc-east')).toMatchObject({
      kind: 'fetch-error',
      message: expect.stringContaining('no response in time') as string,
    });
    expect(readings.get('vc-west')).toEqual({ kind: 'read', minutes: minutesOf(2) });
  });

  it('are a fetch error in a run without time left', async () => {
    const aws = await startAws();
    publishBoth(aws);
    const readings = await metricsOf(aws).read(request(), AbortSignal.abort());
    expect(readings.get('vc-east')).toMatchObject({ kind: 'fetch-error' });
    expect(askedFor(aws, 'GetMetricData')).toEqual([]);
  });
});

describe('a series that CloudWatch returns in several pages', () => {
  const jsonRpc = { 'content-type': 'application/x-amz-json-1.0' };
  const point = (ago: number) => (until - ago * minute) / 1000;
  const page = (results: readonly object[], NextToken?: string) => ({
    headers: jsonRpc,
    body: { MetricDataResults: results, NextToken },
  });
  const attempts = (StatusCode: string, ...minutesAgo: readonly number[]) => ({
    Id: 'c0_m0',
    Timestamps: minutesAgo.map(point),
    Values: minutesAgo.map((ago) => ago * 10),
    StatusCode,
  });
  const complete = { Id: 'c0_m1', Timestamps: [], Values: [], StatusCode: 'Complete' };
  const read = async (...pages: ReturnType<typeof page>[]) => {
    const endpoint = await startScript(pages);
    const readings = await metricsOf(endpoint).read(request(), never);
    return { reading: readings.get('vc-east'), requests: endpoint.requests };
  };

  it('is merged, whatever the order of its datapoints', async () => {
    const { reading, requests } = await read(
      page([attempts('PartialData', 1), complete], 'more'),
      page([attempts('Complete', 3, 2)]),
    );
    expect(reading).toEqual({
      kind: 'read',
      minutes: [3, 2, 1].map((ago) => ({ startsAt: until - ago * minute, InboundCallAttempts: ago * 10 })),
    });
    expect(requests[1]?.body).toMatchObject({ NextToken: 'more' });
  });

  it('is partial if the last page says so', async () => {
    const { reading } = await read(
      page([attempts('PartialData', 1), complete], 'more'),
      page([attempts('PartialData', 2)]),
    );
    expect(reading).toEqual({ kind: 'partial', message: 'InboundCallAttempts PartialData' });
  });

  it('is partial without a result', async () => {
    const { reading } = await read(page([complete]));
    expect(reading).toEqual({ kind: 'partial', message: 'InboundCallAttempts without a result' });
  });

  it('is partial without a status', async () => {
    const { reading } = await read(page([complete, { Id: 'c0_m0', Timestamps: [point(1)], Values: [5] }]));
    expect(reading).toEqual({ kind: 'partial', message: 'InboundCallAttempts without a status' });
  });

  it('ends if AWS returns the same page token again', async () => {
    const { requests } = await read(page([attempts('PartialData', 1)], 'same'));
    expect(requests).toHaveLength(2);
  });
});

describe('a datapoint that cannot be true', () => {
  it.each([
    ['a negative sum', -3, 'InboundCallAttempts -3'],
    ['a fractional sum', 2.5, 'InboundCallAttempts 2.5'],
    ['no number', 'NaN', 'InboundCallAttempts NaN'],
    ['an infinite sum', 'Infinity', 'InboundCallAttempts Infinity'],
  ])('(%s) is not used, the others are, and the reading says so', async (_, value, text) => {
    const at = Math.floor(now / minute) * minute - 2 * minute;
    const body = {
      MetricDataResults: [
        { Id: 'c0_m0', StatusCode: 'Complete', Timestamps: [at / 1000, at / 1000 + 60], Values: [value, 7] },
      ],
    };
    const endpoint = await startScript([{ body, headers: { 'content-type': 'application/x-amz-json-1.0' } }]);
    const readings = await metricsOf(endpoint).read(
      request({ connectors: [east], metrics: ['InboundCallAttempts'] }),
      never,
    );
    expect(readings.get('vc-east')).toEqual({
      kind: 'read',
      minutes: [{ startsAt: at + minute, InboundCallAttempts: 7 }],
      ignored: `vc-east: ${text} at ${new Date(at).toISOString()} cannot be true: not used`,
    });
  });
});
