/** What `wake: alarms` deploys. The packaged template of the tests is that of `wake: schedule`. */
import { describe, expect, it } from 'vitest';
import { alarms } from '../../infra/alarms.ts';
import { minuteRule } from '../../infra/minute-rule.ts';
import { parseStageSettings } from '../../infra/stage-settings.ts';
import { wakeAlarmTemplate } from '../../infra/wake-alarms.ts';
import { functions, resources } from './template.ts';

const lines =
  'regions: [us-west-2]\ncontrolRegions: [us-east-1]\npolicy: policy.yml\nalerts: { page: [], ticket: [] }\n';

function settingsWith(more: string) {
  return parseStageSettings(`${lines}${more}\n`, 'config/prod.yml');
}

function templateOf(region: string, more = '') {
  const settings = settingsWith(`wake: alarms\nwakeAlarms: { us-east-1: [vc-1, vc-2], us-west-2: [vc-3] }\n${more}`);
  return wakeAlarmTemplate(
    { stage: 'prod', settings, policy: { metricDimensions: ['VoiceConnectorId', 'Region'] } },
    region,
  );
}

function namesIn(template: ReturnType<typeof templateOf>) {
  return Object.values(template.Resources).flatMap(({ Properties }) =>
    'AlarmName' in Properties ? Properties.AlarmName : [],
  );
}

describe('The settings of a stage', () => {
  it('need Voice Connectors with an alarm if alarms wake the monitor', () => {
    expect(() => settingsWith('wake: alarms')).toThrow(
      'wakeAlarms: Expected the Voice Connectors that have an alarm, because wake is alarms',
    );
    expect(settingsWith('')).toMatchObject({ wake: 'schedule', wakeAlarms: {} });
  });

  it('refuse any other way to wake it, a Region that is none, and an id that is named twice', () => {
    expect(() => settingsWith('wake: often\nwakeAlarms: { west: [a], us-east-1: [b, b] }')).toThrow(
      /wake: Expected schedule or alarms, got "often"[^]*wakeAlarms: Expected a Region name such as us-west-2, got "west"[^]*wakeAlarms\.us-east-1: Expected different Voice Connectors/,
    );
  });
});

describe('The template of the alarms that wake the monitor', () => {
  it('has an alarm for each Voice Connector of its Region, with the dimensions of the policy', () => {
    const template = templateOf('us-east-1');
    expect(namesIn(template)).toEqual([
      'voice-connector-failover-prod-wake-vc-1',
      'voice-connector-failover-prod-wake-vc-2',
    ]);
    const dimensions = [
      { Name: 'VoiceConnectorId', Value: 'vc-1' },
      { Name: 'Region', Value: 'us-east-1' },
    ];
    const metric = { MetricStat: { Metric: { Dimensions: dimensions } } };
    expect(Object.values(template.Resources)[0]).toMatchObject({ Properties: { Metrics: [{}, metric, metric] } });
  });

  it('keeps the logical ids of the alarms when the list is reordered, so that CloudFormation replaces none', () => {
    const settings = settingsWith('wake: alarms\nwakeAlarms: { us-east-1: [vc-2, vc-1] }');
    const policy = { metricDimensions: ['VoiceConnectorId'] as const };
    const reordered = wakeAlarmTemplate({ stage: 'prod', settings, policy }, 'us-east-1');
    expect(Object.keys(reordered.Resources).sort()).toEqual(Object.keys(templateOf('us-east-1').Resources).sort());
  });

  it('sends the changes of state to the bus of every other Region that runs a monitor, and to no more', () => {
    expect(templateOf('us-east-1').Resources).toMatchObject({
      SendStateChanges: {
        Properties: {
          EventPattern: { detail: { alarmName: [{ prefix: 'voice-connector-failover-prod-wake-' }] } },
          Targets: [
            { Arn: { 'Fn::Sub': 'arn:${AWS::Partition}:events:us-west-2:${AWS::AccountId}:event-bus/default' } },
          ],
        },
      },
    });
    expect(Object.values(templateOf('us-west-2').Resources).map(({ Type }) => Type)).toEqual([
      'AWS::CloudWatch::Alarm',
    ]);
  });

  it('has the permissions boundary of the stage', () => {
    const boundary = 'arn:aws:iam::111122223333:policy/boundary';
    expect(templateOf('us-east-1', `permissionsBoundary: ${boundary}`).Resources).toMatchObject({
      SendStateChangesRole: { Properties: { PermissionsBoundary: boundary } },
    });
  });
});

describe('The rule that runs the monitor every minute', () => {
  it('is in no template of a schedule of every minute', () => {
    expect(minuteRule('schedule')).toEqual({});
    expect(resources).not.toHaveProperty('MinuteRule');
  });

  it('is disabled where it is deployed, and the monitor and operate may switch it alone', () => {
    const own = minuteRule('alarms');
    expect(own).toMatchObject({
      MinuteRule: { Properties: { State: 'DISABLED', ScheduleExpression: 'rate(1 minute)' } },
    });
    const statements = [own.SwitchMinuteRule, own.EnableMinuteRule].map(
      (policy) => policy?.Properties.PolicyDocument.Statement,
    );
    const Resource = { 'Fn::GetAtt': ['MinuteRule', 'Arn'] };
    expect(statements).toEqual([
      [{ Sid: 'SwitchMinuteRule', Effect: 'Allow', Action: ['events:EnableRule', 'events:DisableRule'], Resource }],
      [{ Sid: 'SwitchMinuteRule', Effect: 'Allow', Action: ['events:EnableRule'], Resource }],
    ]);
  });
});

describe('The alarms of a monitor that alarms wake', () => {
  const timeouts = Object.fromEntries(functions.map(({ name, timeoutSeconds }) => [name, { timeout: timeoutSeconds }]));
  const { NoHeartbeatAlarm, FailoverHeldAlarm, MonitorErrorsAlarm } = alarms(timeouts, 'alarms');

  it('wait for three runs on schedule', () => {
    const fifteenMinutes = { Period: 60, EvaluationPeriods: 15 };
    expect(NoHeartbeatAlarm?.Properties).toMatchObject(fifteenMinutes);
    expect(NoHeartbeatAlarm?.Properties['AlarmDescription']).toContain('in the last 15 minutes');
    expect(MonitorErrorsAlarm?.Properties).toMatchObject({ ...fifteenMinutes, DatapointsToAlarm: 3 });
  });

  it('find a failover that is held for 15 minutes even if the monitor runs on schedule only', () => {
    expect(FailoverHeldAlarm?.Properties).toMatchObject({ Period: 300, EvaluationPeriods: 3 });
  });
});
