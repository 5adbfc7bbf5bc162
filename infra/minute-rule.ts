/**
 * `wake: alarms`: the rule that runs the monitor every minute as long as something is going on. The monitor enables and disables it, so the
 * template has it disabled.
 */
import type { WakeMode } from '../lib/core/model/wake.ts';
import { logicalIdOf, wakeModeOf, type VariableContext } from './service.ts';

export function minuteRuleName(stage: string): string {
  return `voice-connector-failover-${stage}-every-minute`;
}

/** By logical id; none where the schedule runs the monitor every minute anyway. */
export function minuteRule(wake: WakeMode) {
  if (wake === 'schedule') return {};
  const monitor = logicalIdOf('monitor');
  return {
    MinuteRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: minuteRuleName('${sls:stage}'),
        Description: 'Runs the monitor every minute. The monitor enables it as long as something is going on',
        ScheduleExpression: 'rate(1 minute)',
        State: 'DISABLED',
        Targets: [
          {
            Id: 'monitor',
            Arn: { 'Fn::GetAtt': [monitor, 'Arn'] },
            RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
          },
        ],
      },
    },
    MinuteRulePermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': [monitor, 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['MinuteRule', 'Arn'] },
      },
    },
    // A resource of its own: the rule needs the function, and the function its role.
    SwitchMinuteRule: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'switch-minute-rule',
        Roles: [{ Ref: 'MonitorRole' }],
        PolicyDocument: switching(['events:EnableRule', 'events:DisableRule']),
      },
    },
    EnableMinuteRule: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'enable-minute-rule',
        Roles: [{ Ref: 'OperateRole' }],
        PolicyDocument: switching(['events:EnableRule']),
      },
    },
    ListWakeAlarms: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'list-wake-alarms',
        Roles: [{ Ref: 'PreflightRole' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Sid: 'ListWakeAlarms', Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' }],
        },
      },
    },
  };
}

function switching(actions: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SwitchMinuteRule',
        Effect: 'Allow',
        Action: actions,
        Resource: { 'Fn::GetAtt': ['MinuteRule', 'Arn'] },
      },
    ],
  };
}

/** Called by the framework. */
export async function minuteRuleResources(context: VariableContext) {
  return { Resources: minuteRule(await wakeModeOf(context)) };
}
