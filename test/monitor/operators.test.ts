import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, eventTypes, minute, now, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { putOverride, seedRecovered, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

function override(action: string, until = now + 30 * minute) {
  return {
    action,
    by: 'anna',
    reason: 'carrier works on the trunk',
    until: new Date(until).toISOString(),
  };
}

async function withUnhealthyPrimary(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  return aws;
}

describe('an override', () => {
  it.each([
    ['pause', 'main-line', 'paused'],
    ['pin', 'main-line', 'pinned'],
    ['pause', 'all', 'paused'],
  ])('stops a failover as a %s of %s, and the reason of the hold names the operator', async (action, key, code) => {
    const aws = await withUnhealthyPrimary();
    putOverride(aws, key, override(action));
    const { result } = await takeTurn(aws);
    const reason = `${code} by anna, 30 min left: carrier works on the trunk`;
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code, reason });
    expect(result.outcome).toBe('succeeded');
    expect(eventsOn(aws)).toMatchObject([{ detailType: 'Hold Changed', data: { decision: 'hold', code, reason } }]);
    expect(writes(aws)).toEqual([]);
  });

  it('does not stop a failover after it has expired', async () => {
    const aws = await withUnhealthyPrimary();
    putOverride(aws, 'main-line', override('pause', now));
    putOverride(aws, 'all', override('pause', now - minute));
    await takeTurn(aws);
    expect(writes(aws)).toHaveLength(1);
  });

  it('does not stop the failover of another group', async () => {
    const aws = await withUnhealthyPrimary();
    putOverride(aws, 'side-line', override('pause'));
    await takeTurn(aws);
    expect(writes(aws)).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'until monday'],
    ['an unknown action', override('snooze')],
    ['no end', { action: 'pause', by: 'anna', reason: 'works' }],
    ['an unknown field', { ...override('pause'), force: true }],
  ])('counts as a pause if its value is unparseable: %s', async (_, value) => {
    const aws = await withUnhealthyPrimary();
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

describe('a Parameter Store that cannot be read', () => {
  it.each<{ how: string; effect: MisbehaviourRule['effect']; message: string }>([
    {
      how: 'denies access',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not authorized' },
      message: 'AccessDeniedException: not authorized (HTTP 400)',
    },
    { how: 'is down', effect: { kind: 'region-down' }, message: 'ECONNRESET' },
  ])('does not stop a failover when it $how, but fails the run', async ({ effect, message }) => {
    const aws = await withUnhealthyPrimary();
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
