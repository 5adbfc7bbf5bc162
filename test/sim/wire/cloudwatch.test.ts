import {
  InvalidNextToken,
  PutMetricDataCommand,
  CloudWatchClient,
  paginateGetMetricData,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { namespace, newest, measure, query, lastHour, request } from './cloudwatch-queries.ts';
import { localAws, minute, startsAt } from './harness.ts';

describe.each([
  ['AWS JSON 1.0', (config: object) => new CloudWatchClient(config)],
  ['RPC v2 CBOR', (config: object) => new CloudWatchClient({ ...config, protocol: SmithyRpcV2CborProtocol })],
  ['AWS Query', (config: object) => new CloudWatchClient({ ...config, protocol: AwsQueryProtocol })],
])('GetMetricData over %s', (_, client) => {
  it('returns minutes newest first, and oldest first on request', async () => {
    const aws = await localAws();
    for (const [ago, values] of [
      [2, [1, 2]],
      [1, [4]],
      [0, [0.5]],
    ] as const)
      measure(aws.account, { ago, values });
    const cloudWatch = aws.kept(client(aws.config('us-east-1')));
    const down = await cloudWatch.send(request([query()]));
    expect(down.MetricDataResults).toEqual([
      {
        Id: 'attempts',
        Label: 'InboundCallAttempts',
        Timestamps: [0, 1, 2].map((ago) => new Date(newest - ago * minute)),
        Values: [0.5, 4, 3],
        StatusCode: 'Complete',
      },
    ]);
    const up = await cloudWatch.send(request([query()], { ScanBy: 'TimestampAscending' }));
    expect(up.MetricDataResults?.[0]?.Values).toEqual([3, 4, 0.5]);
  });

  it('rejects requests that AWS rejects', async () => {
    const aws = await localAws();
    const cloudWatch = aws.kept(client(aws.config('us-east-1')));
    await expect(cloudWatch.send(request([query()], { NextToken: 'garbage' }))).rejects.toBeInstanceOf(
      InvalidNextToken,
    );
    await expect(cloudWatch.send(request([]))).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('stores and returns the metrics of a monitor', async () => {
    const aws = await localAws();
    const cloudWatch = aws.kept(client(aws.config('us-east-1')));
    const Timestamp = new Date(newest);
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Failover',
        MetricData: [
          { MetricName: 'PriorityChange', Value: 1, Timestamp },
          { MetricName: 'PriorityChange', Values: [2, 5], Counts: [3, 1], Timestamp },
          {
            MetricName: 'PriorityChange',
            StatisticValues: { SampleCount: 2, Sum: 4, Minimum: -1, Maximum: 5 },
            Timestamp,
          },
        ],
      }),
    );
    const stats = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];
    const { MetricDataResults } = await cloudWatch.send(
      request(
        stats.map((Stat) => ({
          Id: Stat.toLowerCase(),
          MetricStat: { Metric: { Namespace: 'Failover', MetricName: 'PriorityChange' }, Period: 60, Stat },
        })),
      ),
    );
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[16], [16 / 7], [-1], [5], [7]]);
  });
});

describe('GetMetricData', () => {
  it('includes its start and excludes its end', async () => {
    const aws = await localAws();
    for (const ago of [0, 1, 2, 3]) measure(aws.account, { ago, values: [ago] });
    const { MetricDataResults } = await aws
      .cloudWatch()
      .send(request([query()], { StartTime: new Date(newest - 2 * minute), EndTime: new Date(newest) }));
    expect(MetricDataResults?.[0]?.Values).toEqual([1, 2]);
  });

  it('aggregates minutes into periods that begin at multiples of their length', async () => {
    const aws = await localAws();
    for (let ago = 0; ago < 8; ago++) measure(aws.account, { ago, values: [1] });
    const { MetricDataResults } = await aws.cloudWatch().send(request([query({ Period: 300 })]));
    expect(MetricDataResults?.[0]?.Timestamps).toEqual(
      ['2026-11-21T08:55:00Z', '2026-11-21T08:50:00Z'].map((text) => new Date(text)),
    );
    expect(MetricDataResults?.[0]?.Values).toEqual([5, 3]);
  });

  it('does not return data that is not published yet', async () => {
    const aws = await localAws();
    measure(aws.account, { ago: 0, values: [9], visibleAt: startsAt + 1 });
    const cloudWatch = aws.cloudWatch();
    expect((await cloudWatch.send(request([query()]))).MetricDataResults?.[0]?.Values).toEqual([]);
    aws.clock.jumpTo(startsAt + 1);
    expect((await cloudWatch.send(request([query()]))).MetricDataResults?.[0]?.Values).toEqual([9]);
  });

  it('separates Regions, dimension sets and units', async () => {
    const aws = await localAws();
    measure(aws.account, { ago: 0, values: [1] });
    measure(aws.account, { ago: 0, values: [2], region: 'us-west-2' });
    measure(aws.account, { ago: 0, values: [4], dimensions: { VoiceConnectorId: 'vc-east', Region: 'us-east-1' } });
    const sumOf = async (region: string, Unit?: 'Count' | 'Percent') =>
      (await aws.cloudWatch(region).send(request([query(Unit ? { Unit } : {})]))).MetricDataResults?.[0]?.Values;
    expect(await sumOf('us-east-1')).toEqual([1]);
    expect(await sumOf('us-west-2')).toEqual([2]);
    expect(await sumOf('eu-west-1')).toEqual([]);
    expect(await sumOf('us-east-1', 'Count')).toEqual([1]);
    expect(await sumOf('us-east-1', 'Percent')).toEqual([]);
  });

  it('pages by datapoints through several metrics without losing any', async () => {
    const aws = await localAws();
    for (let ago = 0; ago < 7; ago++) {
      measure(aws.account, { ago, values: [ago] });
      measure(aws.account, { ago, values: [10 + ago], metricName: 'InboundCallFailures' });
    }
    const queries = [
      query(),
      query({ Id: 'none', vc: 'vc-idle' }),
      query({ Id: 'failures', metric: 'InboundCallFailures' }),
    ];
    const values: Record<string, number[]> = {};
    const statuses = [];
    const input = { MetricDataQueries: queries, ...lastHour, MaxDatapoints: 5 };
    for await (const page of paginateGetMetricData({ client: aws.cloudWatch() }, input)) {
      for (const { Id = '', Values = [], StatusCode } of page.MetricDataResults ?? []) {
        values[Id] = [...(values[Id] ?? []), ...Values];
        statuses.push([Id, StatusCode]);
      }
    }
    expect(values).toEqual({ attempts: [0, 1, 2, 3, 4, 5, 6], none: [], failures: [10, 11, 12, 13, 14, 15, 16] });
    expect(statuses).toEqual([
      ['attempts', 'PartialData'],
      ['attempts', 'Complete'],
      ['none', 'Complete'],
      ['failures', 'PartialData'],
      ['failures', 'Complete'],
    ]);
  });

  it.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, RegExp]>([
    ['501 queries', Array.from({ length: 501 }, (_, index) => query({ Id: `q${index}` })), {}, /1 to 500/],
    ['an id with a capital first', [query({ Id: 'Attempts' })], {}, /pattern/],
    ['two queries of one id', [query(), query()], {}, /unique/],
    ['a period of 90 seconds', [query({ Period: 90 })], {}, /multiple of 60/],
    ['a percentile', [query({ Stat: 'p99' })], {}, /Sum, Average/],
    ['metric math', [{ Id: 'rate', Expression: 'a / b' }], {}, /no metric math/],
    ['neither metric nor expression', [{ Id: 'nothing' }], {}, /neither/],
    ['nothing to return', [{ ...query(), ReturnData: false }], {}, /ReturnData/],
    ['a start that is the end', [query()], { EndTime: lastHour.StartTime }, /StartTime must be less/],
    ['100,801 datapoints', [query()], { MaxDatapoints: 100_801 }, /100800/],
  ])('rejects %s', async (_, queries, more, message) => {
    const aws = await localAws();
    const refused = aws.cloudWatch().send(request(queries, more));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message) as string,
    });
  });

  it('returns at most 100,800 datapoints per page', async () => {
    const aws = await localAws();
    const queries = [];
    for (let vc = 0; vc < 20; vc++) {
      for (let metric = 0; metric < 20; metric++) {
        queries.push(query({ Id: `q${vc}_${metric}`, vc: `vc-${vc}`, metric: `Metric${metric}` }));
        for (let ago = 0; ago < 1440; ago++) {
          measure(aws.account, {
            ago,
            values: [1],
            metricName: `Metric${metric}`,
            dimensions: { VoiceConnectorId: `vc-${vc}` },
          });
        }
      }
    }
    const page = aws.account.cloudWatch.getMetricData('us-east-1', {
      queries: queries.map(({ Id = '', MetricStat }) => ({
        id: Id,
        metricStat: {
          metric: {
            namespace,
            metricName: MetricStat?.Metric?.MetricName ?? '',
            dimensions: { VoiceConnectorId: MetricStat?.Metric?.Dimensions?.[0]?.Value ?? '' },
          },
          period: 60,
          stat: 'Sum',
        },
      })),
      startTime: newest - 1439 * minute,
      endTime: newest + minute,
    });
    // Seventy of the 400 whole days fit into 100,800 datapoints.
    expect(page.items).toHaveLength(70);
    expect(page.nextToken).toBeDefined();
  });
});
