/**
 * What the principal needs who deploys, upgrades and removes the stack, by type of resource: CloudFormation acts in its name.
 * `npm run tables` makes docs/deployer-policy.json of it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

type Permission = {
  /** Of one service, whose prefix is the first part: `sns:CreateTopic`. `*` stands for Get, Put, Update and Delete. */
  readonly actions: readonly string[];
  /** ARNs, with the account of the examples. */
  readonly on: readonly string[];
  /** Only for what CloudFormation does in the principal's name: nothing narrower can be named. */
  readonly isByCloudFormation?: true;
};

const stack = 'voice-connector-failover-*';

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:*:111122223333:${resource}`;
}

/** `lambda:CreateFunction` for each name. */
function permission(service: string, names: string, on: readonly string[]): Permission {
  return { actions: names.split(' ').map((name) => `${service}:${name}`), on };
}

const tags = 'TagResource UntagResource ListTagsForResource';
const bucket = [`arn:aws:s3:::${stack}`, `arn:aws:s3:::${stack}/*`];
const functions = [arn('lambda', `function:${stack}`)];
const topics = [arn('sns', stack)];

/** What the framework asks for besides the resources of the template. */
const framework: readonly Permission[] = [
  permission(
    'cloudformation',
    'CreateStack UpdateStack DeleteStack CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet DescribeStacks DescribeStackEvents DescribeStackResource DescribeStackResources ListStackResources GetTemplate TagResource',
    [arn('cloudformation', `stack/${stack}`)],
  ),
  permission('cloudformation', 'ValidateTemplate ListExports', ['*']),
];

/** By type of CloudFormation resource. */
export const permissionsByType: Readonly<Record<string, readonly Permission[]>> = {
  'AWS::CloudFormation::Stack': framework,
  'AWS::S3::Bucket': [
    permission(
      's3',
      'CreateBucket DeleteBucket GetBucketLocation ListBucket ListBucketVersions GetEncryptionConfiguration PutEncryptionConfiguration PutBucketTagging GetObject PutObject DeleteObject DeleteObjectVersion',
      bucket,
    ),
  ],
  'AWS::S3::BucketPolicy': [permission('s3', 'GetBucketPolicy PutBucketPolicy DeleteBucketPolicy', bucket)],
  'AWS::Logs::LogGroup': [
    permission('logs', `CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy ${tags}`, [
      arn('logs', `log-group:/aws/lambda/${stack}`),
    ]),
    permission('logs', 'DescribeLogGroups', ['*']),
  ],
  'AWS::Logs::QueryDefinition': [permission('logs', '*QueryDefinition DescribeQueryDefinitions', ['*'])],
  'AWS::Lambda::Function': [
    permission(
      'lambda',
      'CreateFunction GetFunction GetFunctionConfiguration UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction *FunctionConcurrency GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetRuntimeManagementConfig TagResource UntagResource ListTags',
      functions,
    ),
  ],
  'AWS::Lambda::Version': [permission('lambda', 'PublishVersion ListVersionsByFunction', functions)],
  'AWS::Lambda::EventInvokeConfig': [permission('lambda', '*FunctionEventInvokeConfig', functions)],
  'AWS::Lambda::EventSourceMapping': [permission('lambda', '*EventSourceMapping', ['*'])],
  'AWS::Lambda::Permission': [permission('lambda', 'AddPermission RemovePermission GetPolicy', functions)],
  'AWS::Events::EventBus': [
    permission('events', `CreateEventBus UpdateEventBus DescribeEventBus DeleteEventBus ${tags}`, [
      arn('events', `event-bus/${stack}`),
    ]),
  ],
  'AWS::Events::Archive': [
    permission('events', 'CreateArchive UpdateArchive DescribeArchive DeleteArchive', [
      arn('events', `archive/${stack}`),
      arn('events', `event-bus/${stack}`),
    ]),
  ],
  'AWS::Events::Rule': [
    permission(
      'events',
      'PutRule DescribeRule DeleteRule EnableRule DisableRule PutTargets RemoveTargets ListTargetsByRule',
      [arn('events', `rule/${stack}`)],
    ),
  ],
  'AWS::SQS::Queue': [
    permission(
      'sqs',
      'CreateQueue DeleteQueue GetQueueUrl GetQueueAttributes SetQueueAttributes TagQueue UntagQueue ListQueueTags',
      [arn('sqs', stack)],
    ),
  ],
  'AWS::Pipes::Pipe': [
    permission('pipes', `CreatePipe DescribePipe UpdatePipe DeletePipe ${tags}`, [arn('pipes', `pipe/${stack}`)]),
  ],
  'AWS::Scheduler::Schedule': [
    permission('scheduler', 'CreateSchedule GetSchedule UpdateSchedule DeleteSchedule', [
      arn('scheduler', `schedule/default/${stack}`),
    ]),
  ],
  // With `wake: alarms`: inline policies of the same roles.
  'AWS::IAM::Policy': [
    permission('iam', 'PutRolePolicy GetRolePolicy DeleteRolePolicy', [`arn:aws:iam::111122223333:role/${stack}`]),
  ],
  'AWS::IAM::Role': [
    permission(
      'iam',
      'CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies PutRolePermissionsBoundary TagRole UntagRole PassRole',
      [`arn:aws:iam::111122223333:role/${stack}`],
    ),
  ],
  'AWS::KMS::Key': [
    {
      ...permission(
        'kms',
        'CreateKey DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation UpdateKeyDescription ScheduleKeyDeletion TagResource UntagResource ListResourceTags',
        ['*'],
      ),
      isByCloudFormation: true,
    },
  ],
  'AWS::SNS::Topic': [
    permission(
      'sns',
      `CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes ListSubscriptionsByTopic GetDataProtectionPolicy ${tags}`,
      topics,
    ),
  ],
  'AWS::SNS::TopicPolicy': [permission('sns', 'SetTopicAttributes', topics)],
  'AWS::SNS::Subscription': [
    permission('sns', 'Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes', topics),
  ],
  'AWS::CloudWatch::Alarm': [
    permission('cloudwatch', `PutMetricAlarm DeleteAlarms DescribeAlarms ${tags}`, [
      arn('cloudwatch', `alarm:${stack}`),
    ]),
  ],
  // CloudWatch refuses this action in a narrower scope.
  'AWS::CloudWatch::CompositeAlarm': [permission('cloudwatch', 'PutCompositeAlarm DescribeAlarms', ['*'])],
  'AWS::CloudWatch::Dashboard': [
    permission('cloudwatch', 'PutDashboard GetDashboard DeleteDashboards', [
      `arn:aws:cloudwatch::111122223333:dashboard/${stack}`,
    ]),
  ],
  'AWS::EventSchemas::Registry': [
    permission('schemas', `CreateRegistry DescribeRegistry UpdateRegistry DeleteRegistry ${tags}`, [
      arn('schemas', `registry/${stack}`),
    ]),
  ],
  'AWS::EventSchemas::Schema': [
    permission('schemas', 'CreateSchema DescribeSchema UpdateSchema DeleteSchema ListSchemaVersions', [
      arn('schemas', `schema/${stack}`),
    ]),
  ],
};

/** One statement for each set of resources: IAM limits the size of a policy. */
export function deployerPolicy(): object {
  const all = Object.values(permissionsByType).flat();
  const byScope = Map.groupBy(all, ({ actions: [first = ''], on, isByCloudFormation = false }) =>
    JSON.stringify([on[0] === '*' ? undefined : first.split(':')[0], on, isByCloudFormation]),
  );
  const statements = [...byScope.values()].map((same) => {
    const [{ on, isByCloudFormation } = { on: [] }] = same;
    return {
      Effect: 'Allow',
      Action: [...new Set(same.flatMap(({ actions }) => actions))].sort(),
      Resource: on,
      ...(isByCloudFormation === true
        ? { Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } } }
        : {}),
    };
  });
  return { Version: '2012-10-17', Statement: statements };
}
