import { createHash } from 'node:crypto';
import * as z from 'zod';
import { accountId } from '../../account/account.ts';
import { AwsError, clientError } from '../../account/errors.ts';
import type { FifoIds, Message } from '../../account/queues.ts';
import type { Effect } from '../misbehaviour.ts';
import { defined, operation, type Operation } from '../operation.ts';

function refuse(message: string) {
  return clientError('SerializationException', message);
}
const maxBatch = 10;

/** One mebibyte in total, as for a single message. */
const maxBatchBytes = 1_048_576;

const queueUrl = z.string().transform((url) => url.slice(url.lastIndexOf('/') + 1));

const sendMessage = z.object({
  QueueUrl: queueUrl,
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).optional(),
  MessageGroupId: z.string().min(1).optional(),
  MessageDeduplicationId: z.string().min(1).optional(),
});

const sendMessageBatch = z.object({
  QueueUrl: queueUrl,
  Entries: z.array(
    z
      .object({ Id: z.string(), MessageBody: z.string(), DelaySeconds: z.number().optional() })
      .transform(({ Id, MessageBody, DelaySeconds }) => ({ id: Id, body: MessageBody, delaySeconds: DelaySeconds })),
  ),
});

const receiveMessage = z.object({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: z.number().optional(),
  VisibilityTimeout: z.number().optional(),
});

/** The operations of SQS, by name. A queue's URL is on this server, because the SDK sends messages to it. */
export const queueOperations: Readonly<Record<string, Operation>> = {
  CreateQueue: operation(
    z.object({
      QueueName: z.string(),
      Attributes: z.object({ VisibilityTimeout: z.coerce.number().optional() }).optional(),
    }),
    refuse,
    ({ QueueName, Attributes }, { account, region, baseUrl }) => {
      account.queues.create(region, QueueName, Attributes?.VisibilityTimeout);
      return { QueueUrl: urlOf(baseUrl, QueueName) };
    },
  ),
  GetQueueUrl: operation(z.object({ QueueName: z.string() }), refuse, ({ QueueName }, { account, region, baseUrl }) => {
    account.queues.require(region, QueueName);
    return { QueueUrl: urlOf(baseUrl, QueueName) };
  }),
  SendMessage: operation(sendMessage, refuse, (input, { account, region }) => {
    const message = account.queues.send(region, input.QueueUrl, {
      body: input.MessageBody,
      delaySeconds: input.DelaySeconds,
      attributes: input.MessageAttributes ?? {},
      fifo: fifoIdsOf(input),
    });
    return { MessageId: message.messageId, MD5OfMessageBody: message.md5OfBody };
  }),
  SendMessageBatch: operation(sendMessageBatch, refuse, (input, { account, region, effect }) => {
    checkBatch(input.Entries);
    const results = input.Entries.map((entry, index) => {
      const injected = failureOf(effect, index);
      return injected === undefined
        ? sent(entry, () => account.queues.send(region, input.QueueUrl, entry))
        : injected(entry.id);
    });
    return {
      Successful: results.filter((result) => 'MessageId' in result),
      Failed: results.filter((result) => 'Code' in result),
    };
  }),
  ReceiveMessage: operation(receiveMessage, refuse, (input, { account, region }) => {
    const messages = account.queues.receive(region, input.QueueUrl, {
      maxMessages: input.MaxNumberOfMessages,
      visibilityTimeoutSeconds: input.VisibilityTimeout,
    });
    return messages.length === 0 ? {} : { Messages: messages.map(messageView) };
  }),
  DeleteMessage: operation(
    z.object({ QueueUrl: queueUrl, ReceiptHandle: z.string() }),
    refuse,
    ({ QueueUrl, ReceiptHandle }, { account, region }) => {
      account.queues.delete(region, QueueUrl, ReceiptHandle);
    },
  ),
};

/** An invalid batch is rejected; an invalid message in a valid batch fails alone. */
function checkBatch(entries: readonly { readonly id: string; readonly body: string }[]): void {
  if (entries.length === 0) {
    throw clientError('EmptyBatchRequest', 'There should be at least one SendMessageBatchRequestEntry in the request.');
  }
  if (entries.length > maxBatch) {
    throw clientError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${maxBatch}.`);
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw clientError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.reduce((bytes, { body }) => bytes + Buffer.byteLength(body), 0) > maxBatchBytes) {
    throw clientError('BatchRequestTooLong', `Batch requests cannot be longer than ${maxBatchBytes} bytes.`);
  }
}

function fifoIdsOf({
  MessageGroupId,
  MessageDeduplicationId,
  MessageBody,
}: z.output<typeof sendMessage>): FifoIds | undefined {
  if (MessageGroupId === undefined) return undefined;
  // As with content-based deduplication.
  const deduplicationId = MessageDeduplicationId ?? createHash('sha256').update(MessageBody).digest('hex');
  return { groupId: MessageGroupId, deduplicationId };
}

type Failed = { readonly Id: string; readonly Code: string; readonly Message: string; readonly SenderFault: boolean };

function failureOf(effect: Effect | undefined, index: number): ((id: string) => Failed) | undefined {
  if (effect?.kind !== 'message-failure') return undefined;
  if (effect.indexes && !effect.indexes.includes(index)) return undefined;
  const { code, message, senderFault } = effect;
  return (id) => ({ Id: id, Code: code, Message: message, SenderFault: senderFault });
}

function sent({ id }: { readonly id: string }, send: () => Message) {
  try {
    const { messageId, md5OfBody } = send();
    return { Id: id, MessageId: messageId, MD5OfMessageBody: md5OfBody };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'QueueDoesNotExist') throw error;
    return { Id: id, Code: error.code, Message: error.message, SenderFault: true };
  }
}

function urlOf(baseUrl: string, name: string) {
  return `${baseUrl}/${accountId}/${name}`;
}

function messageView({ messageId, body, md5OfBody, attributes, receiptHandle, receiveCount, sentAt, fifo }: Message) {
  return defined({
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5OfBody,
    Attributes: defined({
      ApproximateReceiveCount: `${receiveCount}`,
      SentTimestamp: `${sentAt}`,
      MessageGroupId: fifo?.groupId,
      MessageDeduplicationId: fifo?.deduplicationId,
    }),
    MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,
  });
}
