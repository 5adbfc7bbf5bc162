/** Every fault at every call of the lister, one at a time. */
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../sim/wire/misbehaviour.ts';
import { minute, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { createShardQueue, decidedIn, listShards, seedPairs, worker } from '../wire-support/shards.ts';

const count = 2;

const effects: Readonly<Record<string, Effect>> = {
  denied: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' },
  throttled: { kind: 'error', status: 429, code: 'ThrottlingException', message: 'later' },
  down: { kind: 'error', status: 500, code: 'InternalFailure', message: 'down' },
  'reset before it is carried out': { kind: 'reset-before' },
  'reset after it was carried out': { kind: 'reset-after' },
};

const calls = [
  { operation: 'ListVoiceConnectorGroups', region: 'us-east-1' },
  { operation: 'ListVoiceConnectorGroups', region: 'us-west-2' },
  { operation: 'ListVoiceConnectors', region: 'us-east-1' },
  { operation: 'ListVoiceConnectors', region: 'us-west-2' },
  { operation: 'GetParametersByPath', region: 'us-east-1' },
  { operation: 'SendMessage', region: 'us-east-1' },
] as const;

async function anAccount(): Promise<{ readonly aws: TestAws; readonly ids: readonly string[] }> {
  const aws = await startAws();
  createShardQueue(aws);
  seedUnhealthy(aws);
  return { aws, ids: [...seedPairs(aws, 5, ['us-west-2', 'us-east-1']), 'main-line'] };
}

const cases = calls.flatMap((call) => Object.keys(effects).map((name) => ({ ...call, name })));

describe('a fault at a call of the lister', () => {
  it.each(cases)('$operation in $region, $name', async ({ operation, region, name }) => {
    const { aws, ids } = await anAccount();
    aws.misbehave({ operation, region, effect: effects[name]!, times: 3 });
    const { problems } = await listShards(aws, count);
    const first = decidedIn(await worker(aws).poll());
    // What is not decided is reported, and nothing is decided twice.
    expect(new Set(first).size).toBe(first.length);
    if (first.length < ids.length) expect(problems).not.toEqual([]);
    aws.server.clearMisbehaviour();
    aws.clock.jumpTo(aws.clock.now() + minute);
    expect((await listShards(aws, count)).problems).toEqual([]);
    expect(decidedIn(await worker(aws, { runId: 'turn-2' }).poll())).toEqual(ids);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });
});
