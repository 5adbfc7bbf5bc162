/** The pipe of infra/outbox.yml: carries what waits in the queue to the bus, when EventBridge takes it again. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { Account } from './account/account.ts';
import { accessKeyIdOf } from './lambda/credentials.ts';
import { pipeName } from './wire/iam/roles.ts';

/** What the pipe's target parameters and its input template take from a message. */
const body = z.object({ source: z.string(), detailType: z.string(), time: z.iso.datetime(), detail: z.unknown() });

/** A pipe has no patience of its own: a batch that fails comes back when its visibility timeout is over. */
const impatient = { maxAttempts: 1, requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true } };

export type PipeOptions = {
  readonly url: string;
  readonly region: string;
  readonly queueName: string;
  readonly eventBusName: string;
  readonly account: Account;
};

/** It goes over the wire like everyone else, so that whatever befalls EventBridge and SQS befalls it. */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #sqs: SQSClient;
  readonly #eventBridge: EventBridgeClient;

  constructor(options: PipeOptions) {
    const { url: endpoint, region } = options;
    const credentials = { accessKeyId: accessKeyIdOf(pipeName), secretAccessKey: 'local' };
    const local = { ...impatient, endpoint, region, credentials };
    this.#options = options;
    this.#sqs = new SQSClient(local);
    this.#eventBridge = new EventBridgeClient(local);
  }

  /** Carries what can be received now. A real one polls all the time; this one is told when. */
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
        return; // Nobody answered: the messages stay, and come back.
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
