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
  /** Of a FIFO queue. */
  readonly fifo?: FifoIds;
};

/** What a message to a FIFO queue must have. */
export type FifoIds = { readonly groupId: string; readonly deduplicationId: string };

type Stored = Message & { readonly visibleFrom: EpochMs };

/** What a queue gives up on goes to another one. */
export type Redrive = { readonly deadLetterQueue: string; readonly maxReceiveCount: number };

type Queue = {
  readonly visibilityTimeoutMs: number;
  readonly messages: Map<string, Stored>;
  readonly redrive: Redrive | undefined;
  /** Of a FIFO queue, when each deduplication id was sent last. */
  readonly sentIds: Map<string, EpochMs>;
};

/** In a FIFO queue, for so long a second message with the same deduplication id is accepted and not delivered. */
const deduplicationMs = 300_000;

export const queuesSchema = z.array(
  z.object({
    /** The Region and the name. */
    key: z.string(),
    visibilityTimeoutMs: z.number(),
    redrive: z.object({ deadLetterQueue: z.string(), maxReceiveCount: z.number() }).optional(),
    sentIds: z.array(z.tuple([z.string(), z.number()])),
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
        fifo: z.object({ groupId: z.string(), deduplicationId: z.string() }).optional(),
      }),
    ),
  }),
);

/** One mebibyte, since SQS raised it from 256 KiB in August 2025. */
const maxMessageBytes = 1_048_576;

/**
 * SQS queues, per Region. Standard ones keep the order of sending, which AWS does not guarantee. In a FIFO queue, whose name ends with `.fifo`, a
 * message group has at most one message on its way: the others wait until it is deleted or visible again.
 */
export class Queues {
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #queues = new Map<string, Queue>();

  constructor(dependencies: { readonly now: () => EpochMs; readonly ids: IdCounter }) {
    this.#now = dependencies.now;
    this.#ids = dependencies.ids;
  }

  /** An existing queue is left unchanged. */
  create(region: string, name: string, visibilityTimeoutSeconds = 30, redrive?: Redrive): void {
    if (name.length > 80 || !/^[a-zA-Z0-9_-]+(\.fifo)?$/.test(name)) {
      throw clientError('InvalidParameterValue', 'A queue name is 1 to 80 letters, digits, hyphens and underscores.');
    }
    if (this.#queues.has(keyOf(region, name))) return;
    this.#queues.set(keyOf(region, name), {
      visibilityTimeoutMs: visibilityTimeoutSeconds * 1000,
      messages: new Map(),
      redrive,
      sentIds: new Map(),
    });
  }

  kept(): z.output<typeof queuesSchema> {
    return [...this.#queues].map(([key, queue]) => ({
      ...queue,
      key,
      sentIds: [...queue.sentIds],
      messages: [...queue.messages.values()],
    }));
  }

  restore(queues: z.output<typeof queuesSchema>): void {
    this.#queues.clear();
    for (const { key, messages, sentIds, redrive, visibilityTimeoutMs } of queues) {
      const restored = messages.map(({ fifo, ...each }): Stored => ({ ...each, ...(fifo && { fifo }) }));
      this.#queues.set(key, {
        visibilityTimeoutMs,
        redrive,
        sentIds: new Map(sentIds),
        messages: new Map(restored.map((each) => [each.messageId, each])),
      });
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
      readonly fifo?: FifoIds | undefined;
    },
  ): Message {
    const { body, delaySeconds = 0, attributes = {}, fifo } = request;
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
    checkFifo(name, fifo);
    const message: Stored = {
      ...(fifo === undefined ? {} : { fifo }),
      messageId: this.#ids.uuid(),
      body,
      md5OfBody: createHash('md5').update(body).digest('hex'),
      attributes,
      sentAt: this.#now(),
      receiptHandle: '',
      receiveCount: 0,
      visibleFrom: this.#now() + delaySeconds * 1000,
    };
    if (fifo === undefined || !isRepeated(queue, fifo, this.#now())) queue.messages.set(message.messageId, message);
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
    this.#redrive(region, queue);
    return receivable(queue, now)
      .slice(0, maxMessages)
      .map((message) => {
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
    return receivable(this.#queue(region, name), now).length;
  }

  /** The number of messages in each queue, including received ones. */
  depths(): readonly { readonly region: string; readonly name: string; readonly messages: number }[] {
    return [...this.#queues].map(([key, { messages }]) => {
      const [region = '', name = ''] = key.split(' ');
      return { region, name, messages: messages.size };
    });
  }

  #redrive(region: string, { redrive, messages }: Queue): void {
    if (redrive === undefined) return;
    const now = this.#now();
    for (const message of messages.values()) {
      if (message.visibleFrom > now || message.receiveCount < redrive.maxReceiveCount) continue;
      messages.delete(message.messageId);
      this.#queue(region, redrive.deadLetterQueue).messages.set(message.messageId, { ...message, receiveCount: 0 });
    }
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

function checkFifo(name: string, fifo: FifoIds | undefined): void {
  const isFifo = name.endsWith('.fifo');
  if (isFifo && fifo === undefined) {
    throw clientError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (!isFifo && fifo !== undefined) {
    throw clientError('InvalidParameterValue', 'The request include parameter that is not valid for this queue type');
  }
}

function isRepeated({ sentIds }: Queue, { deduplicationId }: FifoIds, now: EpochMs): boolean {
  const sentAt = sentIds.get(deduplicationId);
  if (sentAt !== undefined && now - sentAt < deduplicationMs) return true;
  sentIds.set(deduplicationId, now);
  return false;
}

/** In the order of sending; of each message group only its first message, if that is visible. */
function receivable({ messages }: Queue, now: EpochMs): readonly Stored[] {
  const groups = new Set<string>();
  return [...messages.values()].filter(({ visibleFrom, fifo }) => {
    if (fifo === undefined) return visibleFrom <= now;
    const isFirst = !groups.has(fifo.groupId);
    groups.add(fifo.groupId);
    return isFirst && visibleFrom <= now;
  });
}

function keyOf(region: string, name: string) {
  return `${region} ${name}`;
}
