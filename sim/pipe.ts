/** The pipe of infra/record.yml: delivers the queued events to the bus once EventBridge accepts events again. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Account } from './account/account.ts';
import { accessKeyIdOf } from './lambda/credentials.ts';
import { pipeName } from './wire/iam/roles.ts';

/** The part of a message that the pipe's target parameters and input template use. */
const body = z.object({ source: z.string(), detailType: z.string(), time: z.iso.datetime(), detail: z.unknown() });

/** A pipe does not retry: a failed batch becomes visible again after its visibility timeout. */
const withoutRetries = { maxAttempts: 1, requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true } };

export type PipeOptions = {
  readonly url: string;
  readonly region: string;
  readonly queueName: string;
  readonly eventBusName: string;
  readonly account: Account;
};

/** Uses the wire protocols, so that injected faults of EventBridge and SQS affect it. */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #sqs: SQSClient;
  readonly #eventBridge: EventBridgeClient;

  constructor(options: PipeOptions) {
    const { url: endpoint, region } = options;
    const credentials = { accessKeyId: accessKeyIdOf(pipeName), secretAccessKey: 'local' };
    const local = { ...withoutRetries, endpoint, region, credentials };
    this.#options = options;
    this.#sqs = new SQSClient(local);
    this.#eventBridge = new EventBridgeClient(local);
  }

  /** Delivers the messages that are visible now. AWS's pipe polls all the time; this one polls when called. */
  async poll(): Promise<void> {
    const { queueName, region, url, account } = this.#options;
    const QueueUrl = `${url}/000000000000/${queueName}`;
    while (account.queues.visible(region, queueName) > 0) {
      let messages: readonly Message[];
      try {
        const answer = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        messages = answer.Messages ?? [];
        for (const { ReceiptHandle } of await this.#delivered(messages)) {
          await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      } catch (error) {
        if (error instanceof z.ZodError) throw error;
        return; // The messages stay in the queue and become visible again.
      }
    }
  }

  close(): void {
    this.#sqs.destroy();
    this.#eventBridge.destroy();
  }

  async #delivered(messages: readonly Message[]): Promise<readonly Message[]> {
    const Entries = messages.map(({ Body = '' }) => {
      const { source, detailType, time, detail } = body.parse(JSON.parse(Body));
      return {
        Source: source,
        DetailType: detailType,
        Time: new Date(time),
        Detail: JSON.stringify(detail),
        EventBusName: this.#options.eventBusName,
      };
    });
    const { Entries: results = [] } = await this.#eventBridge.send(new PutEventsCommand({ Entries }));
    return messages.filter((_, place) => results[place]?.EventId !== undefined);
  }
}
