import { z } from 'zod';
import { accountId } from '../../account/account.ts';
import { clientError } from '../../account/errors.ts';
import type { Message } from '../../account/queues.ts';
import { defined, operation, type Operation } from '../operation.ts';

const refuse = (message: string) => clientError('SerializationException', message);
const queueUrl = z.string().transform((url) => url.slice(url.lastIndexOf('/') + 1));

const sendMessage = z.object({
  QueueUrl: queueUrl,
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).optional(),
});

const receiveMessage = z.object({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: z.number().optional(),
  VisibilityTimeout: z.number().optional(),
});

/** The operations of SQS, by name. A queue's URL leads back to this server, where the SDK sends its messages. */
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
    });
    return { MessageId: message.messageId, MD5OfMessageBody: message.md5OfBody };
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

const urlOf = (baseUrl: string, name: string) => `${baseUrl}/${accountId}/${name}`;

function messageView({ messageId, body, md5OfBody, attributes, receiptHandle, receiveCount, sentAt }: Message) {
  return defined({
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5OfBody,
    Attributes: { ApproximateReceiveCount: `${receiveCount}`, SentTimestamp: `${sentAt}` },
    MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,
  });
}
