import { describe, expect, it } from 'vitest';
import { eventsOn, eventTypes, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { drillOf, seedHealthy, putOverride, storedOverrideIds } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

function override(action: string, until: number) {
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

describe('an override that has expired', () => {
  it.each(['pause', 'pin'])('is published and removed: a %s', async (action) => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', override(action, now));
    const { result } = await takeTurn(aws);
    expect(result.problems).toEqual([]);
    expect(expired(aws)).toEqual([
      { key: 'main-line', action, by: 'anna', reason: 'works', until: new Date(now).toISOString() },
    ]);
    expect(storedOverrideIds(aws)).toEqual([]);
    await takeTurn(aws);
    expect(expired(aws)).toHaveLength(1);
  });

  it('is published once and removed in both Regions if it is stored in two', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    const value = JSON.stringify(override('pause', now - minute));
    for (const region of ['us-east-1', 'us-west-2']) {
      aws.account.parameters.put(region, { name: `${overridesPath}/all`, value, type: 'String' });
    }
    await takeTurn(aws, { monitorRegions: ['us-east-1', 'us-west-2'] });
    expect(expired(aws)).toMatchObject([{ key: 'all' }]);
    expect(['us-east-1', 'us-west-2'].flatMap((region) => aws.account.parameters.all(region))).toEqual([]);
  });

  it('has the same event id at any time, so that the events of two monitors are duplicates', async () => {
    const ids = await Promise.all(
      [0, 7 * minute].map(async (later) => {
        const aws = await startAws();
        seedHealthy(aws);
        putOverride(aws, 'main-line', override('pause', now));
        aws.clock.jumpTo(now + later);
        await takeTurn(aws);
        const [event] = aws.account.eventBridge.events.filter(({ detailType }) => detailType === 'Override Expired');
        return (event?.detail as { readonly metadata: { readonly eventId: string } }).metadata.eventId;
      }),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('is not removed when someone replaces it at that moment', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', override('pause', now));
    aws.onFirst('GetParameter', () => {
      aws.account.parameters.put('us-east-1', {
        name: `${overridesPath}/main-line`,
        value: JSON.stringify(override('pause', now + 60 * minute)),
        type: 'String',
        overwrite: true,
      });
    });
    const { result } = await takeTurn(aws);
    expect(result.problems).toMatchObject([{ doing: 'removing the override in us-east-1' }]);
    expect(storedOverrideIds(aws)).toEqual(['main-line']);
  });

  it.each([
    ['is in force', override('pause', now + 1)],
    ['is unparseable', 'until yesterday'],
  ])('is not removed if it %s', async (_case, value) => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', value);
    await takeTurn(aws);
    expect(eventTypes(aws)).not.toContain('Override Expired');
    expect(storedOverrideIds(aws)).toEqual(['main-line']);
  });

  it('is removed as a drill only when its group certainly no longer exists', async () => {
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
