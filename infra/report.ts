/**
 * `reportBucket`: the function that writes a report of every move to the bucket, what invokes it, and the link in messages. Without the setting
 * nothing of this is in the template.
 */
import * as z from 'zod';
import { eventSource } from '../lib/events/event.ts';
import { logicalIdOf, type VariableContext } from './service.ts';

const reportId = logicalIdOf('report');

/** Of the keys of this stack. Stages and Regions may share a bucket, and none of them may write what is another's. */
const prefix = 'reports/${sls:stage}';

/** In seconds. A report takes a few; the log of a large account is read in pages. */
const timeoutSeconds = 120;

/** In seconds, for Lambda's own attempts: a report of an hour ago is still wanted, and `history --report` writes any later one. */
const maximumEventAgeSeconds = 3600;

const settingSchema = z.string().nullable();

/** Null where reports are written nowhere. */
export async function reportBucketOf({ resolveConfigurationProperty }: VariableContext): Promise<string | null> {
  return settingSchema.parse(await resolveConfigurationProperty(['custom', 'settings', 'reportBucket']));
}

const logGroups = {
  MONITOR_LOG_GROUP: '/aws/lambda/${self:service}-${sls:stage}-monitor',
  OPERATE_LOG_GROUP: '/aws/lambda/${self:service}-${sls:stage}-operate',
};

function functionWith(bucket: string) {
  return {
    handler: 'functions/report.handler',
    description: 'Writes a report of every move to the bucket for reports',
    role: { 'Fn::Sub': '${ReportRole.Arn}' },
    timeout: timeoutSeconds,
    maximumRetryAttempts: 2,
    maximumEventAge: maximumEventAgeSeconds,
    environment: {
      POLICY_FILE: 'policy.json',
      REPORT_BUCKET: bucket,
      REPORT_PREFIX: { 'Fn::Sub': `${prefix}/\${AWS::Region}` },
      // What happened is read from these.
      ...logGroups,
    },
  };
}

function allow(Sid: string, Action: string | readonly string[], Resource: unknown, others: object = {}) {
  return { Sid, Effect: 'Allow', Action, Resource, ...others };
}

function logArn(name: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${name}` };
}

function statementsFor(bucket: string) {
  return [
    // IAM checks the log group with or without the end that stands for its streams.
    allow(
      'ReadLogs',
      'logs:FilterLogEvents',
      Object.values(logGroups).flatMap((name) => [logArn(name), logArn(`${name}:*`)]),
    ),
    allow('ReadCalls', 'cloudwatch:GetMetricData', '*'),
    allow(
      'WriteReports',
      's3:PutObject',
      { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucket}/${prefix}/\${AWS::Region}/*` },
      // A bucket of that name may come to be somebody else's.
      { Condition: { StringEquals: { 's3:ResourceAccount': { Ref: 'AWS::AccountId' } } } },
    ),
    allow(
      'Publish',
      'events:PutEvents',
      { 'Fn::GetAtt': ['Bus', 'Arn'] },
      {
        Condition: {
          'ForAllValues:StringEquals': { 'events:source': eventSource },
          Null: { 'events:source': 'false' },
        },
      },
    ),
    allow('StoreInOutbox', 'sqs:SendMessage', { 'Fn::GetAtt': ['OutboxQueue', 'Arn'] }),
    allow(
      'WriteOwnLog',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      logArn('/aws/lambda/${self:service}-${sls:stage}-report:*'),
    ),
  ];
}

function role(bucket: string) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: 'Permissions of the function that writes reports',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'report', PolicyDocument: { Version: '2012-10-17', Statement: statementsFor(bucket) } }],
    },
  };
}

/**
 * What a report is written at, of the occasions of lib/history/occasion.ts: a move, and what may follow it. A line that is healthy is green, and one that is
 * proven unhealthy is not. `unknown` and `degraded` come and go with few calls, and would have the log read in vain.
 */
export const occasionPattern = {
  source: [eventSource],
  $or: [
    { 'detail-type': ['Priority Change Applied', 'Drill Ended'] },
    {
      'detail-type': ['Connector Health Changed'],
      detail: { data: { after: { health: ['healthy', 'unhealthy'] } } },
    },
  ],
};

const trigger = {
  ReportRule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Description: 'Has a report written of each move, and again when calls are healthy',
      EventBusName: { Ref: 'Bus' },
      EventPattern: occasionPattern,
      Targets: [
        {
          Id: 'report',
          Arn: { 'Fn::GetAtt': [reportId, 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: maximumEventAgeSeconds, MaximumRetryAttempts: 10 },
        },
      ],
    },
  },
  ReportRulePermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': [reportId, 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['ReportRule', 'Arn'] },
    },
  },
};

/** Called by the framework, which leaves out a function that is null. */
export async function reportFunction(context: VariableContext) {
  const bucket = await reportBucketOf(context);
  return bucket === null ? null : functionWith(bucket);
}

/** Called by the framework. */
export async function reportResources(context: VariableContext) {
  const bucket = await reportBucketOf(context);
  return { Resources: bucket === null ? {} : { ReportRole: role(bucket), ...trigger } };
}

/** In the console, which asks who wants to read it. `<monitor>`, `<groupId>` and `<eventId>` are values of the move's event. */
export function reportLink(bucket: string): string {
  return `https://console.aws.amazon.com/s3/object/${bucket}?prefix=${prefix}/<monitor>/<groupId>/<eventId>.html`;
}
