import { describe, expect, it } from 'vitest';
import type { GroupSeed } from '../../sim/account/chime/groups.ts';
import { eventsOn, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { failing, publishCalls, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const vcEast = { voiceConnectorId: 'vc-east', priority: 1 };
const vcWest = { voiceConnectorId: 'vc-west', priority: 2 };

/** The primary of every group here is failing, so that only the unusual attribute of the group can cause the hold. */
async function runOver(group: GroupSeed) {
  const aws = await startAws();
  seedUnhealthy(aws, group);
  const { result } = await takeTurn(aws);
  return { aws, result };
}

describe('a group that no failover can help', () => {
  it.each<{ what: string; group: GroupSeed; code: string; reason: string }>([
    {
      what: 'has no members',
      group: { items: [] },
      code: 'fewer-than-two-members',
      reason: 'the group has 0 of the 2 members that a failover needs',
    },
    {
      what: 'has one member',
      group: { items: [vcEast] },
      code: 'fewer-than-two-members',
      reason: 'the group has 1 of the 2 members that a failover needs',
    },
    {
      what: 'has two members of the same priority',
      group: { items: [vcEast, { ...vcWest, priority: 1 }] },
      code: 'tied-priorities',
      reason: 'vc-east and vc-west share priority 1: AWS spreads calls over both (active/active)',
    },
    {
      what: 'has a member without Priority',
      group: { items: [vcEast, { voiceConnectorId: 'vc-west' }] },
      code: 'missing-priority',
      reason: 'vc-west has no Priority',
    },
    {
      what: 'spreads its calls',
      group: { callDistributionType: 'LoadBalancedDistribution' },
      code: 'load-balanced',
      reason: 'LoadBalancedDistribution spreads calls over all members: priorities have no effect',
    },
    {
      what: 'has a CallDistributionType that AWS added later',
      group: { callDistributionType: 'MoonPhaseDistribution' as 'LoadBalancedDistribution' },
      code: 'unknown-distribution',
      reason: 'CallDistributionType MoonPhaseDistribution is unknown: it may not follow priorities',
    },
    {
      what: 'has a member twice',
      group: { items: [vcEast, { ...vcEast, priority: 2 }] },
      code: 'duplicate-members',
      reason: 'vc-east is a member more than once',
    },
  ])('is held with its own reason and not written when it $what', async ({ group, code, reason }) => {
    const { aws, result } = await runOver(group);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code, reason });
    expect(groupIn(result).after).toEqual(groupIn(result).before);
    expect(eventsOn(aws)).toMatchObject([{ detailType: 'Priority Held', data: { code, reason } }]);
    expect(result).toMatchObject({ outcome: 'succeeded', problems: [] });
    expect(writes(aws)).toEqual([]);
  });

  it('is not promoted to a Voice Connector that no control Region lists', async () => {
    const { aws, result } = await runOver({ items: [vcEast, { voiceConnectorId: 'vc-nowhere', priority: 2 }] });
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'no-target',
      rejected: [{ voiceConnectorId: 'vc-nowhere', code: 'unobservable' }],
    });
    expect(groupIn(result).connectors[1]).toMatchObject({ voiceConnectorId: 'vc-nowhere', region: undefined });
    expect(writes(aws)).toEqual([]);
  });

  it('is held when no control Region lists its primary', async () => {
    const { aws, result } = await runOver({ items: [{ voiceConnectorId: 'vc-nowhere', priority: 1 }, vcWest] });
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'top-unknown',
      reason: expect.stringContaining('vc-nowhere (Region unknown) unknown (fetch-error)') as string,
    });
    expect(writes(aws)).toEqual([]);
  });

  it('is held when its primary is in an unknown Region without metrics', async () => {
    const aws = await startAws();
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-far', awsRegion: 'mars-north-1', createdIn: 'us-east-1' });
    seedUnhealthy(aws, { items: [{ voiceConnectorId: 'vc-far', priority: 1 }, vcWest] });
    const { result } = await takeTurn(aws, { policy: '{ version: 1, defaults: { mode: enforce } }' });
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'top-unknown' });
    expect(groupIn(result).connectors[0]).toMatchObject({ region: 'mars-north-1', verdict: { cause: 'idle' } });
    expect(writes(aws)).toEqual([]);
  });

  it('is held, and the run fails, when the SDK rejects the name of a Region', async () => {
    const aws = await startAws();
    aws.account.chime.seedConnector({
      voiceConnectorId: 'vc-odd',
      awsRegion: 'US East (N. Virginia)',
      createdIn: 'us-east-1',
    });
    seedUnhealthy(aws, { items: [{ voiceConnectorId: 'vc-odd', priority: 1 }, vcWest] });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'top-unknown' });
    expect(result.problems).toMatchObject([{ doing: 'reading metrics in US East (N. Virginia)' }]);
    expect(writes(aws)).toEqual([]);
  });

  it('is reported as a problem when the description by AWS is invalid', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'nameless', name: '' });
    const { result } = await takeTurn(aws);
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(['main-line']);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(result.problems).toMatchObject([{ doing: 'listing Voice Connector groups in us-east-1' }]);
    expect(result.problems[0]?.message).toContain('Name: ');
  });
});

describe('a group of three', () => {
  it('keeps its three priority values and reassigns them', async () => {
    const aws = await startAws();
    aws.account.chime.seedConnector({
      voiceConnectorId: 'vc-central',
      awsRegion: 'ca-central-1',
      createdIn: 'us-east-1',
    });
    publishCalls(aws, { voiceConnectorId: 'vc-central', region: 'ca-central-1', failuresAt: failing });
    seedUnhealthy(aws, {
      items: [
        { voiceConnectorId: 'vc-central', priority: 20 },
        { voiceConnectorId: 'vc-east', priority: 7 },
        { voiceConnectorId: 'vc-west', priority: 99 },
      ],
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({
      decision: 'failover',
      rejected: [{ voiceConnectorId: 'vc-central', code: 'unhealthy' }],
    });
    expect(writes(aws)).toMatchObject([
      {
        VoiceConnectorItems: [
          { VoiceConnectorId: 'vc-central', Priority: 99 },
          { VoiceConnectorId: 'vc-east', Priority: 20 },
          { VoiceConnectorId: 'vc-west', Priority: 7 },
        ],
      },
    ]);
  });
});

describe('a manual run', () => {
  const runFor = (aws: TestAws, groupId: string | undefined) => takeTurn(aws, { trigger: { kind: 'manual', groupId } });

  it('moves only the group that was named', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'side-line', items: [vcEast, vcWest], createdAt: 0 });
    const { result } = await runFor(aws, 'main-line');
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(['main-line']);
    expect(writes(aws)).toHaveLength(1);
  });

  it('for a group that does not exist lists the existing ones and changes nothing', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    await expect(runFor(aws, 'main-lin')).rejects.toThrow(
      'the event: 1 problem\n  - groupId: Expected one of main-line (Main line), got "main-lin"',
    );
    expect(writes(aws)).toEqual([]);
    expect(eventsOn(aws)).toEqual([]);
  });

  it('for a group that is not listed reports that the list may be incomplete when a Region does not answer', async () => {
    const aws = await startAws();
    aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    await expect(runFor(aws, 'side-line')).rejects.toThrow(
      /Expected a listed group, but none is listed, got "side-line"\n.*listing Voice Connector groups in us-west-2 failed, so that this list may be incomplete/,
    );
  });
});
