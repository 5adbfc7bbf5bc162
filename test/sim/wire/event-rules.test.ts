import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { localAws } from './harness.ts';

const EventBusName = 'audit';
const rule = { EventBusName, Name: 'moves' };
const ofRule = { EventBusName, Rule: 'moves' };
const queue: Target = { Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:111122223333:moves' };
const log: Target = { Id: 'log', Arn: 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/events/moves:*' };

/** A bus, a queue, and a rule for applied changes that delivers to the queue and to a log group. */
async function withRule() {
  const aws = await localAws();
  const events = aws.eventBridge();
  aws.account.queues.create('us-east-1', 'moves');
  await events.send(new CreateEventBusCommand({ Name: EventBusName }));
  const EventPattern = JSON.stringify({ 'detail-type': [{ prefix: 'Priority Change' }] });
  const { RuleArn } = await events.send(new PutRuleCommand({ ...rule, EventPattern }));
  await events.send(new PutTargetsCommand({ ...ofRule, Targets: [queue, log] }));
  const publish = (DetailType: string) =>
    events.send(new PutEventsCommand({ Entries: [{ EventBusName, Source: 'own', DetailType, Detail: '{"a":1}' }] }));
  const delivered = () => {
    const logGroupName = '/aws/events/moves';
    const inQueue = aws.account.queues.receive('us-east-1', 'moves', { maxMessages: 10 }).map(({ body }) => body);
    aws.account.logs.createGroup('us-east-1', logGroupName);
    const inLog = aws.account.logs.filter('us-east-1', { logGroupName }).events.map(({ message }) => message);
    return { inQueue, inLog };
  };
  return { aws, events, EventPattern, RuleArn, publish, delivered };
}

describe('a rule of an event bus', () => {
  it('delivers the events that it matches, whole, to a queue and to a log group', async () => {
    const { publish, delivered } = await withRule();
    await publish('Hold Changed');
    const { Entries } = await publish('Priority Change Applied');
    const { inQueue, inLog } = delivered();
    expect(inLog).toEqual(inQueue);
    expect(inQueue.map((body) => JSON.parse(body) as unknown)).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'Priority Change Applied',
        source: 'own',
        account: '111122223333',
        time: '2026-11-21T09:00:30Z',
        region: 'us-east-1',
        resources: [],
        detail: { a: 1 },
      },
    ]);
  });

  it('is described and listed as it was put', async () => {
    const { events, EventPattern, RuleArn } = await withRule();
    const expected = { Name: 'moves', Arn: RuleArn, EventPattern, State: 'ENABLED', EventBusName };
    expect(RuleArn).toBe('arn:aws:events:us-east-1:111122223333:rule/audit/moves');
    expect(await events.send(new DescribeRuleCommand(rule))).toMatchObject(expected);
    expect((await events.send(new ListRulesCommand({ EventBusName, NamePrefix: 'mo' }))).Rules).toEqual([expected]);
    expect((await events.send(new ListRulesCommand({ EventBusName, NamePrefix: 'x' }))).Rules).toEqual([]);
    expect((await events.send(new ListTargetsByRuleCommand(ofRule))).Targets).toEqual([queue, log]);
  });

  it('delivers nothing while it is disabled, and to no target that was removed', async () => {
    const { events, publish, delivered } = await withRule();
    await events.send(new DisableRuleCommand(rule));
    await publish('Priority Change Applied');
    expect(delivered()).toEqual({ inQueue: [], inLog: [] });
    await events.send(new EnableRuleCommand(rule));
    await events.send(new RemoveTargetsCommand({ ...ofRule, Ids: ['log'] }));
    await publish('Priority Change Applied');
    expect(delivered()).toMatchObject({ inQueue: [expect.any(String)], inLog: [] });
  });

  it('is deleted once its targets are removed', async () => {
    const { events } = await withRule();
    await expect(events.send(new DeleteRuleCommand(rule))).rejects.toMatchObject({ name: 'ValidationException' });
    await events.send(new RemoveTargetsCommand({ ...ofRule, Ids: ['queue', 'log'] }));
    await events.send(new DeleteRuleCommand(rule));
    await expect(events.send(new DescribeRuleCommand(rule))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is refused on a bus that does not exist, with a wrong pattern, or with neither a pattern nor a rate', async () => {
    const { events, EventPattern } = await withRule();
    const put = (changes: object) => events.send(new PutRuleCommand({ ...rule, EventPattern, ...changes }));
    await expect(put({ EventBusName: 'other' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put({ EventPattern: '{' })).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(put({ EventPattern: '{"source":"x"}' })).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    for (const ScheduleExpression of [undefined, 'rate(1 minutes)', 'cron(0 9 * * ? *)']) {
      await expect(put({ EventPattern: undefined, EventBusName: undefined, ScheduleExpression })).rejects.toMatchObject(
        {
          name: 'ValidationException',
        },
      );
    }
  });

  it('reports a target that the local AWS does not deliver to', async () => {
    const { events } = await withRule();
    const topic: Target = { Id: 'topic', Arn: 'arn:aws:sns:us-east-1:111122223333:pager' };
    const { FailedEntryCount, FailedEntries } = await events.send(
      new PutTargetsCommand({ ...ofRule, Targets: [topic] }),
    );
    expect({ FailedEntryCount, FailedEntries }).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'topic' }],
    });
    const transformed = { ...queue, InputPath: '$.detail' };
    await expect(events.send(new PutTargetsCommand({ ...ofRule, Targets: [transformed] }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

it('a pattern is tested against an event without a rule', async () => {
  const aws = await localAws();
  const test = async (pattern: object) =>
    (
      await aws.eventBridge().send(
        new TestEventPatternCommand({
          EventPattern: JSON.stringify(pattern),
          Event: JSON.stringify({ source: 'own' }),
        }),
      )
    ).Result;
  expect(await test({ source: ['own'] })).toBe(true);
  expect(await test({ source: ['other'] })).toBe(false);
});
