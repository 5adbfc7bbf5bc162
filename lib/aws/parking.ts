/** SQS: where an event waits that EventBridge did not take. infra/record.yml has the pipe that carries it on. */
import { SendMessageBatchCommand, type SendMessageBatchCommandOutput, type SQSClient } from '@aws-sdk/client-sqs';
import type { ParkingPort, Undelivered } from '../ports.ts';
import { entryOf } from '../record/entry.ts';
import type { AuditEvent } from '../record/event.ts';
import { batchesOf, limited, refusalOf } from './client.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const limits = { entries: 10, bytes: 256 * 1024 };

const attempts = 3;
const pauseMs = 200;

type Pending = { readonly event: AuditEvent; readonly body: string; readonly bytes: number };

export class Parking implements ParkingPort {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;

  constructor(options: {
    readonly client: SQSClient;
    readonly queueUrl: string;
    readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  }) {
    this.#client = options.client;
    this.#queueUrl = options.queueUrl;
    this.#sleep = options.sleep;
  }

  async park(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]> {
    const lost: Undelivered[] = [];
    for (const batch of batchesOf(events.map(pendingOf), limits)) lost.push(...(await this.#send(batch, signal)));
    return lost;
  }

  /** Only what failed, and not by our own fault, is sent again. */
  async #send(batch: readonly Pending[], signal: AbortSignal): Promise<readonly Undelivered[]> {
    const lost: Undelivered[] = [];
    let pending = batch;
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      let answer: SendMessageBatchCommandOutput;
      try {
        const Entries = pending.map(({ body }, place) => ({ Id: String(place), MessageBody: body }));
        const command = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries });
        answer = await this.#client.send(command, limited(signal));
      } catch (error) {
        const { message } = refusalOf(error);
        return [...lost, ...pending.map(({ event }) => ({ event, message }))];
      }
      const failed = failures(pending, answer);
      const again = failed.filter(({ isOurs }) => attempt < attempts && !isOurs);
      lost.push(
        ...failed
          .filter((failure) => !again.includes(failure))
          .map(({ pending: { event }, message }) => ({ event, message })),
      );
      pending = again.map((failure) => failure.pending);
      if (pending.length > 0) await this.#sleep(pauseMs * 2 ** (attempt - 1), signal);
    }
    return lost;
  }
}

/** The answer is 200 even where messages failed; it names each by the id it was given. */
const failures = (pending: readonly Pending[], { Successful = [], Failed = [] }: SendMessageBatchCommandOutput) =>
  pending.flatMap((sent, place) => {
    const id = String(place);
    if (Successful.some(({ Id }) => Id === id)) return [];
    const failure = Failed.find(({ Id }) => Id === id);
    const message = `${failure?.Code ?? 'InternalError'}: ${failure?.Message ?? 'SQS did not answer for it'}`;
    return [{ pending: sent, isOurs: failure?.SenderFault === true, message }];
  });

/** The pipe makes the event of these four, and it is then the same that PutEvents would have made. */
const pendingOf = (event: AuditEvent): Pending => {
  const { source, detailType, time, detail } = entryOf(event);
  const parsed: unknown = JSON.parse(detail);
  const body = JSON.stringify({ source, detailType, time, detail: parsed });
  return { event, body, bytes: Buffer.byteLength(body) };
};
