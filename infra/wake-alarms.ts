/**
 * `wake: alarms`: the alarms that wake the monitor, as a template of its own for each Region that has metrics of Voice Connectors, because
 * CloudWatch evaluates an alarm in the Region of its metrics. The monitor's rule is on the bus `default` of its own Region; a rule of this
 * template sends the changes of state there from any other.
 */
import { createHash } from 'node:crypto';
import { wakeExpression } from '../lib/core/judge/wake-threshold.ts';
import type { Policy } from '../lib/input/policy.ts';
import type { StageSettings } from './stage-settings.ts';

export type WakeAlarmsStage = {
  readonly stage: string;
  readonly settings: Pick<StageSettings, 'regions' | 'wakeAlarms' | 'permissionsBoundary'>;
  readonly policy: Pick<Policy, 'metricDimensions'>;
};

/** preflight finds the alarms by it. */
export function wakeAlarmPrefix(stage: string): string {
  return `voice-connector-failover-${stage}-wake-`;
}

/** The template of one Region. */
export function wakeAlarmTemplate({ stage, settings, policy }: WakeAlarmsStage, region: string) {
  const { regions, wakeAlarms } = settings;
  const alarms = (wakeAlarms[region] ?? []).map(
    (voiceConnectorId) =>
      [
        logicalId(voiceConnectorId),
        wakeAlarm(stage, voiceConnectorId, dimensionsOf(policy, voiceConnectorId, region)),
      ] as const,
  );
  const monitors = regions.filter((each) => each !== region);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Alarms that wake the monitor of voice-connector-failover-${stage}`,
    Resources: {
      ...Object.fromEntries(alarms),
      ...(monitors.length === 0 ? {} : forwarding(stage, monitors, settings)),
    },
  };
}

/** CloudFormation replaces nothing when the list is reordered. */
function logicalId(voiceConnectorId: string): string {
  return `Wake${createHash('sha256').update(voiceConnectorId).digest('hex').slice(0, 16)}`;
}

function dimensionsOf(
  { metricDimensions }: Pick<Policy, 'metricDimensions'>,
  voiceConnectorId: string,
  region: string,
) {
  const values = { VoiceConnectorId: voiceConnectorId, Region: region };
  return metricDimensions.map((Name) => ({ Name, Value: values[Name] }));
}

/** CloudWatch bills an alarm by its metrics: two. */
function wakeAlarm(stage: string, voiceConnectorId: string, Dimensions: readonly object[]) {
  const metric = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'AWS/ChimeVoiceConnector', MetricName, Dimensions },
      Period: 60,
      Stat: 'Sum',
    },
  });
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${wakeAlarmPrefix(stage)}${voiceConnectorId}`,
      AlarmDescription:
        'Wakes the monitor, which judges: more inbound calls failed in a minute than two standard deviations above 5 %. It notifies nobody.',
      Metrics: [
        {
          Id: 'beyond',
          Expression: wakeExpression('attempts', 'failures'),
          Label: 'failed calls beyond 5 % and two standard deviations',
          ReturnData: true,
        },
        metric('attempts', 'InboundCallAttempts'),
        metric('failures', 'InboundCallFailures'),
      ],
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      EvaluationPeriods: 1,
      // A minute without calls has no datapoint.
      TreatMissingData: 'notBreaching',
    },
  };
}

function forwarding(
  stage: string,
  monitors: readonly string[],
  { permissionsBoundary }: Pick<StageSettings, 'permissionsBoundary'>,
) {
  const buses = monitors.map((region) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:events:${region}:\${AWS::AccountId}:event-bus/default`,
  }));
  return {
    SendStateChanges: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: `voice-connector-failover-${stage}-wake`,
        Description: 'Sends the changes of state of the alarms that wake the monitor to the Regions that run it',
        EventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: [{ prefix: wakeAlarmPrefix(stage) }] },
        },
        State: 'ENABLED',
        Targets: buses.map((Arn, place) => ({
          Id: monitors[place],
          Arn,
          RoleArn: { 'Fn::GetAtt': ['SendStateChangesRole', 'Arn'] },
        })),
      },
    },
    SendStateChangesRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Description: 'Permissions of the rule that sends changes of state to the monitor',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'send',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: buses }],
            },
          },
        ],
        ...(permissionsBoundary === undefined ? {} : { PermissionsBoundary: permissionsBoundary }),
      },
    },
  };
}
