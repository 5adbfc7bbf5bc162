import { describe, expect, it } from 'vitest';
import { minuteMs } from '../../lib/core/model/time.ts';
import { eventsOn, eventTypes, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { putOverride, seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

const quarter = 15 * minuteMs;

/** The account seven minutes into a quarter of an hour, when no unchanged hold is published again. */
async function betweenQuarters(): Promise<TestAws> {
  const aws = await startAws();
  aws.clock.jumpTo(now + 7 * minute);
  return aws;
}

function pause(until: number) {
  return {
    action: 'pause',
    by: 'anna',
    reason: 'carrier works',
    until: new Date(until).toISOString(),
  };
}

function previouslyOf(aws: TestAws) {
  return eventsOn(aws).map(({ detailType, data }) => ({
    detailType,
    code: data['code'],
    previously: data['previously'],
  }));
}

describe('a hold', () => {
  it('that is the same as a minute before is not published', async () => {
    const aws = await betweenQuarters();
    seedHealthy(aws);
    await takeTurn(aws);
    expect(eventTypes(aws)).toEqual([]);
  });

  it('is published again every quarter of an hour, for subscribers that missed its beginning', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    for (let run = 0; run < 31; run += 1) {
      await takeTurn(aws);
      aws.clock.jumpTo(now + (run + 1) * minute);
    }
    const times = aws.account.eventBridge.events
      .filter(({ detailType }) => detailType === 'Priority Held')
      .map(({ time }) => Math.floor(time / minuteMs) * minuteMs);
    expect(times).toEqual([0, 1, 2].map((quarters) => now - 30_000 + quarters * quarter));
  });

  it('that begins with an override is published at once, with an unknown previous decision', async () => {
    const aws = await betweenQuarters();
    seedHealthy(aws);
    putOverride(aws, 'main-line', pause(aws.clock.now() + 30 * minute));
    await takeTurn(aws);
    expect(previouslyOf(aws)).toEqual([
      {
        detailType: 'Hold Changed',
        code: 'paused',
        previously: { decision: 'unknown', reason: 'the override was changed since' },
      },
    ]);
  });

  it('by an override is published as changed only once', async () => {
    const aws = await betweenQuarters();
    seedHealthy(aws);
    putOverride(aws, 'all', pause(aws.clock.now() + 30 * minute));
    await takeTurn(aws);
    aws.clock.jumpTo(aws.clock.now() + 2 * minute);
    await takeTurn(aws);
    expect(eventTypes(aws).filter((type) => type === 'Hold Changed')).toHaveLength(1);
  });

  it('that follows an expired pause names the previous hold', async () => {
    const aws = await betweenQuarters();
    const until = aws.clock.now() + 5 * minute;
    putOverride(aws, 'main-line', pause(until));
    aws.clock.jumpTo(until + 10_000);
    seedHealthy(aws);
    await takeTurn(aws);
    expect(previouslyOf(aws)).toEqual([
      { detailType: 'Override Expired' },
      {
        detailType: 'Hold Changed',
        code: 'top-healthy',
        previously: { decision: 'hold', code: 'paused', reason: 'paused by anna, 90 s left: carrier works' },
      },
    ]);
  });

  it('that follows a change of the group is published, and only until the minute after', async () => {
    const aws = await betweenQuarters();
    seedUnhealthy(aws);
    await takeTurn(aws);
    for (let run = 0; run < 3; run += 1) {
      aws.clock.jumpTo(aws.clock.now() + minute);
      await takeTurn(aws);
    }
    const holds = previouslyOf(aws).filter(({ detailType }) => detailType === 'Hold Changed');
    expect(holds).toEqual([
      {
        detailType: 'Hold Changed',
        code: 'failback-hold',
        previously: { decision: 'unknown', reason: 'the group was changed since' },
      },
    ]);
  });

  it('that follows a move which is no longer possible names that move', async () => {
    const aws = await betweenQuarters();
    seedUnhealthy(aws);
    // A minute ago this ping was fresh; now it is too old for a failover.
    const at = aws.clock.now() - 5 * minute - 10_000;
    aws.account.recordOptionsPing('vc-west', { at, source: '192.0.2.10' });
    await takeTurn(aws);
    expect(previouslyOf(aws)).toEqual([
      {
        detailType: 'Hold Changed',
        code: 'no-target',
        previously: {
          decision: 'failover',
          reason: expect.stringMatching(/^vc-east \(us-east-1\) unhealthy: .*; promoting vc-west/) as string,
        },
      },
    ]);
  });

  it('that begins when no move is considered any more records that one was', async () => {
    const aws = await betweenQuarters();
    // The minutes until a minute ago proved a fault; with one good minute since, they no longer do.
    seedUnhealthy(aws, undefined, (minutesAgo) => (minutesAgo >= 3 && minutesAgo <= 5 ? 12 : 0));
    await takeTurn(aws);
    expect(previouslyOf(aws).filter(({ detailType }) => detailType === 'Hold Changed')).toEqual([
      {
        detailType: 'Hold Changed',
        code: expect.stringMatching(/^top-/) as string,
        previously: { decision: 'unknown', reason: 'a move was considered, and no longer is' },
      },
    ]);
  });
});
