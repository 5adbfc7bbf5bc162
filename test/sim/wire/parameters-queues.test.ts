import {
  DeleteMessageCommand,
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  InvalidNextToken,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { localAws, startsAt } from './harness.ts';

describe('Parameter Store', () => {
  it('returns the direct children of a path, or all descendants', async () => {
    const aws = await localAws();
    for (const name of [
      '/failover/pause',
      '/failover/main/pin',
      '/failover/main/x/deep',
      '/failover-other/pause',
      'flat',
    ]) {
      aws.account.parameters.put('us-east-1', { name, value: 'v', type: 'String' });
    }
    const below = async (Path: string, Recursive?: boolean, region?: string) =>
      (await aws.ssm(region).send(new GetParametersByPathCommand({ Path, Recursive }))).Parameters?.map(
        ({ Name }) => Name,
      );
    expect(await below('/failover')).toEqual(['/failover/pause']);
    expect(await below('/failover/', true)).toEqual(['/failover/main/pin', '/failover/main/x/deep', '/failover/pause']);
    expect(await below('/nowhere', true)).toEqual([]);
    expect(await below('/failover', true, 'us-west-2')).toEqual([]);
  });

  it('keeps what an overwrite replaced, by its version, until the parameter is deleted', async () => {
    const ssm = (await localAws()).ssm();
    const put = async (Value: string) =>
      (await ssm.send(new PutParameterCommand({ Name: '/a', Value, Type: 'String', Overwrite: true }))).Version;
    const get = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
    expect([await put('first'), await put('second'), await put('third')]).toEqual([1, 2, 3]);
    expect([await get('/a:1'), await get('/a:2'), await get('/a:3'), await get('/a')]).toEqual([
      'first',
      'second',
      'third',
      'third',
    ]);
    await expect(get('/a:4')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    await ssm.send(new DeleteParameterCommand({ Name: '/a' }));
    expect(await put('again')).toBe(1);
    await expect(get('/a:2')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });

  it('returns at most ten per page', async () => {
    const aws = await localAws();
    for (let index = 0; index < 25; index++) {
      aws.account.parameters.put('us-east-1', { name: `/failover/${index}`, value: 'v', type: 'String' });
    }
    const ssm = aws.ssm();
    const sizes = [];
    for await (const { Parameters } of paginateGetParametersByPath({ client: ssm }, { Path: '/failover' })) {
      sizes.push(Parameters?.length);
    }
    expect(sizes).toEqual([10, 10, 5]);
    const tooMany = new GetParametersByPathCommand({ Path: '/failover', MaxResults: 11 });
    await expect(ssm.send(tooMany)).rejects.toMatchObject({ name: 'ValidationException' });
    const garbage = new GetParametersByPathCommand({ Path: '/failover', NextToken: 'garbage' });
    await expect(ssm.send(garbage)).rejects.toBeInstanceOf(InvalidNextToken);
    const relative = new GetParametersByPathCommand({ Path: 'failover' });
    await expect(ssm.send(relative)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('overwrites only on request, counts versions and deletes', async () => {
    const aws = await localAws();
    const ssm = aws.ssm();
    const Name = '/failover/pause';
    await ssm.send(new PutParameterCommand({ Name, Value: 'a', Type: 'String' }));
    const again = { Name, Value: 'b', Type: 'String' } as const;
    await expect(ssm.send(new PutParameterCommand(again))).rejects.toBeInstanceOf(ParameterAlreadyExists);
    expect((await ssm.send(new PutParameterCommand({ ...again, Overwrite: true }))).Version).toBe(2);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    expect(Parameter).toMatchObject({ Name, Value: 'b', Version: 2, LastModifiedDate: new Date(startsAt) });
    await ssm.send(new DeleteParameterCommand({ Name }));
    await expect(ssm.send(new DeleteParameterCommand({ Name }))).rejects.toBeInstanceOf(ParameterNotFound);
    await expect(ssm.send(new GetParameterCommand({ Name }))).rejects.toBeInstanceOf(ParameterNotFound);
  });

  it.each([['/aws/mine'], ['/with space'], ['no/leading/slash'], ['/trailing/']])(
    'refuses the name %s',
    async (Name) => {
      const aws = await localAws();
      const put = aws.ssm().send(new PutParameterCommand({ Name, Value: 'v', Type: 'String' }));
      await expect(put).rejects.toMatchObject({ name: 'ValidationException' });
    },
  );

  it('returns a secret only with decryption', async () => {
    const aws = await localAws();
    aws.account.parameters.put('us-east-1', { name: '/secret', value: 'v', type: 'SecureString' });
    const read = async (WithDecryption: boolean) =>
      (await aws.ssm().send(new GetParameterCommand({ Name: '/secret', WithDecryption }))).Parameter?.Value;
    expect(await read(true)).toBe('v');
    expect(await read(false)).not.toContain('v"');
    expect(await read(false)).not.toBe('v');
  });
});

describe('a queue', () => {
  it('delivers a message, hides it for its visibility timeout, and removes it when deleted', async () => {
    const aws = await localAws();
    const sqs = aws.sqs();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'undelivered' }));
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'undelivered' }))).QueueUrl).toBe(QueueUrl);
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"a":1}' }));
    const receive = async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages;
    const first = await receive();
    expect(first?.map(({ MessageId, Body }) => [MessageId, Body])).toEqual([[sent.MessageId, '{"a":1}']]);
    aws.clock.jumpTo(startsAt + 29_999);
    expect(await receive()).toBeUndefined();
    aws.clock.jumpTo(startsAt + 30_000);
    const second = await receive();
    expect(second?.[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.[0]?.ReceiptHandle }));
    expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: 'undelivered', messages: 1 }]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.[0]?.ReceiptHandle }));
    expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: 'undelivered', messages: 0 }]);
  });

  it('must exist, in this Region', async () => {
    const aws = await localAws();
    aws.account.queues.create('us-east-1', 'undelivered');
    const elsewhere = aws.sqs('us-west-2').send(new GetQueueUrlCommand({ QueueName: 'undelivered' }));
    await expect(elsewhere).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  it('rejects a delay of more than 15 minutes and an empty message', async () => {
    const aws = await localAws();
    const { QueueUrl } = await aws.sqs().send(new CreateQueueCommand({ QueueName: 'undelivered' }));
    const late = new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 901 });
    await expect(aws.sqs().send(late)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const empty = new SendMessageCommand({ QueueUrl, MessageBody: '' });
    await expect(aws.sqs().send(empty)).rejects.toMatchObject({ name: 'MissingParameter' });
  });
  it('accepts a batch message by message', async () => {
    const aws = await localAws();
    const { QueueUrl } = await aws.sqs().send(new CreateQueueCommand({ QueueName: 'undelivered' }));
    const Entries = [
      { Id: 'a', MessageBody: 'one' },
      { Id: 'b', MessageBody: '' },
    ];
    const { Successful, Failed } = await aws.sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(Failed).toMatchObject([{ Id: 'b', Code: 'MissingParameter', SenderFault: true }]);
    expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: 'undelivered', messages: 1 }]);
  });

  it('fails the configured messages of a batch', async () => {
    const aws = await localAws();
    const { QueueUrl } = await aws.sqs().send(new CreateQueueCommand({ QueueName: 'undelivered' }));
    const effect = { kind: 'message-failure', code: 'InternalError', message: 'no', senderFault: false } as const;
    aws.server.misbehave({ effect: { ...effect, indexes: [0] } });
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
    const { Successful, Failed } = await aws.sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['b']);
    expect(Failed).toEqual([{ Id: 'a', Code: 'InternalError', Message: 'no', SenderFault: false }]);
  });

  it.each([
    ['none', [], 'EmptyBatchRequest'],
    ['eleven', Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' })), 'TooManyEntries'],
    ['two of one id', ['a', 'a'].map((Id) => ({ Id, MessageBody: 'x' })), 'BatchEntryIdsNotDistinct'],
    ['more than a mebibyte', ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) })), 'BatchRequestTooLong'],
  ])('rejects a batch of %s as a whole', async (_, Entries, name) => {
    const aws = await localAws();
    const { QueueUrl } = await aws.sqs().send(new CreateQueueCommand({ QueueName: 'undelivered' }));
    await expect(aws.sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name: expect.stringContaining(name) as string,
    });
    expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: 'undelivered', messages: 0 }]);
  });
});
