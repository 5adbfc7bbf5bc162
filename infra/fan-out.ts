/**
 * What a stage with shards has besides: the lister, the queue of shards, its mapping to the monitor, and their alarms. The schedule invokes the
 * lister in the place of the monitor. Without shards nothing of this is in the template.
 */
import * as z from 'zod';
import { fanOutAlarms } from './alarms.ts';
import { logicalIdOf, type VariableContext } from './service.ts';

const listerId = logicalIdOf('lister');
const monitorId = logicalIdOf('monitor');

/** In seconds, as for the monitor: Lambda requires that a message stays invisible for as long as the function may run. */
const timeoutSeconds = 50;

/** By then a message whose run did not end is a period old, and the monitor drops it for its successor. */
const visibilityTimeoutSeconds = 60;

/** In seconds: nobody decides by a message that is older than a minute. */
const retentionSeconds = 600;

/** A message that is delivered a second time is dropped. Only one that the monitor cannot even drop is delivered so often. */
const maxReceiveCount = 3;

const settingsSchema = z.object({ shards: z.number(), monitorMemoryMegabytes: z.number() });

type Settings = z.output<typeof settingsSchema>;

async function settingsOf({ resolveConfigurationProperty }: VariableContext): Promise<Settings> {
  return settingsSchema.parse(await resolveConfigurationProperty(['custom', 'settings']));
}

/** The framework leaves out a function that is null. */
export async function listerFunction(context: VariableContext) {
  const { shards, monitorMemoryMegabytes } = await settingsOf(context);
  if (shards === 1) return null;
  return {
    handler: 'functions/lister.handler',
    description: 'Lists the account and sends its groups in shards to the monitor',
    role: { 'Fn::Sub': '${ListerRole.Arn}' },
    timeout: timeoutSeconds,
    memorySize: monitorMemoryMegabytes,
    maximumRetryAttempts: 0,
    maximumEventAge: 60,
    environment: {
      POLICY_FILE: 'policy.json',
      OVERRIDES_PATH: '${self:custom.overridesPath}',
      MONITOR_REGIONS: '${self:custom.settings.regions}',
      // The queue that a shard is sent to.
      SHARD_QUEUE_URL: { Ref: 'ShardQueue' },
      // How many shards there are.
      SHARDS: String(shards),
    },
  };
}

function queue(name: string, properties: object) {
  return {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: `\${self:service}-\${sls:stage}-${name}.fifo`,
      FifoQueue: true,
      SqsManagedSseEnabled: true,
      ...properties,
    },
  };
}

const queues = {
  ShardQueue: queue('shards', {
    MessageRetentionPeriod: retentionSeconds,
    VisibilityTimeout: visibilityTimeoutSeconds,
    // Each shard is a message group of its own: the mapping works on all of them at once, and on one message of each.
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['ShardDeadLetterQueue', 'Arn'] }, maxReceiveCount },
  }),
  ShardDeadLetterQueue: queue('shards-dead-letter', { MessageRetentionPeriod: 1_209_600 }),
};

function mapping(shards: number) {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    // Lambda checks the permissions of the role when the mapping is made.
    DependsOn: ['MonitorRole'],
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['ShardQueue', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': [monitorId, 'Arn'] },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: shards },
    },
  };
}

const anyParameter = 'arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:parameter${self:custom.overridesPath}';

function allow(Sid: string, Action: string | readonly string[], Resource: unknown, others: object = {}) {
  return { Sid, Effect: 'Allow', Action, Resource, ...others };
}

const onShardQueue = { 'Fn::GetAtt': ['ShardQueue', 'Arn'] };

/** It lists, and reads and removes overrides: it changes no group and reads no metric. */
const listerRole = {
  Type: 'AWS::IAM::Role',
  Properties: {
    Description: 'Permissions of the lister',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'lister',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow('ListWhatIamCannotScope', ['chime:ListVoiceConnectorGroups', 'chime:ListVoiceConnectors'], '*'),
            allow('ReadOverrides', 'ssm:GetParametersByPath', { 'Fn::Sub': anyParameter }),
            allow('RemoveOverrides', ['ssm:GetParameter', 'ssm:DeleteParameter'], { 'Fn::Sub': `${anyParameter}/*` }),
            allow('SendShards', 'sqs:SendMessage', onShardQueue),
            allow(
              'Publish',
              'events:PutEvents',
              { 'Fn::GetAtt': ['Bus', 'Arn'] },
              {
                Condition: {
                  'ForAllValues:StringEquals': { 'events:source': 'voice-connector-failover' },
                  Null: { 'events:source': 'false' },
                },
              },
            ),
            allow('StoreInOutbox', 'sqs:SendMessage', { 'Fn::GetAtt': ['OutboxQueue', 'Arn'] }),
            allow('WriteOwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
              'Fn::Sub':
                'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${self:service}-${sls:stage}-lister:*',
            }),
          ],
        },
      },
    ],
  },
};

/** Merged into the resources of serverless.yml and of the framework: in a list, `{}` leaves the item at its place as it is. */
const changes = {
  MonitorRole: {
    Properties: {
      Policies: [
        {},
        {
          PolicyName: 'shards',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              // Lambda receives the messages in the role of the function.
              allow(
                'ReceiveShards',
                ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
                onShardQueue,
              ),
            ],
          },
        },
      ],
    },
  },
  MonitorSchedule: {
    Properties: {
      Description: 'Runs the lister every minute',
      Target: { Arn: { 'Fn::GetAtt': [listerId, 'Arn'] } },
    },
  },
  // In the place of the monitor, the first of its functions.
  ScheduleRole: {
    Properties: {
      Policies: [{ PolicyDocument: { Statement: [{ Resource: [{ 'Fn::GetAtt': [listerId, 'Arn'] }] }] } }],
    },
  },
};

export async function fanOutResources(context: VariableContext) {
  const { shards } = await settingsOf(context);
  if (shards === 1) return { Resources: {} };
  return {
    Resources: {
      ...queues,
      ShardMapping: mapping(shards),
      ListerRole: listerRole,
      ...changes,
      ...fanOutAlarms(shards),
    },
  };
}
