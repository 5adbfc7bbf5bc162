/** The functions' clock against AWS's: every answer of AWS has its time in it. */
import { describe, expect, it } from 'vitest';
import { eventsOn, minute, writes } from '../wire-support/account.ts';
import { seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deploy } from '../wire-support/functions.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';

describe('A monitor whose clock is more than two minutes wrong', () => {
  it.each([
    [10, '10 min ahead of'],
    [-10, '10 min behind'],
  ])('(by %i min) decides nothing, fails and sends no heartbeat', async (minutes, text) => {
    const aws = await deploy({ clockAheadMs: minutes * minute });
    seedUnhealthy(aws);
    const { error } = await aws.invoke('monitor', {});
    expect(error.errorType).toBe('RunFailedError');
    expect(error.errorMessage).toContain(`comparing the clocks: our clock is at least ${text} AWS's`);
    expect(error.errorMessage).toContain('limit 2 min: nothing is decided');
    expect(writes(aws)).toEqual([]);
    expect(eventsOn(aws).map(({ detailType }) => detailType)).toEqual(['Run Failed']);
    expect(datapointsIn(aws.lines)).toEqual([]);
  });

  it('orders no weekly drill either', async () => {
    const policy = `
version: 1
groups:
  - { group: main-line, mode: enforce, drill: { day: fri, from: '08:30', until: '10:00' } }
`;
    const aws = await deploy({ clockAheadMs: 10 * minute, policy });
    seedHealthy(aws);
    const { error } = await aws.invoke('operate', { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' });
    expect(error.errorMessage).toContain('comparing the clocks: our clock is at least');
    expect(writes(aws)).toEqual([]);
  });

  it('still takes a switchover, with a warning', async () => {
    const aws = await deploy({ clockAheadMs: 10 * minute });
    seedHealthy(aws);
    const switchover = { action: 'switchover', group: 'main-line', to: 'vc-west', by: 'anna', reason: 'works' };
    const { payload } = await aws.invoke('operate', { ...switchover, force: ['unobservable', 'no-standby-signal'] });
    expect(payload).toMatchObject({
      outcome: 'done',
      warnings: [
        expect.stringMatching(/^our clock is at least 10 min ahead of AWS's .*: nothing is decided by the monitor$/),
      ],
    });
  });

  it('still takes a pause', async () => {
    const aws = await deploy({ clockAheadMs: 10 * minute });
    seedHealthy(aws);
    const pause = { action: 'pause', group: 'all', by: 'anna', reason: 'the clock is wrong', until: '1h' };
    expect((await aws.invoke('operate', pause)).payload).toMatchObject({ outcome: 'done' });
  });
});

describe('A monitor whose clock is at most two minutes wrong', () => {
  it('decides', async () => {
    const aws = await deploy({ clockAheadMs: minute });
    seedUnhealthy(aws);
    const { functionError, error } = await aws.invoke('monitor', {});
    expect(functionError, error.errorMessage).toBeUndefined();
  });
});
