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

const renamedWithOneMember = { name: 'Sales line', items: [{ voiceConnectorId: 'vc-east', priority: 1 }] };

/** Someone changes the group just before the recheck reads it. */
async function editedBeforeRecheck(edit: Partial<Parameters<Groups['update']>[2]>): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  aws.onFirst('GetVoiceConnectorGroup', () => {
    aws.account.chime.groups.update('us-east-1', 'main-line', { ...asSeeded, ...edit });
  });
  return aws;
}

describe('a group that was changed after it was judged', () => {
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
    { what: 'its timestamp alone', edit: {}, difference: 'UpdatedTimestamp moved by' },
    {
      what: 'all its attributes',
      edit: { ...renamedWithOneMember, callDistributionType: 'LoadBalancedDistribution' as const },
      difference: 'Name was Main line, is Sales line; CallDistributionType was',
    },
  ])('is not written after a change of $what', async ({ edit, difference }) => {
    const aws = await editedBeforeRecheck(edit);
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

  it('is not written when it no longer exists', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const notFound = { kind: 'error', status: 404, code: 'NotFoundException', message: 'no such group' } as const;
    aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: notFound });
    const { result } = await takeTurn(aws);
    const reason = 'the group could not be read again before the write: NotFoundException: no such group (HTTP 404)';
    expect(groupIn(result).outcome).toEqual({ kind: 'rejected', code: 'not-found', reason });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Rejected', 'Run Failed']);
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: reason }]);
  });

  it('is not written when it cannot be read', async () => {
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

describe('a group that was changed while the intent was published', () => {
  it('is not written, because the final recheck comes right before the write', async () => {
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

describe('evidence that ages before the write', () => {
  /** The run is delayed while its intent is published. */
  const delayedBy = async (milliseconds: number): Promise<TestAws> => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.onFirst('PutEvents', () => {
      aws.clock.jumpTo(aws.clock.now() + milliseconds);
    });
    return aws;
  };

  it('allows the write at its limit', async () => {
    const aws = await delayedBy(90_000);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
  });

  it('prevents the write just after its limit, and the published intent gets its outcome', async () => {
    const aws = await delayedBy(90_001);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toEqual({
      kind: 'withheld',
      code: 'evidence-expired',
      reason: 'the evidence is 90 s old, evidenceLimitSeconds 90',
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Withheld']);
  });

  it('prevents the write when the clock was set back', async () => {
    const aws = await delayedBy(-1000);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'withheld', code: 'evidence-expired' });
    expect(writes(aws)).toEqual([]);
  });

  it.each(['first', 'last'])(
    'prevents the write when the worker was suspended during its %s recheck',
    async (recheck) => {
      const aws = await startAws();
      seedUnhealthy(aws);
      const suspend = (): void => {
        aws.clock.jumpTo(aws.clock.now() + 10 * 60_000);
      };
      if (recheck === 'first') aws.onFirst('GetVoiceConnectorGroup', suspend);
      else {
        aws.onFirst('PutEvents', () => {
          aws.onFirst('GetVoiceConnectorGroup', suspend);
        });
      }
      const { result } = await takeTurn(aws);
      expect(groupIn(result).outcome).toMatchObject({ kind: 'withheld', code: 'evidence-expired' });
      expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
      expect(writes(aws)).toEqual([]);
    },
  );
});
