import { EventBridgeServiceException, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { localAws, startsAt } from './harness.ts';

const good: PutEventsRequestEntry = { Source: 'failover', DetailType: 'Decision', Detail: '{"reason":"held"}' };

describe('PutEvents', () => {
  it('stores each event, parsed, with the simulated time', async () => {
    const aws = await localAws();
    aws.account.eventBridge.seedBus('us-west-2', 'record');
    const Time = new Date(startsAt - 60_000);
    const { FailedEntryCount, Entries } = await aws.eventBridge('us-west-2').send(
      new PutEventsCommand({
        Entries: [
          good,
          { ...good, EventBusName: 'arn:aws:events:us-west-2:111122223333:event-bus/record', Time, Resources: ['r'] },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(0);
    const common = { region: 'us-west-2', source: 'failover', detailType: 'Decision', detail: { reason: 'held' } };
    expect(aws.account.eventBridge.events).toEqual([
      { ...common, id: Entries?.[0]?.EventId, eventBusName: 'default', time: startsAt, resources: [] },
      { ...common, id: Entries?.[1]?.EventId, eventBusName: 'record', time: Time.getTime(), resources: ['r'] },
    ]);
  });

  it.each([
    ['without a source', { DetailType: 'Decision', Detail: '{}' }, 'InvalidArgument', /Source/],
    ['without a detail type', { Source: 'failover', Detail: '{}' }, 'InvalidArgument', /DetailType/],
    ['without a detail', { Source: 'failover', DetailType: 'Decision' }, 'InvalidArgument', /Detail is a required/],
    ['whose detail is not JSON', { ...good, Detail: '{' }, 'MalformedDetail', /malformed/],
    ['whose detail is not an object', { ...good, Detail: '[]' }, 'MalformedDetail', /malformed/],
    ['whose detail type is too long', { ...good, DetailType: 'x'.repeat(129) }, 'InvalidArgument', /128/],
    ['above 256 KB', { ...good, Detail: JSON.stringify('ü'.repeat(131_072)) }, 'InvalidArgument', /size/],
  ])('fails an entry %s and accepts the others', async (_, bad, code, message) => {
    const aws = await localAws();
    const { FailedEntryCount, Entries } = await aws
      .eventBridge()
      .send(new PutEventsCommand({ Entries: [good, bad, good] }));
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
    expect(Entries?.[1]?.ErrorMessage).toMatch(message);
    expect(aws.account.eventBridge.events).toHaveLength(2);
  });

  it('accepts an entry of 300 KB with the limit of 2026', async () => {
    const aws = await localAws();
    aws.account.eventBridge.maxEntryBytes = 1_048_576;
    const Detail = JSON.stringify({ text: 'x'.repeat(300_000) });
    const { FailedEntryCount } = await aws.eventBridge().send(new PutEventsCommand({ Entries: [{ ...good, Detail }] }));
    expect(FailedEntryCount).toBe(0);
  });

  it.each([
    ['eleven entries', Array.from({ length: 11 }, () => good)],
    ['no entry', []],
    ['entries that all lack something', [{ Source: 'failover' }, { Detail: '{}' }]],
  ])('rejects a request with %s', async (_, Entries) => {
    const aws = await localAws();
    const refused = await aws
      .eventBridge()
      .send(new PutEventsCommand({ Entries }))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EventBridgeServiceException);
    expect(refused).toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    expect(aws.account.eventBridge.events).toEqual([]);
  });

  it('accepts and drops an event for an unknown bus, as AWS does', async () => {
    const aws = await localAws();
    aws.account.eventBridge.seedBus('us-west-2', 'record');
    const put = new PutEventsCommand({ Entries: [{ ...good, EventBusName: 'record' }] });
    const { FailedEntryCount, Entries } = await aws.eventBridge('us-east-1').send(put);
    expect(FailedEntryCount).toBe(0);
    expect(Entries?.[0]?.EventId).toBeTypeOf('string');
    expect(aws.account.eventBridge.events).toEqual([]);
  });

  it('fails the configured entries', async () => {
    const aws = await localAws();
    aws.server.misbehave({
      operation: 'PutEvents',
      effect: { kind: 'event-entry-failure', code: 'InternalFailure', message: 'try again', indexes: [1] },
    });
    const { FailedEntryCount, Entries } = await aws.eventBridge().send(new PutEventsCommand({ Entries: [good, good] }));
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.[0]).toEqual({ EventId: expect.any(String) as string });
    expect(Entries?.[1]).toEqual({ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' });
    expect(aws.account.eventBridge.events).toHaveLength(1);
  });
});
