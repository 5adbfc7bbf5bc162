import { GetVoiceConnectorGroupCommand, UpdateVoiceConnectorGroupCommand } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { serviceNames } from '../../../../sim/wire/service-name.ts';
import { bucketOperations } from '../../../../sim/wire/services/buckets.ts';
import { chimeRoutes } from '../../../../sim/wire/services/chime-routes.ts';
import { cloudWatchOperations } from '../../../../sim/wire/services/cloudwatch.ts';
import { eventBridgeOperations } from '../../../../sim/wire/services/eventbridge.ts';
import { logOperations } from '../../../../sim/wire/services/logs.ts';
import { parameterOperations } from '../../../../sim/wire/services/parameters.ts';
import { queueOperations } from '../../../../sim/wire/services/queues.ts';
import { accessKeyIdOf } from '../../../../sim/lambda/credentials.ts';
import { needsOf } from '../../../../sim/wire/iam/needs.ts';
import { Permissions } from '../../../../sim/wire/iam/permissions.ts';
import { parsePolicyDocument } from '../../../../sim/wire/iam/policy.ts';
import { localAws, seedPair } from '../harness.ts';

const account = '111122223333';

/** An AWS in which the monitor may do what these statements say, and clients in its role. */
async function awsAllowing(...statements: readonly object[]) {
  const permissions = new Permissions([
    {
      functionName: 'monitor',
      role: 'MonitorRole',
      statements: parsePolicyDocument({ Version: '2012-10-17', Statement: statements }),
    },
  ]);
  const aws = await localAws({ permissions, accessKeyId: accessKeyIdOf('monitor') });
  seedPair(aws.account);
  return { ...aws, permissions };
}

function allow(action: string, resource: string, condition: object = {}) {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    Condition: condition,
  };
}

function refused(name: string, status: number, action: string, resource: string) {
  return {
    name,
    message:
      `User: arn:aws:sts::${account}:assumed-role/MonitorRole/monitor is not authorized to perform: ${action} on resource: ` +
      `${resource} because no identity-based policy allows the ${action} action`,
    $metadata: { httpStatusCode: status },
  };
}

function update(...voiceConnectorIds: readonly string[]) {
  return new UpdateVoiceConnectorGroupCommand({
    VoiceConnectorGroupId: 'group-1',
    Name: 'main number',
    VoiceConnectorItems: voiceConnectorIds.map((VoiceConnectorId, place) => ({
      VoiceConnectorId,
      Priority: place + 1,
    })),
  });
}

function putMetric(Namespace: string) {
  return new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'PriorityChange', Value: 1 }] });
}

function entry(Source: string, EventBusName = 'decisions') {
  return { Source, EventBusName, DetailType: 'x', Detail: '{}' };
}

describe('a request that its role does not allow', () => {
  it('is denied by Chime with a 403 and not performed', async () => {
    const aws = await awsAllowing(allow('chime:Get*', '*'));
    const before = JSON.stringify(aws.account.routedGroups());
    const at = `arn:aws:chime:us-east-1:${account}:vc/vc-west`;
    await expect(aws.chime().send(update('vc-west', 'vc-east'))).rejects.toMatchObject(
      refused('AccessDeniedException', 403, 'chime:UpdateVoiceConnectorGroup', at),
    );
    expect(JSON.stringify(aws.account.routedGroups())).toBe(before);
    expect(aws.server.requests.map(({ status }) => status)).toEqual([403]);
  });

  it('is denied by EventBridge, Systems Manager and SQS with a 400', async () => {
    const aws = await awsAllowing();
    await expect(aws.eventBridge().send(new PutEventsCommand({ Entries: [entry('own')] }))).rejects.toMatchObject(
      refused(
        'AccessDeniedException',
        400,
        'events:PutEvents',
        `arn:aws:events:us-east-1:${account}:event-bus/decisions`,
      ),
    );
    await expect(aws.ssm().send(new GetParametersByPathCommand({ Path: '/a/b' }))).rejects.toMatchObject(
      refused(
        'AccessDeniedException',
        400,
        'ssm:GetParametersByPath',
        `arn:aws:ssm:us-east-1:${account}:parameter/a/b`,
      ),
    );
    const QueueUrl = `${aws.server.url}/${account}/undelivered`;
    await expect(aws.sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
      message: expect.stringContaining(
        `sqs:SendMessage on resource: arn:aws:sqs:us-east-1:${account}:undelivered`,
      ) as string,
    });
    expect(aws.account.eventBridge.events).toEqual([]);
  });

  it('is denied by Lambda with a 403', async () => {
    const aws = await awsAllowing();
    await expect(aws.lambda().send(new InvokeCommand({ FunctionName: 'monitor' }))).rejects.toMatchObject(
      refused(
        'AccessDeniedException',
        403,
        'lambda:InvokeFunction',
        `arn:aws:lambda:us-east-1:${account}:function:monitor`,
      ),
    );
  });

  it.each([
    ['JSON', 'AccessDenied', undefined],
    ['CBOR', 'Error', new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.cloudwatch' })],
    [
      'Query',
      'AccessDenied',
      new AwsQueryProtocol({
        defaultNamespace: 'com.amazonaws.cloudwatch',
        version: '2010-08-01',
        xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      }),
    ],
  ])('is denied by CloudWatch in %s, as the error %s', async (_protocol, name, protocol) => {
    const aws = await awsAllowing();
    const client = aws.kept(new CloudWatchClient({ ...aws.config('us-east-1'), ...(protocol && { protocol }) }));
    await expect(client.send(putMetric('Own'))).rejects.toMatchObject({
      message: expect.stringMatching(
        /is not authorized to perform: cloudwatch:PutMetricData on resource: \*/,
      ) as string,
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('a request that its role allows', () => {
  it('passes where a statement covers each Voice Connector of the group, and not where one covers only some', async () => {
    const vc = (id: string) => `arn:aws:chime:*:${account}:vc/${id}`;
    const aws = await awsAllowing(allow('chime:UpdateVoiceConnectorGroup', vc('vc-east')));
    await expect(aws.chime().send(update('vc-west', 'vc-east'))).rejects.toThrow(/vc\/vc-west/);
    const other = await awsAllowing(allow('chime:UpdateVoiceConnectorGroup', vc('*')));
    await expect(other.chime().send(update('vc-west', 'vc-east'))).resolves.toMatchObject({
      $metadata: { httpStatusCode: 202 },
    });
    expect([...other.permissions.asked]).toEqual(['monitor chime:UpdateVoiceConnectorGroup']);
  });

  it('passes only in the namespace of the condition', async () => {
    const condition = { StringEquals: { 'cloudwatch:namespace': 'Own' } };
    const aws = await awsAllowing(allow('cloudwatch:PutMetricData', '*', condition));
    await expect(aws.cloudWatch().send(putMetric('Own'))).resolves.toBeDefined();
    await expect(aws.cloudWatch().send(putMetric('AWS/ChimeVoiceConnector'))).rejects.toThrow(/not authorized/);
  });

  it('passes only if every entry has the source of the condition, and goes to the bus of the statement', async () => {
    const condition = { 'ForAllValues:StringEquals': { 'events:source': 'own' } };
    const bus = `arn:aws:events:us-east-1:${account}:event-bus/decisions`;
    const aws = await awsAllowing(allow('events:PutEvents', bus, condition));
    const put = (...Entries: ReturnType<typeof entry>[]) => aws.eventBridge().send(new PutEventsCommand({ Entries }));
    await expect(put(entry('own'), entry('own', bus))).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put(entry('own'), entry('aws.health'))).rejects.toThrow(/not authorized/);
    await expect(put(entry('own'), entry('own', 'default'))).rejects.toThrow(/event-bus\/default/);
  });

  it('passes for every caller that is not a function', async () => {
    const aws = await awsAllowing();
    const config = { ...aws.config('us-east-1'), credentials: { accessKeyId: 'anna', secretAccessKey: 'local' } };
    const client = aws.kept(new CloudWatchClient(config));
    await expect(client.send(putMetric('Own'))).resolves.toBeDefined();
    expect([...aws.permissions.asked]).toEqual([]);
  });

  it('may still fail for another reason', async () => {
    const aws = await awsAllowing(allow('chime:*', '*'));
    const command = new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId: 'nobody' });
    await expect(aws.chime().send(command)).rejects.toThrow(/nobody/);
  });
});

describe('the permission that is needed', () => {
  const operations = {
    chime: chimeRoutes.map(({ operation }) => operation),
    monitoring: Object.keys(cloudWatchOperations),
    events: Object.keys(eventBridgeOperations),
    ssm: Object.keys(parameterOperations),
    sqs: Object.keys(queueOperations),
    lambda: ['Invoke'],
    logs: Object.keys(logOperations),
    s3: Object.keys(bucketOperations),
  };

  it.each(serviceNames)('is declared for every operation of %s', (service) => {
    for (const operation of operations[service]) {
      const needs = needsOf({ service, operation, region: 'us-east-1', input: undefined }, account);
      expect(needs, operation).toMatchObject([
        { action: expect.stringMatching(/^[a-z0-9]+:[A-Z]/) as string, resource: '*' },
      ]);
    }
  });

  it.each(['DescribeAlarmHistory', 'toString'])('of an undeclared operation throws: %s', (operation) => {
    expect(() => needsOf({ service: 'monitoring', operation, region: 'us-east-1', input: {} }, account)).toThrow(
      `the permission that monitoring ${operation} needs is not declared`,
    );
  });
});
