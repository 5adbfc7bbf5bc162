/** SQS: where an event waits that EventBridge did not take. infra/outbox.yml has the pipe that carries it on. */
import { SendMessageBatchCommand, type SendMessageBatchCommandOutput, type SQSClient } from '@aws-sdk/client-sqs';
import type { OutboxPort, Undelivered } from '../ports.ts';
import { entryOf } from '../events/entry.ts';
import type { AuditEvent } from '../events/event.ts';
import { deliver, type Failure, type BatchEntry, type Sleep } from './delivery.ts';

type Message = BatchEntry & { readonly body: string };

export class Outbox implements OutboxPort {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #sleep: Sleep;

  constructor(options: { readonly client: SQSClient; readonly queueUrl: string; readonly sleep: Sleep }) {
    this.#client = options.client;
    this.#queueUrl = options.queueUrl;
    this.#sleep = options.sleep;
  }

  store(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]> {
    const send = async (batch: readonly Message[], options: { abortSignal: AbortSignal }) => {
      const Entries = batch.map(({ body }, place) => ({ Id: String(place), MessageBody: body }));
      const command = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries });
      return failures(batch, await this.#client.send(command, options));
    };
    return deliver(events.map(messageOf), send, this.#sleep, signal);
  }
}

/**
 * The answer names each message by the id it was given.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
function failures(
  sent: readonly Message[],
  { Successful = [], Failed = [] }: SendMessageBatchCommandOutput,
): readonly Failure<Message>[] {
  return sent.flatMap((parcel, place) => {
    const id = String(place);
    if (Successful.some(({ Id }) => Id === id)) return [];
    const failure = Failed.find(({ Id }) => Id === id);
    const message = `${failure?.Code ?? 'InternalError'}: ${failure?.Message ?? 'SQS did not answer for it'}`;
    return [{ parcel, passes: failure?.SenderFault !== true, message }];
  });
}

/** The pipe makes the event of these four, and it is then the same that PutEvents would have made. */
function messageOf(event: AuditEvent): Message {
  const { source, detailType, time, detail } = entryOf(event);
  const parsed: unknown = JSON.parse(detail);
  const body = JSON.stringify({ source, detailType, time, detail: parsed });
  return { event, body, bytes: Buffer.byteLength(body) };
}
