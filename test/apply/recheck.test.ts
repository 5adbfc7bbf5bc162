import { describe, expect, it } from 'vitest';
import type { Groups } from '../../sim/account/chime/groups.ts';
import { eventTypes, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const asSeeded = {
  name: 'Main line',
  items: [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-west', priority: 2 },
  ],
  callDistributionType: 'PriorityWeightedDistribution' as const,
};

const renamedAndBare = { name: 'Sales line', items: [{ voiceConnectorId: 'vc-east', priority: 1 }] };

/** Somebody changes the group in the moment in which the monitor looks at it again. */
async function editedMeanwhile(edit: Partial<Parameters<Groups['update']>[2]>): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  aws.onFirst('GetVoiceConnectorGroup', () => {
    aws.account.chime.groups.update('us-east-1', 'main-line', { ...asSeeded, ...edit });
  });
  return aws;
}

describe('a group that somebody changed after it was judged', () => {
  it.each([
    {
      what: 'its order',
      edit: {
        items: [
          { voiceConnectorId: 'vc-east', priority: 2 },
          { voiceConnectorId: 'vc-west', priority: 1 },
        ],
      },
      difference: 'VoiceConnectorItems was vc-east 1, vc-west 2, is vc-west 1, vc-east 2',
    },
    {
      what: 'its members',
      edit: { items: [{ voiceConnectorId: 'vc-east', priority: 1 }] },
      difference: 'VoiceConnectorItems was vc-east 1, vc-west 2, is vc-east 1',
    },
    {
      what: 'its name',
      edit: { name: 'Sales line' },
      difference: 'Name was Main line, is Sales line',
    },
    {
      what: 'its distribution',
      edit: { callDistributionType: 'LoadBalancedDistribution' as const },
      difference: 'CallDistributionType was PriorityWeightedDistribution, is LoadBalancedDistribution',
    },
    { what: 'nothing but its timestamp', edit: {}, difference: 'UpdatedTimestamp moved by' },
    {
      what: 'everything',
      edit: { ...renamedAndBare, callDistributionType: 'LoadBalancedDistribution' as const },
      difference: 'Name was Main line, is Sales line; CallDistributionType was',
    },
  ])('is left as it is when it was $what', async ({ edit, difference }) => {
    const aws = await editedMeanwhile(edit);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({
      decision: 'failover',
      outcome: {
        kind: 'withheld',
        code: 'group-changed',
        reason: expect.stringContaining(`the group changed after it was judged: ${difference}`) as string,
      },
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Withheld']);
    expect(result.outcome).toBe('succeeded');
  });

  it('is not written when it is gone', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const gone = { kind: 'error', status: 404, code: 'NotFoundException', message: 'no such group' } as const;
    aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: gone });
    const { result } = await takeTurn(aws);
    const reason = 'looking again before the write: NotFoundException: no such group (HTTP 404)';
    expect(groupIn(result).outcome).toEqual({ kind: 'rejected', code: 'not-found', reason });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Rejected', 'Run Failed']);
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: reason }]);
  });

  it('is not written when nobody can look at it', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: { kind: 'hang' } });
    const { result } = await takeTurn(aws, { requestTimeout: 300 });
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'blocked',
      code: 'unreachable',
      reason: expect.stringMatching(
        /^no control Region shows the group: us-east-1: TimeoutError: .*; us-west-2: TimeoutError: .*/,
      ) as string,
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Blocked', 'Run Failed']);
  });
});

describe('a group that somebody changed while the intent was told', () => {
  it('is left as it is: nothing stands between the last look and the write', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.onFirst('PutEvents', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', { ...asSeeded, name: 'Sales line' });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'withheld',
      code: 'group-changed',
      reason: expect.stringContaining('Name was Main line, is Sales line') as string,
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Withheld']);
  });
});

describe('evidence that grew old before the write', () => {
  /** The worker is held up while its intent is being recorded. */
  const heldUpFor = async (milliseconds: number): Promise<TestAws> => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.onFirst('PutEvents', () => {
      aws.clock.jumpTo(aws.clock.now() + milliseconds);
    });
    return aws;
  };

  it('is written by at its limit', async () => {
    const aws = await heldUpFor(90_000);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
  });

  it('is not written by a moment later, and the intent already told gets its outcome', async () => {
    const aws = await heldUpFor(90_001);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toEqual({
      kind: 'withheld',
      code: 'evidence-expired',
      reason: 'the evidence is 90 s old, evidenceLimitSeconds 90',
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Withheld']);
  });

  it('is not written by when the clock ran backwards', async () => {
    const aws = await heldUpFor(-1000);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'withheld', code: 'evidence-expired' });
    expect(writes(aws)).toEqual([]);
  });

  it.each(['first', 'last'])('is not written by when the worker slept while it took its %s look', async (which) => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const sleep = (): void => {
      aws.clock.jumpTo(aws.clock.now() + 10 * 60_000);
    };
    if (which === 'first') aws.onFirst('GetVoiceConnectorGroup', sleep);
    else {
      aws.onFirst('PutEvents', () => {
        aws.onFirst('GetVoiceConnectorGroup', sleep);
      });
    }
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'withheld', code: 'evidence-expired' });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(writes(aws)).toEqual([]);
  });
});
