import {
  InvalidParameterValueException,
  ListMetricsCommand,
  PutMetricDataCommand,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { namespace, measure } from './cloudwatch-queries.ts';
import { localAws, startsAt } from './harness.ts';

describe('PutMetricData', () => {
  it.each([
    ["AWS's own namespace", { Namespace: 'AWS/Mine' }],
    ['a value that is no number', { MetricData: [{ MetricName: 'm', Value: Infinity }] }],
    ['counts that do not fit the values', { MetricData: [{ MetricName: 'm', Values: [1, 2], Counts: [1] }] }],
    [
      'a time three weeks ago',
      { MetricData: [{ MetricName: 'm', Value: 1, Timestamp: new Date(startsAt - 21 * 86_400_000) }] },
    ],
    ['151 values', { MetricData: [{ MetricName: 'm', Values: Array.from({ length: 151 }, () => 1) }] }],
    ['1,001 data', { MetricData: Array.from({ length: 1001 }, () => ({ MetricName: 'm', Value: 1 })) }],
  ])('rejects %s and stores nothing', async (_, wrong) => {
    const aws = await localAws();
    const cloudWatch = aws.cloudWatch();
    const MetricData = [{ MetricName: 'good', Value: 1 }, ...('MetricData' in wrong ? wrong.MetricData : [])];
    const put = cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Failover', ...wrong, MetricData }));
    await expect(put).rejects.toBeInstanceOf(InvalidParameterValueException);
    expect((await cloudWatch.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  });

  it('accepts a body that the client compresses because of its size', async () => {
    const aws = await localAws();
    const cloudWatch = aws.cloudWatch();
    const MetricData = Array.from({ length: 1000 }, (_, index) => ({ MetricName: `metric ${index}`, Value: 1 }));
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Failover', MetricData }));
    const names = [];
    for await (const { Metrics = [] } of paginateListMetrics({ client: cloudWatch }, {})) {
      names.push(Metrics.map(({ MetricName }) => MetricName));
    }
    expect(names.map(({ length }) => length)).toEqual([500, 500]);
  });
});

describe('ListMetrics', () => {
  it('filters by namespace, name and dimensions, in one Region', async () => {
    const aws = await localAws();
    measure(aws.account, { ago: 0, values: [1] });
    measure(aws.account, { ago: 0, values: [1], dimensions: { VoiceConnectorId: 'vc-west', Region: 'us-west-2' } });
    measure(aws.account, { ago: 0, values: [1], metricName: 'Throttles' });
    measure(aws.account, { ago: 0, values: [1], region: 'us-west-2' });
    measure(aws.account, { ago: 0, values: [1], metricName: 'Late', visibleAt: startsAt + 1 });
    measure(aws.account, { ago: 15 * 1440, values: [1], metricName: 'Forgotten' });
    measure(aws.account, { ago: 200, values: [1], metricName: 'Quiet' });
    const listed = async (input: object) =>
      (await aws.cloudWatch().send(new ListMetricsCommand(input))).Metrics?.map(({ MetricName, Dimensions }) => [
        MetricName,
        ...(Dimensions ?? []).map(({ Value }) => Value),
      ]);
    expect(await listed({ Namespace: namespace })).toEqual([
      ['InboundCallAttempts', 'vc-east'],
      ['InboundCallAttempts', 'vc-west', 'us-west-2'],
      ['Throttles', 'vc-east'],
      ['Quiet', 'vc-east'],
    ]);
    expect(await listed({ Namespace: 'Other' })).toEqual([]);
    expect(await listed({ MetricName: 'Throttles' })).toEqual([['Throttles', 'vc-east']]);
    expect(await listed({ Dimensions: [{ Name: 'Region' }] })).toEqual([
      ['InboundCallAttempts', 'vc-west', 'us-west-2'],
    ]);
    expect(await listed({ Dimensions: [{ Name: 'VoiceConnectorId', Value: 'nobody' }] })).toEqual([]);
    expect(await listed({ MetricName: 'Quiet', RecentlyActive: 'PT3H' })).toEqual([]);
  });
});
