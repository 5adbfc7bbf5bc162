import { describe, expect, it } from 'vitest';
import { Outbox } from '../../lib/aws/outbox.ts';
import type { UndeliveredEvent } from '../../lib/ports.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { askedFor, outboxQueueName, startAws, type TestAws } from '../wire-support/account.ts';
import { numberedEvents, numberOf } from '../wire-support/events.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf, queueUrlOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

async function park(aws: TestAws, events: readonly AuditEvent[]) {
  const pauses: number[] = [];
  const parking = new Outbox({
    client: clientsOf(aws).sqs,
    queueUrl: queueUrlOf(aws),
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { lost: await parking.store(events, never), pauses };
}

function numberLost({ event, message }: UndeliveredEvent) {
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

describe('the queue in front of the bus', () => {
  it('is given what the pipe needs to make the very event', async () => {
    const aws = await startAws();
    const [event] = numberedEvents(1);
    expect(await park(aws, [event!])).toEqual({ lost: [], pauses: [] });
    const [message] = aws.account.queues.receive('us-east-1', outboxQueueName, {});
    expect(JSON.parse(message!.body)).toEqual({
      source: 'voice-connector-failover',
      detailType: 'Run Failed',
      time: '2026-11-20T09:00:30.000Z',
      detail: JSON.parse(JSON.stringify(event!.detail)) as unknown,
    });
  });

  it('is given ten at a time, in order, and no more than 256 KB at once', async () => {
    const aws = await startAws();
    await park(aws, numberedEvents(12));
    await park(aws, numberedEvents(3, 'x'.repeat(100_000)));
    expect(requestsOf(aws)).toEqual([numbered(0, 10), [10, 11], [0, 1], [2]]);
  });

  it('is given an event that no bus would take as large as a bus takes it', async () => {
    const aws = await startAws();
    await park(aws, numberedEvents(1, 'x'.repeat(300_000)));
    const [message] = aws.account.queues.receive('us-east-1', outboxQueueName, {});
    expect(JSON.parse(message!.body)).toMatchObject({
      detail: { metadata: { cut: ['data.problems[].message: 4096 of 300000 characters'] } },
    });
  });

  it('is given again only what it failed to take by its own fault', async () => {
    const aws = await startAws();
    aws.misbehave({ times: 1, effect: failing(false, [1, 3]) });
    const { lost, pauses } = await park(aws, numberedEvents(4));
    expect(requestsOf(aws)).toEqual([
      [0, 1, 2, 3],
      [1, 3],
    ]);
    expect(lost).toEqual([]);
    expect(pauses).toEqual([200]);
  });

  it('is not asked a fourth time', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: failing(false, [0]) });
    const { lost } = await park(aws, numberedEvents(2));
    expect(requestsOf(aws)).toEqual([[0, 1], [0], [0]]);
    expect(lost.map(numberLost)).toEqual([[0, 'Told: as told']]);
  });

  it('is not given again what it will never take', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: failing(true, [1]) });
    const { lost } = await park(aws, numberedEvents(2));
    expect(requestsOf(aws)).toEqual([[0, 1]]);
    expect(lost.map(numberLost)).toEqual([[1, 'Told: as told']]);
  });

  it('takes the other batches when one is refused as a whole', async () => {
    const aws = await startAws();
    const effect = { kind: 'error', status: 403, code: 'AccessDeniedException', message: 'no' } as const;
    aws.misbehave({ operation: 'SendMessageBatch', when: () => requestsOf(aws).at(-1)?.[0] === 0, effect });
    const { lost } = await park(aws, numberedEvents(12));
    expect(lost.map(numberLost)).toEqual(
      numbered(0, 10).map((number) => [number, 'AccessDeniedException: no (HTTP 403)']),
    );
    expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: outboxQueueName, messages: 2 }]);
  });

  it('has not taken what it does not answer for', async () => {
    const { server, requests } = await startScript([{ body: { Successful: [] } }]);
    const parking = new Outbox({
      client: clientsOf({ server }).sqs,
      queueUrl: `${server.url}/000000000000/queue`,
      sleep: () => Promise.resolve(),
    });
    expect((await parking.store(numberedEvents(1), never)).map(numberLost)).toEqual([
      [0, 'InternalError: SQS returned no result for it'],
    ]);
    expect(requests).toHaveLength(3);
  });
});
