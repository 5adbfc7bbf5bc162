import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { localAws, minute } from './harness.ts';

const lambda = 'arn:aws:lambda:us-east-1:111122223333:function:monitor';
const topic = 'arn:aws:sns:us-east-1:111122223333:page';

const onFailures: PutMetricAlarmCommandInput = {
  AlarmName: 'failures',
  Namespace: 'Mine',
  MetricName: 'Failures',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 2,
  TreatMissingData: 'notBreaching',
};

async function withAlarm(changes: Partial<PutMetricAlarmCommandInput> = {}) {
  const aws = await localAws();
  const cloudWatch = aws.cloudWatch();
  await cloudWatch.send(new PutMetricAlarmCommand({ ...onFailures, ...changes }));
  /** A value in each of the next minutes; undefined for none. */
  const play = async (...values: readonly (number | undefined)[]): Promise<void> => {
    for (const Value of values) {
      const MetricData = [{ MetricName: 'Failures', Value }];
      if (Value !== undefined) await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Mine', MetricData }));
      aws.clock.jumpTo(aws.clock.now() + minute);
      aws.account.onMinute();
    }
  };
  const state = async (AlarmName = 'failures') => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [AlarmName], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    return [...MetricAlarms, ...CompositeAlarms][0]?.StateValue;
  };
  return { aws, cloudWatch, play, state };
}

describe('A CloudWatch alarm', () => {
  it('has not enough data until it is evaluated, and then follows its metric', async () => {
    const { play, state } = await withAlarm();
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await play(0);
    expect(await state()).toBe('OK');
    await play(3);
    expect(await state()).toBe('ALARM');
    await play(2);
    expect(await state()).toBe('OK');
  });

  it.each<[string, Partial<PutMetricAlarmCommandInput>, readonly (number | undefined)[], string]>([
    ['counts 2 of 3 datapoints', { EvaluationPeriods: 3, DatapointsToAlarm: 2 }, [3, 0, 3], 'ALARM'],
    ['does not count what is older', { EvaluationPeriods: 3, DatapointsToAlarm: 2 }, [3, 0, 0, 3], 'OK'],
    ['uses older datapoints in place of missing ones', { EvaluationPeriods: 1 }, [3, undefined, undefined], 'ALARM'],
    ['treats missing data as not breaching', { EvaluationPeriods: 1 }, [3, undefined, undefined, undefined], 'OK'],
    [
      'treats missing data as breaching',
      { TreatMissingData: 'breaching' },
      [0, undefined, undefined, undefined],
      'ALARM',
    ],
    ['keeps its state', { TreatMissingData: 'ignore' }, [3, undefined, undefined, undefined], 'ALARM'],
    ['has not enough data', { TreatMissingData: 'missing' }, [0, undefined, undefined, undefined], 'INSUFFICIENT_DATA'],
  ])('%s', async (_what, changes, values, expected) => {
    const { play, state } = await withAlarm(changes);
    await play(...values);
    expect(await state()).toBe(expected);
  });

  it('evaluates metric math', async () => {
    const metric = { Namespace: 'Mine', MetricName: 'Failures' };
    const { play, state } = await withAlarm({
      MetricName: undefined,
      Namespace: undefined,
      Statistic: undefined,
      Period: undefined,
      Metrics: [
        { Id: 'beyond', Expression: 'failures - 2 * (failures + 1) ^ 0.5', ReturnData: true },
        { Id: 'failures', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' }, ReturnData: false },
      ],
    });
    await play(8);
    expect(await state()).toBe('OK');
    await play(9);
    expect(await state()).toBe('ALARM');
  });

  it('sends its changes of state to the bus and its actions', async () => {
    const { aws, play } = await withAlarm({ AlarmActions: [topic, lambda] });
    const place = { region: 'us-east-1', eventBusName: 'default' };
    const eventPattern = JSON.stringify({ 'detail-type': ['CloudWatch Alarm State Change'] });
    const rule = { name: 'alarms', scheduleExpression: undefined, state: 'ENABLED', description: undefined } as const;
    aws.account.eventRules.put(place, { ...rule, eventPattern });
    aws.account.eventRules.putTargets(place, 'alarms', [{ id: 'monitor', arn: lambda }]);
    await play(3);
    const sent = aws.account.takeInvocations().map(({ payload }) => JSON.parse(payload) as object);
    const change = { alarmName: 'failures', state: { value: 'ALARM' }, previousState: { value: 'INSUFFICIENT_DATA' } };
    expect(sent).toMatchObject([
      { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', detail: change },
      { source: 'aws.cloudwatch', alarmData: change },
    ]);
    expect(aws.account.notifications).toMatchObject([{ topicArn: topic, alarmName: 'failures' }]);
  });

  it('has the state that it is set to until it is evaluated', async () => {
    const { cloudWatch, play, state } = await withAlarm();
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'failures', StateValue: 'ALARM', StateReason: 'a test' }),
    );
    expect(await state()).toBe('ALARM');
    await play(0);
    expect(await state()).toBe('OK');
  });

  it('is gone when it is deleted, and one that does not exist cannot be', async () => {
    const { cloudWatch, state } = await withAlarm();
    const unknown = cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['failures', 'other'] }));
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['failures'] }));
    expect(await state()).toBeUndefined();
  });

  it.each<[string, Partial<PutMetricAlarmCommandInput>]>([
    ['more datapoints than periods', { DatapointsToAlarm: 2 }],
    ['a span of more than a day', { Period: 300, EvaluationPeriods: 289 }],
    ['no statistic', { Statistic: undefined }],
    ['a metric and metric math', { Metrics: [{ Id: 'a', Expression: '1' }] }],
    ['six actions', { AlarmActions: Array.from({ length: 6 }, () => topic) }],
    ['a percentile', { ExtendedStatistic: 'p99' }],
  ])('is refused with %s', async (_what, wrong) => {
    await expect(withAlarm(wrong)).rejects.toMatchObject({ name: expect.stringContaining('Validation') as string });
  });

  it.each(['failures +', 'FILL(failures, 0)', 'unknown + 1', '(failures'])(
    'is refused with the expression %s',
    async (Expression) => {
      const { cloudWatch } = await withAlarm();
      const { AlarmName, ComparisonOperator, EvaluationPeriods, Threshold } = onFailures;
      const MetricStat = { Metric: { Namespace: 'Mine', MetricName: 'Failures' }, Period: 60, Stat: 'Sum' };
      const Metrics = [
        { Id: 'result', Expression },
        { Id: 'failures', MetricStat, ReturnData: false },
      ];
      const put = new PutMetricAlarmCommand({ AlarmName, ComparisonOperator, EvaluationPeriods, Threshold, Metrics });
      await expect(cloudWatch.send(put)).rejects.toMatchObject({
        name: expect.stringContaining('Validation') as string,
      });
    },
  );
});

describe('A composite alarm', () => {
  it('follows the states of the alarms that it names', async () => {
    const { cloudWatch, play, state } = await withAlarm();
    await cloudWatch.send(new PutMetricAlarmCommand({ ...onFailures, AlarmName: 'many', Threshold: 8 }));
    const AlarmRule = 'ALARM("failures") AND NOT ALARM(many)';
    await cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: 'some', AlarmRule }));
    await play(0);
    expect(await state('some')).toBe('OK');
    await play(5);
    expect(await state('some')).toBe('ALARM');
    await play(9);
    expect(await state('some')).toBe('OK');
  });

  it.each(['ALARM(other)', 'ALARM(', 'ALARM("failures") XOR OK("failures")'])(
    'is refused with the rule %s',
    async (AlarmRule) => {
      const { cloudWatch } = await withAlarm();
      const put = cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: 'some', AlarmRule }));
      await expect(put).rejects.toMatchObject({ name: expect.stringContaining('Validation') as string });
    },
  );
});
