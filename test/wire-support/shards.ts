/** An account in shards: the lister and the monitor's runs over shards in the test's own thread, with the queue between them. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { ShardQueue } from '../../lib/aws/shard-queue.ts';
import { parseShardMessage } from '../../lib/input/shard-message.ts';
import { listAndSend, type ListerResult } from '../../lib/monitor/lister.ts';
import type { RunResult } from '../../lib/monitor/result.ts';
import { runShard, type DecidedListings, type DroppedShard } from '../../lib/monitor/shard-run.ts';
import { EventSourceMapping } from '../../sim/event-source-mapping.ts';
import { shardQueueName } from '../../sim/stack.ts';
import { seedConnector } from './account-fixtures.ts';
import type { TestAws } from './account.ts';
import { invocationOf, processOf, type TurnOptions } from './turns.ts';

export { shardQueueName };

/** As in infra/fan-out.ts. */
export const visibilityTimeoutSeconds = 60;
export const deadLetterQueueName = shardQueueName.replace('.fifo', '-dead-letter.fifo');

const never = new AbortController().signal;
const signals = { work: never, publish: never, outbox: never };

export const enforceAll = 'version: 1\ndefaults: { mode: enforce }';

export function createShardQueue({ account }: Pick<TestAws, 'account'>): void {
  account.queues.create('us-east-1', deadLetterQueueName);
  account.queues.create('us-east-1', shardQueueName, visibilityTimeoutSeconds, {
    deadLetterQueue: deadLetterQueueName,
    maxReceiveCount: 3,
  });
}

export type ListerOptions = TurnOptions & {
  /** The control Regions that do not hang. Default: all of them. */
  readonly hastyControlRegions?: readonly string[];
};

/** One run of the lister. */
export async function listShards(aws: TestAws, count: number, options: ListerOptions = {}): Promise<ListerResult> {
  const { ports, policy } = processOf(aws, { policy: enforceAll, ...options }, 'lister');
  const client = new SQSClient({
    endpoint: aws.server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'lister', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  options.onClient?.(client);
  onTestFinished(() => {
    client.destroy();
  });
  const { hastyControlRegions } = options;
  const impatient =
    hastyControlRegions === undefined
      ? ports
      : processOf(aws, { ...options, controlRegions: hastyControlRegions }, 'lister').ports;
  const hasty = () => ({ groups: impatient.groups, hasGivenUp: () => impatient !== ports });
  const shardQueue = new ShardQueue({ client, queueUrl: `${aws.server.url}/000000000000/${shardQueueName}` });
  return listAndSend({ ...ports, hasty, shardQueue }, policy, invocationOf(options), signals, count);
}

export type Delivered = RunResult | DroppedShard;

export type Worker = {
  /** Delivers every message that is visible. @returns what the runs returned; a run that died returns nothing */
  readonly poll: () => Promise<readonly Delivered[]>;
  readonly metricLines: readonly string[];
  /** Of the runs that threw. */
  readonly errors: readonly string[];
};

export type WorkerOptions = TurnOptions & {
  /** Throws in the place of a process that dies in the run over this shard. */
  readonly beforeRun?: (shard: number) => void;
};

/** The process of the monitor with its event source mapping. */
export function worker(aws: TestAws, options: WorkerOptions = {}): Worker {
  const { ports, policy, metricLines } = processOf(aws, { policy: enforceAll, ...options }, 'monitor');
  const decided: DecidedListings = new Map();
  const errors: string[] = [];
  let delivered: Delivered[] = [];
  const mapping = new EventSourceMapping({
    url: aws.server.url,
    region: 'us-east-1',
    queueName: shardQueueName,
    functionName: 'mapping',
    // Both would use this thread, and one that computes for seconds would have the requests of the other time out.
    concurrency: 1,
    invoke: async (payload) => {
      try {
        const message = parseShardMessage(JSON.parse(payload));
        options.beforeRun?.(message.shard);
        delivered.push(await runShard(ports, policy, invocationOf(options), message, signals, decided));
        return { payload: '{}' };
      } catch (error) {
        errors.push(String(error));
        return { payload: String(error), functionError: 'Unhandled' };
      }
    },
  });
  onTestFinished(() => {
    mapping.close();
  });
  return {
    metricLines,
    errors,
    poll: async () => {
      delivered = [];
      await mapping.poll();
      return delivered;
    },
  };
}

export function runsIn(delivered: readonly Delivered[]): readonly RunResult[] {
  return delivered.filter((each) => each.shape === 'run-result');
}

/** The groups that were decided, in alphabetical order: each as often as it was decided. */
export function decidedIn(delivered: readonly Delivered[]): readonly string[] {
  return runsIn(delivered)
    .flatMap(({ groups }) => groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId))
    .toSorted();
}

/** `group-007`, with its primary in one Region and its standby in the other, all members reachable. */
export function seedPairs(
  aws: TestAws,
  count: number,
  [primary, standby]: readonly [string, string],
  from = 0,
): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `group-${String(from + index).padStart(3, '0')}`;
    seedConnector(aws, `${id}-a`, primary);
    seedConnector(aws, `${id}-b`, standby);
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: id,
      createdIn: primary,
      items: [
        { voiceConnectorId: `${id}-a`, priority: 1 },
        { voiceConnectorId: `${id}-b`, priority: 2 },
      ],
      createdAt: 0,
    });
    return id;
  });
}
