import { describe, expect, it } from 'vitest';
import { eventsOn, eventTypes, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/local-aws.ts';
import { drillOf, seedHealthy, putOverride, storedOverrideIds } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

function word(action: string, until: number) {
  return {
    action,
    by: 'anna',
    reason: 'works',
    until: new Date(until).toISOString(),
  };
}

function expired(aws: TestAws) {
  return eventsOn(aws).flatMap(({ detailType, data }) => (detailType === 'Override Expired' ? [data] : []));
}

describe("an operator's word that has run out", () => {
  it.each(['pause', 'pin'])('is told and taken back: a %s', async (action) => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', word(action, now));
    const { result } = await takeTurn(aws);
    expect(result.problems).toEqual([]);
    expect(expired(aws)).toEqual([
      { key: 'main-line', action, by: 'anna', reason: 'works', until: new Date(now).toISOString() },
    ]);
    expect(storedOverrideIds(aws)).toEqual([]);
    await takeTurn(aws);
    expect(expired(aws)).toHaveLength(1);
  });

  it('is told once though it was said in two Regions, and taken back in both', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    const value = JSON.stringify(word('pause', now - minute));
    for (const region of ['us-east-1', 'us-west-2']) {
      aws.account.parameters.put(region, { name: `${overridesPath}/all`, value, type: 'String' });
    }
    await takeTurn(aws, { monitorRegions: ['us-east-1', 'us-west-2'] });
    expect(expired(aws)).toMatchObject([{ key: 'all' }]);
    expect(['us-east-1', 'us-west-2'].flatMap((region) => aws.account.parameters.all(region))).toEqual([]);
  });

  it('has the same id whenever it is told, so that two monitors tell it once', async () => {
    const ids = await Promise.all(
      [0, 7 * minute].map(async (later) => {
        const aws = await startAws();
        seedHealthy(aws);
        putOverride(aws, 'main-line', word('pause', now));
        aws.clock.jumpTo(now + later);
        await takeTurn(aws);
        const [event] = aws.account.eventBridge.events.filter(({ detailType }) => detailType === 'Override Expired');
        return (event?.detail as { readonly metadata: { readonly eventId: string } }).metadata.eventId;
      }),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('stays where somebody says something else at that moment', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', word('pause', now));
    aws.onFirst('GetParameter', () => {
      aws.account.parameters.put('us-east-1', {
        name: `${overridesPath}/main-line`,
        value: JSON.stringify(word('pause', now + 60 * minute)),
        type: 'String',
        overwrite: true,
      });
    });
    const { result } = await takeTurn(aws);
    expect(result.problems).toMatchObject([{ doing: 'removing the override in us-east-1' }]);
    expect(storedOverrideIds(aws)).toEqual(['main-line']);
  });

  it.each([
    ['is in force', word('pause', now + 1)],
    ['nobody can understand', 'until yesterday'],
  ])('is not one that %s', async (_case, value) => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', value);
    await takeTurn(aws);
    expect(eventTypes(aws)).not.toContain('Override Expired');
    expect(storedOverrideIds(aws)).toEqual(['main-line']);
  });

  it('is a drill only where its group is gone for certain', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'gone', drillOf(aws, -1));
    aws.misbehave({
      operation: 'ListVoiceConnectorGroups',
      region: 'us-west-2',
      effect: { kind: 'region-down' },
      times: 9,
    });
    await takeTurn(aws);
    expect(storedOverrideIds(aws)).toEqual(['gone']);
    aws.server.clearMisbehaviour();
    const { result } = await takeTurn(aws);
    expect(groupIn(result).code).toBe('top-healthy');
    expect(expired(aws)).toMatchObject([{ key: 'gone', action: 'drill', by: 'ops' }]);
    expect(storedOverrideIds(aws)).toEqual([]);
  });
});
