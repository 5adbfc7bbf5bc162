/** The event source mapping of infra/fan-out.ts: invokes a function with each message of a FIFO queue, and deletes what it accepted. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { accountId } from './account/account.ts';
import { accessKeyIdOf } from './lambda/credentials.ts';
import type { Invocation } from './wire/lambda.ts';

export type EventSourceMappingOptions = {
  readonly url: string;
  readonly region: string;
  readonly queueName: string;
  /** Lambda asks the queue in the role of this function. */
  readonly functionName: string;
  readonly invoke: (payload: string) => Promise<Invocation>;
  /** Invocations at the same time. Default 2. */
  readonly concurrency?: number;
};

/** Uses the wire protocol, so that injected faults of SQS affect it. */
export class EventSourceMapping {
  readonly #options: EventSourceMappingOptions;
  readonly #sqs: SQSClient;

  constructor(options: EventSourceMappingOptions) {
    const { url: endpoint, region, functionName } = options;
    const credentials = { accessKeyId: accessKeyIdOf(functionName), secretAccessKey: 'local' };
    this.#options = options;
    this.#sqs = new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
  }

  /** Delivers what is visible, until nothing is. AWS's mapping polls all the time; this one polls when called. */
  async poll(): Promise<readonly Invocation[]> {
    const { concurrency = 2 } = this.#options;
    const answers = await Promise.all(Array.from({ length: concurrency }, () => this.#deliverAll()));
    return answers.flat();
  }

  close(): void {
    this.#sqs.destroy();
  }

  async #deliverAll(): Promise<readonly Invocation[]> {
    const invocations: Invocation[] = [];
    for (let message = await this.#next(); message !== undefined; message = await this.#next()) {
      invocations.push(await this.#deliver(message));
    }
    return invocations;
  }

  /** One at a time, as with `BatchSize: 1`. Undefined, too, if SQS does not answer: it is asked again by the next poll. */
  async #next(): Promise<Message | undefined> {
    try {
      const answer = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 1 }),
      );
      return answer.Messages?.[0];
    } catch (error) {
      if (isOfService(error)) return undefined;
      throw error;
    }
  }

  /** A message that is not deleted becomes visible again after the visibility timeout of the queue. */
  async #deliver(message: Message): Promise<Invocation> {
    const invocation = await this.#options.invoke(JSON.stringify({ Records: [recordOf(message, this.#options)] }));
    if (invocation.functionError === undefined) {
      await this.#sqs.send(
        new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: message.ReceiptHandle }),
      );
    }
    return invocation;
  }

  get #queueUrl(): string {
    return `${this.#options.url}/000000000000/${this.#options.queueName}`;
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function recordOf(
  { MessageId, ReceiptHandle, Body, Attributes = {}, MD5OfBody }: Message,
  { region, queueName }: Pick<EventSourceMappingOptions, 'region' | 'queueName'>,
): object {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${region}:${accountId}:${queueName}`,
    awsRegion: region,
  };
}

function isOfService(error: unknown): boolean {
  return error instanceof Error && '$metadata' in error;
}
