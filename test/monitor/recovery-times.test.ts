import { describe, expect, it } from 'vitest';
import { minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';
import {
  publishCalls,
  seedMainLine,
  seedNewlyGreen,
  seedRecovered,
  seedUnhealthy,
} from '../wire-support/account-fixtures.ts';
import { takeTurn, type TurnOptions } from '../wire-support/turns.ts';

/** What a turn says of the time a rescue took, in minutes. */
async function minutesIn(aws: TestAws, options?: TurnOptions): Promise<Readonly<Record<string, number>>> {
  const { metricLines } = await takeTurn(aws, options);
  return Object.fromEntries(
    datapointsIn(metricLines).flatMap(({ name, value }) => (name.startsWith('MinutesTo') ? [[name, value]] : [])),
  );
}

/** The first choice fails from `minutesAgo` minutes ago on. */
function failingFor(minutes: number) {
  return (minutesAgo: number) => (minutesAgo <= minutes ? 12 : 0);
}

describe('the time that a rescue took', () => {
  it.each([10, 6, 4])('is counted from the first bad minute, %i minutes before this one', async (minutes) => {
    const aws = await startAws();
    seedUnhealthy(aws, undefined, failingFor(minutes));
    // The look is half a minute into the minute.
    expect(await minutesIn(aws)).toEqual({
      MinutesToDetect: minutes + 0.5,
      MinutesToWrite: minutes + 0.5,
      MinutesToVerify: minutes + 0.5,
    });
  });

  it('is written after the look, and ends when AWS shows the new order', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.onFirst('GetVoiceConnectorGroup', () => {
      aws.clock.jumpTo(now + minute / 4);
    });
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.clock.jumpTo(now + minute / 2);
    });
    expect(await minutesIn(aws)).toEqual({ MinutesToDetect: 10.5, MinutesToWrite: 10.75, MinutesToVerify: 11 });
  });

  it('is not told of a rescue that did not come about, nor of a return', async () => {
    const watching = await startAws();
    seedUnhealthy(watching);
    expect(await minutesIn(watching, { policy: '{ version: 1, defaults: { mode: observe } }' })).toEqual({});
    const returning = await startAws();
    seedRecovered(returning);
    expect(await minutesIn(returning)).toEqual({});
  });
});

async function moved(minutesAgo: number): Promise<TestAws> {
  const aws = await startAws();
  seedNewlyGreen(aws, minutesAgo);
  return aws;
}

describe('the time until a group is green again', () => {
  it('is counted from its change to the first turn that sees the new first choice healthy', async () => {
    const aws = await moved(4);
    expect(await minutesIn(aws)).toEqual({ MinutesToGreen: 4 });
    aws.clock.jumpTo(now + minute);
    expect(await minutesIn(aws)).toEqual({});
  });

  it('is not told of a change that was longer than an hour ago, nor of a group that stayed green', async () => {
    expect(await minutesIn(await moved(61))).toEqual({});
    const steady = await startAws();
    seedMainLine(steady, { updatedAt: now - 4 * minute });
    publishCalls(steady, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    expect(await minutesIn(steady)).toEqual({});
  });
});
