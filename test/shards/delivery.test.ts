/** What the queue delivers, and what becomes of it: each group is decided once in a minute, whatever dies or comes twice. */
import { describe, expect, it } from 'vitest';
import { encodeShard } from '../../lib/input/shard-message.ts';
import { eventsOn, minute, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { failing, publishCalls, putOverride } from '../wire-support/account-fixtures.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';
import {
  createShardQueue,
  deadLetterQueueName,
  decidedIn,
  listShards,
  runsIn,
  seedPairs,
  shardQueueName,
  worker,
} from '../wire-support/shards.ts';

const count = 3;

/** Enough groups of one Region for each of three shards. */
async function anAccount(): Promise<TestAws & { readonly ids: readonly string[] }> {
  const aws = await startAws();
  createShardQueue(aws);
  const ids = seedPairs(aws, 150, ['us-east-1', 'us-west-2']);
  for (const id of ids) publishCalls(aws, { voiceConnectorId: `${id}-a`, region: 'us-east-1' });
  return { ...aws, ids };
}

function waitFor({ clock }: TestAws, milliseconds: number): void {
  clock.jumpTo(clock.now() + milliseconds);
}

function waiting({ account }: TestAws, queue = shardQueueName): number {
  return account.queues.depths().find(({ name }) => name === queue)?.messages ?? 0;
}

describe('in one minute', () => {
  it('every group is decided once, and every shard has a heartbeat', async () => {
    const aws = await anAccount();
    const listing = await listShards(aws, count);
    const monitor = worker(aws);
    expect(decidedIn(await monitor.poll())).toEqual(aws.ids);
    expect(listing.shards.reduce((sum, size) => sum + size, 0)).toBe(150);
    const beats = datapointsIn(monitor.metricLines).filter(({ name }) => name === 'ShardCompleted');
    expect(new Set(beats.flatMap(({ dimensions }) => dimensions['Shard'] ?? []))).toEqual(new Set(['0', '1', '2']));
    expect(waiting(aws)).toBe(0);
  });

  it('a second run of the lister sends nothing more', async () => {
    const aws = await anAccount();
    await listShards(aws, count);
    await listShards(aws, count);
    expect(decidedIn(await worker(aws).poll())).toEqual(aws.ids);
  });

  it('a message that is delivered twice is decided once', async () => {
    const aws = await anAccount();
    const monitor = worker(aws);
    await listShards(aws, count);
    const bodies = aws.account.queues.receive('us-east-1', shardQueueName, {
      maxMessages: 3,
      visibilityTimeoutSeconds: 0,
    });
    for (const { body } of bodies) {
      const fifo = { groupId: 'another', deduplicationId: body };
      aws.account.queues.send('us-east-1', shardQueueName, { body, fifo });
    }
    const delivered = await monitor.poll();
    expect(decidedIn(delivered)).toEqual(aws.ids);
    expect(delivered.filter(({ shape }) => shape === 'dropped-shard')).toMatchObject([
      { because: 'repeated' },
      { because: 'repeated' },
      { because: 'repeated' },
    ]);
  });

  it('two processes that get the same message make one move', async () => {
    const aws = await anAccount();
    publishCalls(aws, { voiceConnectorId: 'group-007-a', region: 'us-east-1', failuresAt: failing });
    await listShards(aws, count);
    const copies = aws.account.queues.receive('us-east-1', shardQueueName, {
      maxMessages: 3,
      visibilityTimeoutSeconds: 0,
    });
    await worker(aws).poll();
    for (const { body } of copies) {
      const fifo = { groupId: 'another', deduplicationId: body };
      aws.account.queues.send('us-east-1', shardQueueName, { body, fifo });
    }
    await worker(aws, { runId: 'turn-2' }).poll();
    expect(writes(aws)).toHaveLength(1);
    expect(orderOf(aws, 'group-007')).toBe('group-007-b 1, group-007-a 2');
  });
});

describe('a worker that dies', () => {
  it.each([0, 1, 2])('in shard %d does not stop the others, and the next minute decides its groups', async (dying) => {
    const aws = await anAccount();
    let isDying = true;
    const monitor = worker(aws, {
      beforeRun: (shard) => {
        if (isDying && shard === dying) throw new Error('killed');
      },
    });
    const { shards } = await listShards(aws, count);
    const first = await monitor.poll();
    expect(decidedIn(first)).toHaveLength(150 - (shards[dying] ?? 0));
    isDying = false;
    waitFor(aws, minute);
    await listShards(aws, count);
    const second = await monitor.poll();
    expect(decidedIn(second)).toEqual(aws.ids);
    // The message of the dead worker became visible again, a minute old.
    expect(second.filter(({ shape }) => shape === 'dropped-shard')).toMatchObject([{ shard: dying, because: 'late' }]);
    expect(waiting(aws)).toBe(0);
  });

  it('holds back the next message of its shard alone, until its own is visible again', async () => {
    const aws = await anAccount();
    const { shards } = await listShards(aws, count);
    await worker(aws, {
      beforeRun: (shard) => {
        if (shard === 1) throw new Error('killed');
      },
    }).poll();
    waitFor(aws, minute - 1000);
    await listShards(aws, count);
    expect(decidedIn(await worker(aws).poll())).toHaveLength(150 - (shards[1] ?? 0));
    waitFor(aws, 2000);
    expect(decidedIn(await worker(aws).poll())).toHaveLength(shards[1] ?? 0);
  });

  it('three times by the same message is given up on, and the message kept for people', async () => {
    const aws = await anAccount();
    aws.account.queues.send('us-east-1', shardQueueName, {
      body: 'nobody sent this',
      fifo: { groupId: 'shard-0', deduplicationId: 'x' },
    });
    const monitor = worker(aws);
    for (let receive = 1; receive <= 4; receive += 1) {
      expect(await monitor.poll()).toEqual([]);
      waitFor(aws, minute);
    }
    expect(waiting(aws)).toBe(0);
    expect(waiting(aws, deadLetterQueueName)).toBe(1);
  });
});

describe('a shard whose run has problems', () => {
  it('is reported, does not stop the others, and is not delivered again', async () => {
    const aws = await anAccount();
    const monitor = worker(aws);
    await listShards(aws, count);
    const forbidden = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.misbehave({ operation: 'GetMetricData', effect: forbidden, times: 1 });
    const delivered = await monitor.poll();
    expect(runsIn(delivered).map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded', 'succeeded']);
    expect(decidedIn(delivered)).toEqual(aws.ids);
    expect(datapointsIn(monitor.metricLines).filter(({ name }) => name === 'ShardFailed')).toHaveLength(2);
    expect(waiting(aws)).toBe(0);
  });
});

describe('what could not be listed', () => {
  const gone = { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'down' } as const;

  it('is a problem of the lister, and the groups of the other Regions are decided', async () => {
    const aws = await anAccount();
    seedPairs(aws, 60, ['us-west-2', 'us-east-1'], 150);
    aws.misbehave({ service: 'chime', region: 'us-west-2', effect: gone });
    const listing = await listShards(aws, count);
    expect(listing.problems.map(({ doing }) => doing)).toEqual([
      'listing Voice Connector groups in us-west-2',
      'listing Voice Connectors in us-west-2',
    ]);
    expect(eventsOn(aws).map(({ detailType }) => detailType)).toEqual(['Run Failed']);
    const delivered = await worker(aws).poll();
    expect(decidedIn(delivered)).toEqual(aws.ids);
    expect(runsIn(delivered).flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('by a Region that hangs and answers after all is sent in the same minute, and decided once', async () => {
    const aws = await anAccount();
    const late = seedPairs(aws, 60, ['us-west-2', 'us-east-1'], 150);
    const listing = await listShards(aws, count, { hastyControlRegions: ['us-east-1'] });
    expect(listing).toMatchObject({ groups: 210, problems: [] });
    expect(decidedIn(await worker(aws).poll())).toEqual([...aws.ids, ...late]);
  });

  it('does not stop the sending of the other shards', async () => {
    const aws = await anAccount();
    aws.misbehave({ operation: 'SendMessage', effect: gone, times: 1 });
    const { problems, shards } = await listShards(aws, count);
    expect(problems).toMatchObject([
      { doing: expect.stringMatching(/^sending shard \d of 3 with \d+ groups$/) as string },
    ]);
    const unsent = Number(/shard (\d)/.exec(problems[0]?.doing ?? '')?.[1]);
    expect(decidedIn(await worker(aws).poll())).toHaveLength(150 - (shards[unsent] ?? 0));
  });
});

describe('overrides', () => {
  it('on a group hold it in its shard, and one that applies to no group is reported once', async () => {
    const aws = await anAccount();
    const until = new Date(aws.clock.now() + 60 * minute).toISOString();
    const pause = { action: 'pause', by: 'anna', reason: 'works', until };
    putOverride(aws, 'group-007', pause);
    putOverride(aws, 'no-such-group', pause);
    await listShards(aws, count);
    const groups = runsIn(await worker(aws).poll()).flatMap((run) => run.groups);
    expect(groups.filter(({ code }) => code === 'paused')).toMatchObject([{ voiceConnectorGroupId: 'group-007' }]);
    expect(eventsOn(aws).filter(({ detailType }) => detailType === 'Override Unmatched')).toMatchObject([
      { data: { key: 'no-such-group' } },
    ]);
  });

  it('whose time is up are removed once, by the lister', async () => {
    const aws = await anAccount();
    const until = new Date(aws.clock.now() - minute).toISOString();
    putOverride(aws, 'all', { action: 'pause', by: 'anna', reason: 'works', until });
    await listShards(aws, count);
    await worker(aws).poll();
    expect(eventsOn(aws).filter(({ detailType }) => detailType === 'Override Expired')).toHaveLength(1);
  });
});

it('a message of another version is refused with what is allowed', async () => {
  const aws = await anAccount();
  const share = { groups: 0, before: 0, own: 0, minute: 0 };
  const message = { shard: 0, shards: 2, listedAt: 0, isLate: false, share, groups: [], witnesses: [], connectors: [] };
  const other: unknown = { ...message, version: 2 };
  aws.account.queues.send('us-east-1', shardQueueName, {
    body: encodeShard(other as Parameters<typeof encodeShard>[0]),
    fifo: { groupId: 'shard-0', deduplicationId: 'y' },
  });
  const monitor = worker(aws);
  await monitor.poll();
  expect(monitor.errors.join()).toContain('version: Invalid input: expected 1, got 2');
});
