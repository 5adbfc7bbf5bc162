/** The lister and the monitor over a shard crash at every request: in the next minute every group is decided, and the failing one moved once. */
import { describe, expect, it } from 'vitest';
import { minute, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { createShardQueue, decidedIn, enforceAll, listShards, worker, type Delivered } from '../wire-support/shards.ts';
import { CrashingProcess, type CrashPoint } from './crashing-process.ts';

const count = 2;
const policy = enforceAll;
const moved = 'vc-west 1, vc-east 2';

async function anAccount(): Promise<TestAws> {
  const aws = await startAws();
  createShardQueue(aws);
  seedUnhealthy(aws);
  return aws;
}

async function nextMinute(aws: TestAws): Promise<readonly Delivered[]> {
  aws.clock.jumpTo(aws.clock.now() + minute);
  await listShards(aws, count, { policy });
  return worker(aws, { policy, runId: 'turn-2' }).poll();
}

/** Crashes at one request after the other until the process no longer reaches it. @returns how often it crashed */
async function atEveryRequest(
  crashAt: (aws: TestAws, crashing: CrashingProcess) => Promise<'crashed' | 'completed'>,
  check: (aws: TestAws, crash: string) => Promise<void>,
  moments: readonly CrashPoint['moment'][] = ['before', 'after'],
): Promise<number> {
  let crashes = 0;
  for (let request = 0; ; request += 1) {
    for (const moment of moments) {
      const aws = await anAccount();
      const crashPoint: CrashPoint = { request, moment };
      const crashing = new CrashingProcess(crashPoint);
      if ((await crashAt(aws, crashing)) === 'completed') return crashes;
      crashes += 1;
      await check(aws, `${moment} request ${request}, ${crashing.asked[request] ?? ''}`);
    }
  }
}

describe('a crash at any request', { timeout: 120_000 }, () => {
  it('of the lister loses no group, and has none decided twice in a minute', async () => {
    const crashes = await atEveryRequest(
      (aws, crashing) => crashing.run((options) => listShards(aws, count, { ...options, policy })),
      async (aws, crash) => {
        const sent = decidedIn(await worker(aws, { policy }).poll());
        expect(sent.length, crash).toBeLessThanOrEqual(1);
        expect(decidedIn(await nextMinute(aws)), crash).toEqual(['main-line']);
        expect(orderOf(aws), crash).toBe(moved);
      },
    );
    // Two listings in two Regions, the overrides, two messages: each before and after.
    expect(crashes).toBe(2 * 7);
  });

  it('of the monitor over a shard leaves its message, which is late by then, and its successor decides', async () => {
    const crashes = await atEveryRequest(
      async (aws, crashing) => {
        await listShards(aws, count, { policy });
        return crashing.run((options) => worker(aws, { ...options, policy }).poll());
      },
      async (aws, crash) => {
        const delivered = await nextMinute(aws);
        expect(decidedIn(delivered), crash).toEqual(['main-line']);
        expect(
          delivered.filter(({ shape }) => shape === 'dropped-shard'),
          crash,
        ).not.toEqual([]);
        expect(orderOf(aws), crash).toBe(moved);
        expect(writes(aws), crash).toHaveLength(1);
      },
      // Before the next request is the same moment.
      ['after'],
    );
    expect(crashes).toBeGreaterThan(15);
  });
});
