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

/** The recovery times that a run publishes, in minutes. */
async function minutesIn(aws: TestAws, options?: TurnOptions): Promise<Readonly<Record<string, number>>> {
  const { metricLines } = await takeTurn(aws, options);
  return Object.fromEntries(
    datapointsIn(metricLines).flatMap(({ name, value }) => (name.startsWith('MinutesTo') ? [[name, value]] : [])),
  );
}

/** The primary has been failing for this many minutes. */
function failingFor(minutes: number) {
  return (minutesAgo: number) => (minutesAgo <= minutes ? 12 : 0);
}

describe('the recovery time of a failover', () => {
  it.each([10, 6, 4])('is measured from the first failing minute, %i minutes ago', async (minutes) => {
    const aws = await startAws();
    seedUnhealthy(aws, undefined, failingFor(minutes));
    // The run starts half a minute into the minute.
    expect(await minutesIn(aws)).toEqual({
      MinutesToDetect: minutes + 0.5,
      MinutesToWrite: minutes + 0.5,
      MinutesToVerify: minutes + 0.5,
    });
  });

  it('is not measured from a fault before the calls were elsewhere and came back', async () => {
    const aws = await startAws();
    const isElsewhere = (minutesAgo: number): boolean => minutesAgo > 10 && minutesAgo <= 45;
    seedMainLine(aws);
    publishCalls(aws, {
      voiceConnectorId: 'vc-east',
      region: 'us-east-1',
      attemptsAt: (minutesAgo) => (isElsewhere(minutesAgo) ? 0 : 24),
      failuresAt: (minutesAgo) => (isElsewhere(minutesAgo) || minutesAgo > 55 ? 0 : 12),
    });
    publishCalls(aws, {
      voiceConnectorId: 'vc-west',
      region: 'us-west-2',
      attemptsAt: (minutesAgo) => (isElsewhere(minutesAgo) ? 24 : 0),
    });
    expect(await minutesIn(aws)).toMatchObject({ MinutesToDetect: 10.5 });
  });

  it('has its write time after the detection, and ends when AWS shows the new order', async () => {
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

  it('is not published for a withheld failover, nor for a failback', async () => {
    const observing = await startAws();
    seedUnhealthy(observing);
    expect(await minutesIn(observing, { policy: '{ version: 1, defaults: { mode: observe } }' })).toEqual({});
    const failingBack = await startAws();
    seedRecovered(failingBack);
    expect(await minutesIn(failingBack)).toEqual({});
  });
});

async function moved(minutesAgo: number): Promise<TestAws> {
  const aws = await startAws();
  seedNewlyGreen(aws, minutesAgo);
  return aws;
}

describe('the time until a group is healthy again', () => {
  it('is measured from its change to the first run that sees the new primary healthy', async () => {
    const aws = await moved(4);
    expect(await minutesIn(aws)).toEqual({ MinutesToGreen: 4 });
    aws.clock.jumpTo(now + minute);
    expect(await minutesIn(aws)).toEqual({});
  });

  it('is not published for a change more than an hour ago, nor for a group that stayed healthy', async () => {
    expect(await minutesIn(await moved(61))).toEqual({});
    const steady = await startAws();
    seedMainLine(steady, { updatedAt: now - 4 * minute });
    publishCalls(steady, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    expect(await minutesIn(steady)).toEqual({});
  });
});
