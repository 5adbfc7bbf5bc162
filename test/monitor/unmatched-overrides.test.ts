/** An override under a key that no group has holds nothing, and its author is not left to believe that it does. */
import { describe, expect, it } from 'vitest';
import { eventsOn, hour, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { putOverride, seedHealthy } from '../wire-support/account-fixtures.ts';
import { deployed, run, storedOverrideIds } from '../wire-support/operator.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

function pause(reason = 'carrier works') {
  return { action: 'pause', by: 'anna', reason, until: new Date(now + 2 * hour).toISOString() };
}

function unmatched(aws: TestAws) {
  return eventsOn(aws).flatMap(({ detailType, data }) => (detailType === 'Override Unmatched' ? [data] : []));
}

async function withKey(key: string): Promise<TestAws> {
  const aws = await startAws();
  seedHealthy(aws, { name: 'main-line-name' });
  putOverride(aws, key, pause());
  return aws;
}

describe('an override under a key that no group has', () => {
  it('is published when it is put, and every quarter of an hour', async () => {
    const aws = await withKey('Main-Line');
    const event = { key: 'Main-Line', regions: ['us-east-1'], override: 'pause by anna, 2 h left: carrier works' };
    expect(groupIn((await takeTurn(aws)).result).code).toBe('top-healthy');
    expect(unmatched(aws)).toEqual([event]);
    aws.clock.jumpTo(now + 5 * minute);
    await takeTurn(aws);
    expect(unmatched(aws)).toHaveLength(1);
    aws.clock.jumpTo(now + 15 * minute);
    await takeTurn(aws);
    expect(unmatched(aws)).toHaveLength(2);
  });

  it('is published once for all Regions', async () => {
    const aws = await withKey('Main-Line');
    const [parameter] = aws.account.parameters.all('us-east-1');
    aws.account.parameters.put('us-west-2', { name: parameter!.name, value: parameter!.value, type: 'String' });
    await takeTurn(aws, { monitorRegions: ['us-east-1', 'us-west-2'] });
    expect(unmatched(aws)).toMatchObject([{ regions: ['us-east-1', 'us-west-2'] }]);
  });

  it('is not published while the group that it is meant for may be unlisted', async () => {
    const aws = await withKey('other-line');
    aws.misbehave({ operation: 'ListVoiceConnectorGroups', region: 'us-west-2', effect: { kind: 'region-down' } });
    await takeTurn(aws);
    expect(unmatched(aws)).toEqual([]);
  });

  it('shows in status', async () => {
    const aws = await deployed();
    putOverride(aws, 'Main-Line', pause());
    expect((await run(aws, { action: 'status', group: undefined, by: undefined, reason: undefined })).warnings).toEqual(
      ['no group has the key of this override: Main-Line (us-east-1): pause by anna, 2 h left: carrier works'],
    );
  });
});

describe('a pause', () => {
  it.each(['main-line', 'main-line-name', 'ALL'])('under %s holds the group, and nothing is unmatched', async (key) => {
    const aws = await withKey(key);
    expect(groupIn((await takeTurn(aws)).result).code).toBe('paused');
    expect(unmatched(aws)).toEqual([]);
  });

  it('under the name is removed by resume, together with the one under the id', async () => {
    const aws = await deployed((each) => {
      seedHealthy(each, { name: 'sales' });
    });
    putOverride(aws, 'sales', pause());
    putOverride(aws, 'main-line', pause('trunk'));
    putOverride(aws, 'ALL', pause());
    expect((await run(aws, { action: 'resume' })).summary).toBe(
      'removed from main-line (sales): pause by anna, 2 h left: trunk and pause by anna, 2 h left: carrier works (stored under sales); the override of every group stays in force: pause by anna, 2 h left: carrier works',
    );
    expect((await run(aws, { action: 'resume', group: 'all' })).outcome).toBe('done');
    expect(storedOverrideIds(aws)).toEqual({});
  });
});
