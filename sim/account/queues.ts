import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import { clientError } from './errors.ts';
import type { IdCounter } from './ids.ts';

/** A message attribute as received, typed by AWS's `DataType`. */
export type MessageAttributes = Readonly<Record<string, unknown>>;

export type Message = {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  readonly sentAt: EpochMs;
  /** Identifies this receive and is needed to delete the message. A later receive invalidates it. */
  readonly receiptHandle: string;
  readonly receiveCount: number;
};

type Stored = Message & { readonly visibleFrom: EpochMs };
type Queue = { readonly visibilityTimeoutMs: number; readonly messages: Map<string, Stored> };

export const queuesSchema = z.array(
  z.object({
    /** The Region and the name. */
    key: z.string(),
    visibilityTimeoutMs: z.number(),
    messages: z.array(
      z.object({
        messageId: z.string(),
        body: z.string(),
        md5OfBody: z.string(),
        attributes: z.record(z.string(), z.unknown()),
        sentAt: z.number(),
        receiptHandle: z.string(),
        receiveCount: z.number(),
        visibleFrom: z.number(),
      }),
    ),
  }),
);

/** One mebibyte, since SQS raised it from 256 KiB in August 2025. */
const maxMessageBytes = 1_048_576;

/** SQS standard queues, per Region. They keep the order of sending, which AWS does not guarantee. */
export class Queues {
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #queues = new Map<string, Queue>();

  constructor(dependencies: { readonly now: () => EpochMs; readonly ids: IdCounter }) {
    this.#now = dependencies.now;
    this.#ids = dependencies.ids;
  }

  /** An existing queue is left unchanged. */
  create(region: string, name: string, visibilityTimeoutSeconds = 30): void {
    if (!/^[a-zA-Z0-9_-]{1,80}$/.test(name)) {
      throw clientError('InvalidParameterValue', 'A queue name is 1 to 80 letters, digits, hyphens and underscores.');
    }
    if (this.#queues.has(keyOf(region, name))) return;
    const queue = { visibilityTimeoutMs: visibilityTimeoutSeconds * 1000, messages: new Map<string, Stored>() };
    this.#queues.set(keyOf(region, name), queue);
  }

  kept(): z.output<typeof queuesSchema> {
    return [...this.#queues].map(([key, queue]) => ({ key, ...queue, messages: [...queue.messages.values()] }));
  }

  restore(queues: z.output<typeof queuesSchema>): void {
    this.#queues.clear();
    for (const { key, messages, ...queue } of queues) {
      this.#queues.set(key, { ...queue, messages: new Map(messages.map((each) => [each.messageId, each])) });
    }
  }

  has(region: string, name: string): boolean {
    return this.#queues.has(keyOf(region, name));
  }

  /** @throws QueueDoesNotExist */
  require(region: string, name: string): void {
    this.#queue(region, name);
  }

  send(
    region: string,
    name: string,
    request: {
      readonly body: string;
      readonly delaySeconds?: number | undefined;
      readonly attributes?: MessageAttributes;
    },
  ): Message {
    const { body, delaySeconds = 0, attributes = {} } = request;
    const queue = this.#queue(region, name);
    if (body === '') throw clientError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (Buffer.byteLength(body) > maxMessageBytes) {
      throw clientError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`,
      );
    }
    if (delaySeconds < 0 || delaySeconds > 900) {
      throw clientError(
        'InvalidParameterValue',
        `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: Must be between 0 and 900.`,
      );
    }
    const message: Stored = {
      messageId: this.#ids.uuid(),
      body,
      md5OfBody: createHash('md5').update(body).digest('hex'),
      attributes,
      sentAt: this.#now(),
      receiptHandle: '',
      receiveCount: 0,
      visibleFrom: this.#now() + delaySeconds * 1000,
    };
    queue.messages.set(message.messageId, message);
    return message;
  }

  /** Returns the visible messages. Never waits, because simulated time may be stopped. */
  receive(
    region: string,
    name: string,
    request: { readonly maxMessages?: number | undefined; readonly visibilityTimeoutSeconds?: number | undefined },
  ): readonly Message[] {
    const { maxMessages = 1, visibilityTimeoutSeconds } = request;
    const queue = this.#queue(region, name);
    if (maxMessages < 1 || maxMessages > 10) {
      throw clientError(
        'InvalidParameterValue',
        `Value ${maxMessages} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
      );
    }
    const now = this.#now();
    const hiddenMs =
      visibilityTimeoutSeconds === undefined ? queue.visibilityTimeoutMs : visibilityTimeoutSeconds * 1000;
    const visible = [...queue.messages.values()].filter(({ visibleFrom }) => visibleFrom <= now).slice(0, maxMessages);
    return visible.map((message) => {
      const received = {
        ...message,
        receiptHandle: this.#ids.opaque(40),
        receiveCount: message.receiveCount + 1,
        visibleFrom: now + hiddenMs,
      };
      queue.messages.set(message.messageId, received);
      return received;
    });
  }

  /** Deleting a message twice succeeds, as with AWS. */
  delete(region: string, name: string, receiptHandle: string): void {
    const queue = this.#queue(region, name);
    const message = [...queue.messages.values()].find((each) => each.receiptHandle === receiptHandle);
    if (message && receiptHandle !== '') queue.messages.delete(message.messageId);
  }

  /** The number of messages that can be received now. */
  visible(region: string, name: string): number {
    const now = this.#now();
    return [...this.#queue(region, name).messages.values()].filter(({ visibleFrom }) => visibleFrom <= now).length;
  }

  /** The number of messages in each queue, including received ones. */
  depths(): readonly { readonly region: string; readonly name: string; readonly messages: number }[] {
    return [...this.#queues].map(([key, { messages }]) => {
      const [region = '', name = ''] = key.split(' ');
      return { region, name, messages: messages.size };
    });
  }

  #queue(region: string, name: string): Queue {
    const queue = this.#queues.get(keyOf(region, name));
    if (queue) return queue;
    throw clientError(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  }
}

function keyOf(region: string, name: string) {
  return `${region} ${name}`;
}
