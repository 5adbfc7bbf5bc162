/** SQS: the queue of events that EventBridge did not accept. infra/record.yml has the pipe that publishes them from there. */
import { SendMessageBatchCommand, type SendMessageBatchCommandOutput, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventsPort, UndeliveredEvent } from '../ports.ts';
import { entryOf } from '../events/entry.ts';
import type { AuditEvent } from '../events/event.ts';
import { Delivery, type BatchEntry, type FailedEntry, type Sleep } from './delivery.ts';

type QueueEntry = BatchEntry & { readonly body: string };

export class Outbox implements EventsPort {
  readonly #delivery: Delivery<QueueEntry>;

  constructor(options: { readonly client: SQSClient; readonly queueUrl: string; readonly sleep: Sleep }) {
    const { client, queueUrl, sleep } = options;
    this.#delivery = new Delivery(async (batch, limits) => {
      const Entries = batch.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      return failedEntries(batch, await client.send(command, limits));
    }, sleep);
  }

  send(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly UndeliveredEvent[]> {
    return this.#delivery.deliver(events.map(toQueueEntry), signal);
  }
}

/**
 * The response refers to each message by the id that the request gave it.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
function failedEntries(
  sent: readonly QueueEntry[],
  { Successful = [], Failed = [] }: SendMessageBatchCommandOutput,
): readonly FailedEntry<QueueEntry>[] {
  return sent.flatMap((entry, index) => {
    const id = String(index);
    if (Successful.some(({ Id }) => Id === id)) return [];
    const failure = Failed.find(({ Id }) => Id === id);
    const message = `${failure?.Code ?? 'InternalError'}: ${failure?.Message ?? 'SQS returned no result for it'}`;
    return [{ entry, isTransient: failure?.SenderFault !== true, message }];
  });
}

/** The pipe builds the event from these four fields: it is the one that PutEvents would have published. */
function toQueueEntry(event: AuditEvent): QueueEntry {
  const { source, detailType, time, detail } = entryOf(event);
  const parsed: unknown = JSON.parse(detail);
  const body = JSON.stringify({ source, detailType, time, detail: parsed });
  return { event, body, bytes: Buffer.byteLength(body) };
}
