import { describe, expect, it } from 'vitest';
import { Outbox } from '../../lib/aws/outbox.ts';
import type { UndeliveredEvent } from '../../lib/ports.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { askedFor, startAws, type TestAws } from '../wire-support/account.ts';
import { outboxQueueName } from '../../sim/stack.ts';
import { numberedEvents, numberOf } from '../wire-support/events.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf, queueUrlOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

async function store(aws: TestAws, events: readonly AuditEvent[]) {
  const pauses: number[] = [];
  const outbox = new Outbox({
    client: clientsOf(aws).sqs,
    queueUrl: queueUrlOf(aws),
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { undelivered: await outbox.send(events, never), pauses };
}

function numberAndMessage({ event, message }: UndeliveredEvent) {
  return [numberOf(event.detail.data), message];
}

/** The numbers of the events in each request. */
function requestsOf(aws: TestAws): readonly (readonly number[])[] {
  return askedFor(aws, 'SendMessageBatch').map(({ input }) =>
    (input as { Entries: { MessageBody: string }[] }).Entries.map(({ MessageBody }) =>
      numberOf((JSON.parse(MessageBody) as AuditEvent).detail.data),
    ),
  );
}

function numbered(from: number, until: number) {
  return Array.from({ length: until - from }, (_, index) => from + index);
}

function failing(senderFault: boolean, indexes?: number[]) {
  return {
    kind: 'message-failure',
    code: 'Told',
    message: 'as told',
    senderFault,
    ...(indexes ? { indexes } : {}),
  } as const;
}

describe('the outbox', () => {
  it('stores what the pipe needs to publish the same event', async () => {
    const aws = await startAws();
    const [event] = numberedEvents(1);
    expect(await store(aws, [event!])).toEqual({ undelivered: [], pauses: [] });
    const [message] = aws.account.queues.receive('us-east-1', outboxQueueName, {});
    expect(JSON.parse(message!.body)).toEqual({
      source: 'voice-connector-failover',
      detailType: 'Run Failed',
      time: '2026-11-20T09:00:30.000Z',
      detail: JSON.parse(JSON.stringify(event!.detail)) as unknown,
    });
  });

  it('stores ten events per request, and at most 256 KB', async () => {
    const aws = await startAws();
    await store(aws, numberedEvents(12));
    await store(aws, numberedEvents(3, 'x'.repeat(100_000)));
    expect(new Set(requestsOf(aws))).toEqual(new Set([numbered(0, 10), [10, 11], [0, 1], [2]]));
  });

  it('stores an event that is too large for EventBridge cut to its limit', async () => {
    const aws = await startAws();
    await store(aws, numberedEvents(1, 'x'.repeat(300_000)));
    const [message] = aws.account.queues.receive('us-east-1', outboxQueueName, {});
    expect(JSON.parse(message!.body)).toMatchObject({
      detail: { metadata: { cut: ['data.problems[].message: 4096 of 300000 characters'] } },
    });
  });

  it('retries only the messages that failed through no fault of the sender', async () => {
    const aws = await startAws();
    aws.misbehave({ times: 1, effect: failing(false, [1, 3]) });
    const { undelivered, pauses } = await store(aws, numberedEvents(4));
    expect(requestsOf(aws)).toEqual([
      [0, 1, 2, 3],
      [1, 3],
    ]);
    expect(undelivered).toEqual([]);
    expect(pauses).toEqual([200]);
  });

  it('gives up after three attempts', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: failing(false, [0]) });
    const { undelivered } = await store(aws, numberedEvents(2));
    expect(requestsOf(aws)).toEqual([[0, 1], [0], [0]]);
    expect(undelivered.map(numberAndMessage)).toEqual([[0, 'Told: as told']]);
  });

  it('does not retry a message that failed through the fault of the sender', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: failing(true, [1]) });
    const { undelivered } = await store(aws, numberedEvents(2));
    expect(requestsOf(aws)).toEqual([[0, 1]]);
    expect(undelivered.map(numberAndMessage)).toEqual([[1, 'Told: as told']]);
  });

  it('stores the other batches if one is refused as a whole', async () => {
    const aws = await startAws();
    const effect = { kind: 'error', status: 403, code: 'AccessDeniedException', message: 'no' } as const;
    aws.misbehave({ operation: 'SendMessageBatch', when: () => requestsOf(aws).at(-1)?.[0] === 0, effect });
    const { undelivered } = await store(aws, numberedEvents(12));
    expect(undelivered.map(numberAndMessage)).toEqual(
      numbered(0, 10).map((number) => [number, 'AccessDeniedException: no (HTTP 403)']),
    );
    expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: outboxQueueName, messages: 2 }]);
  });

  it('treats a message without a result as not stored', async () => {
    const { server, requests } = await startScript([{ body: { Successful: [] } }]);
    const outbox = new Outbox({
      client: clientsOf({ server }).sqs,
      queueUrl: `${server.url}/000000000000/queue`,
      sleep: () => Promise.resolve(),
    });
    expect((await outbox.send(numberedEvents(1), never)).map(numberAndMessage)).toEqual([
      [0, 'InternalError: SQS returned no result for it'],
    ]);
    expect(requests).toHaveLength(3);
  });
});
