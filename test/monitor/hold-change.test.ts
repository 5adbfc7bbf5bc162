import { describe, expect, it } from 'vitest';
import { minuteMs } from '../../lib/core/model/time.ts';
import { eventsOn, eventTypes, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { putOverride, seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

const quarter = 15 * minuteMs;

/** The account seven minutes into a quarter of an hour, when nothing is restated. */
async function atNoQuarter(): Promise<TestAws> {
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
  it('that is what it was a minute before is no news', async () => {
    const aws = await atNoQuarter();
    seedHealthy(aws);
    await takeTurn(aws);
    expect(eventTypes(aws)).toEqual([]);
  });

  it('is told again every quarter of an hour, for whoever missed how it began', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    for (let turns = 0; turns < 31; turns += 1) {
      await takeTurn(aws);
      aws.clock.jumpTo(now + (turns + 1) * minute);
    }
    const times = aws.account.eventBridge.events
      .filter(({ detailType }) => detailType === 'Priority Held')
      .map(({ time }) => Math.floor(time / minuteMs) * minuteMs);
    expect(times).toEqual([0, 1, 2].map((quarters) => now - 30_000 + quarters * quarter));
  });

  it('that begins with the word of an operator is told at once, not knowing what was before', async () => {
    const aws = await atNoQuarter();
    seedHealthy(aws);
    putOverride(aws, 'main-line', pause(aws.clock.now() + 30 * minute));
    await takeTurn(aws);
    expect(previouslyOf(aws)).toEqual([
      {
        detailType: 'Hold Changed',
        code: 'paused',
        previously: { decision: 'unknown', reason: "the operator's word was changed since" },
      },
    ]);
  });

  it('of an operator is told once, not for as long as it lasts', async () => {
    const aws = await atNoQuarter();
    seedHealthy(aws);
    putOverride(aws, 'all', pause(aws.clock.now() + 30 * minute));
    await takeTurn(aws);
    aws.clock.jumpTo(aws.clock.now() + 2 * minute);
    await takeTurn(aws);
    expect(eventTypes(aws).filter((type) => type === 'Hold Changed')).toHaveLength(1);
  });

  it('that follows a pause which ran out says which hold it was', async () => {
    const aws = await atNoQuarter();
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

  it('that follows a change of the group is told, and only until the minute after', async () => {
    const aws = await atNoQuarter();
    seedUnhealthy(aws);
    await takeTurn(aws);
    for (let turns = 0; turns < 3; turns += 1) {
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

  it('that a move gave way to says which move that was', async () => {
    const aws = await atNoQuarter();
    seedUnhealthy(aws);
    // Fresh a minute ago, and too old to move to now.
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

  it('that begins when nothing is contemplated any more says that something was', async () => {
    const aws = await atNoQuarter();
    // Unhealthy by the minutes until a minute ago; one good one since leaves it short of proof.
    seedUnhealthy(aws, undefined, (minutesAgo) => (minutesAgo >= 3 && minutesAgo <= 4 ? 12 : 0));
    await takeTurn(aws);
    expect(previouslyOf(aws).filter(({ detailType }) => detailType === 'Hold Changed')).toEqual([
      {
        detailType: 'Hold Changed',
        code: expect.stringMatching(/^top-/) as string,
        previously: { decision: 'unknown', reason: 'a move was contemplated, and is no longer' },
      },
    ]);
  });
});
