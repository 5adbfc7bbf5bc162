import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, eventTypes, minute, now, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { putOverride, seedRecovered, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

function word(action: string, until = now + 30 * minute) {
  return {
    action,
    by: 'anna',
    reason: 'carrier works on the trunk',
    until: new Date(until).toISOString(),
  };
}

async function sick(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  return aws;
}

describe('an operator', () => {
  it.each([
    ['pause', 'main-line', 'paused'],
    ['pin', 'main-line', 'pinned'],
    ['pause', 'all', 'paused'],
  ])("stops a failover with a %s on %s, and is named in the hold's reason", async (action, key, code) => {
    const aws = await sick();
    putOverride(aws, key, word(action));
    const { result } = await takeTurn(aws);
    const reason = `${code} by anna, 30 min left: carrier works on the trunk`;
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code, reason });
    expect(result.outcome).toBe('succeeded');
    expect(eventsOn(aws)).toMatchObject([{ detailType: 'Hold Changed', data: { decision: 'hold', code, reason } }]);
    expect(writes(aws)).toEqual([]);
  });

  it('no longer stops one when the time that was named has come', async () => {
    const aws = await sick();
    putOverride(aws, 'main-line', word('pause', now));
    putOverride(aws, 'all', word('pause', now - minute));
    await takeTurn(aws);
    expect(writes(aws)).toHaveLength(1);
  });

  it('does not stop other groups than the one that was named', async () => {
    const aws = await sick();
    putOverride(aws, 'side-line', word('pause'));
    await takeTurn(aws);
    expect(writes(aws)).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'until monday'],
    ['an unknown action', word('snooze')],
    ['no end', { action: 'pause', by: 'anna', reason: 'works' }],
    ['a word nobody knows', { ...word('pause'), force: true }],
  ])('is taken to have said pause where the override is %s', async (_, value) => {
    const aws = await sick();
    putOverride(aws, 'main-line', value);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'override-unparseable',
      reason: expect.stringContaining('/voice-connector-failover/dev/overrides/main-line: ') as string,
    });
    expect(writes(aws)).toEqual([]);
  });
});

describe('a Parameter Store that does not let itself be read', () => {
  it.each<{ how: string; effect: MisbehaviourRule['effect']; message: string }>([
    {
      how: 'denies access',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not authorized' },
      message: 'AccessDeniedException: not authorized (HTTP 400)',
    },
    { how: 'is gone', effect: { kind: 'region-down' }, message: 'ECONNRESET' },
  ])('does not stop a rescue when it $how, and fails the turn after it', async ({ effect, message }) => {
    const aws = await sick();
    aws.misbehave({ service: 'ssm', effect });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'failover', outcome: { kind: 'applied' } });
    expect(result.problems).toEqual([
      { doing: 'reading the overrides in us-east-1', message: expect.stringContaining(message) as string },
    ]);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied', 'Run Failed']);
  });

  it('stops a failback', async () => {
    const aws = await startAws();
    seedRecovered(aws);
    aws.misbehave({ service: 'ssm', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'override-unreadable' });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Held', 'Run Failed']);
  });
});
