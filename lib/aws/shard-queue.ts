/** SQS: the queue of shards, first in, first out by shard. infra/fan-out.ts has the mapping that invokes the monitor with them. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Problem } from '../core/model/outcome.ts';
import { minuteMs } from '../core/model/time.ts';
import { encodeShard, type ShardMessage } from '../input/shard-message.ts';
import type { ShardQueuePort } from '../write-ports.ts';
import { limited } from './client.ts';
import { refusalOf } from './refusal.ts';

/** What SQS accepts in every Region. */
const maxBytes = 256 * 1024;

export class ShardQueue implements ShardQueuePort {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(options: { readonly client: SQSClient; readonly queueUrl: string }) {
    this.#client = options.client;
    this.#queueUrl = options.queueUrl;
  }

  async send(message: ShardMessage, signal: AbortSignal): Promise<readonly Problem[]> {
    const { shard, shards, groups } = message;
    const doing = `sending shard ${shard} of ${shards} with ${groups.length} groups`;
    const MessageBody = encodeShard(message);
    if (MessageBody.length > maxBytes) {
      return [{ doing, message: `it has ${MessageBody.length} bytes, and SQS accepts ${maxBytes}: use more shards` }];
    }
    const command = new SendMessageCommand({
      QueueUrl: this.#queueUrl,
      MessageBody,
      MessageGroupId: `shard-${shard}`,
      MessageDeduplicationId: deduplicationId(message),
    });
    try {
      await this.#client.send(command, limited(signal));
      return [];
    } catch (error) {
      return [{ doing, message: refusalOf(error).message }];
    }
  }
}

/** A schedule may invoke the lister twice in a minute: SQS keeps the first message of the minute. */
function deduplicationId({ shard, listedAt, isLate }: ShardMessage): string {
  return `${Math.floor(listedAt / minuteMs)}-${shard}${isLate ? '-late' : ''}`;
}
