/** `wake: alarms` over the wire: the packaged functions in their packaged roles, and alarms that the local AWS evaluates. */
import { describe, expect, it } from 'vitest';
import { orderOf } from '../wire-support/account.ts';
import { startAlarmDriven, timesOf } from '../wire-support/alarm-driven.ts';
import { logged } from '../wire-support/functions.ts';

const outage = { where: { region: 'us-east-1' }, what: { kind: 'sip-5xx', ratio: 1 } } as const;

const movedOrder = 'vc-west 1, vc-east 2';

function command(action: string, more: object = {}): string {
  return JSON.stringify({ action, group: 'main-line', by: 'anna', reason: 'works', ...more });
}

describe('A monitor that alarms wake', () => {
  it('runs every five minutes and leaves its rule alone while nothing is going on', async () => {
    const { aws, play, ruleState } = await startAlarmDriven();
    expect(timesOf(await play(15))).toEqual(['5 schedule', '10 schedule', '15 schedule']);
    expect(ruleState()).toBe('DISABLED');
    expect(aws.server.requests.filter(({ operation }) => /^(En|Dis)ableRule$/.test(operation))).toEqual([]);
  });

  it('is woken by an outage, runs every minute until it is over, fails over meanwhile, and then runs every five minutes again', async () => {
    const { aws, play, ruleState } = await startAlarmDriven({ faults: [{ ...outage, from: 11, until: 16 }] });
    const runs = await play(45);
    expect(timesOf(runs).slice(0, 4)).toEqual(['5 schedule', '10 schedule', '13 alarm', '14 rule']);
    expect(orderOf(aws)).toBe(movedOrder);
    expect(ruleState()).toBe('DISABLED');
    const byRule = runs.filter(({ startedBy }) => startedBy === 'rule').map(({ minute }) => minute);
    const [first = 0] = byRule;
    expect(byRule).toEqual(Array.from({ length: byRule.length }, (_, place) => first + place));
    expect(timesOf(runs).slice(-2)).toEqual(['40 schedule', '45 schedule']);
    expect(runs.filter(({ functionError }) => functionError !== undefined)).toEqual([]);
  });

  it('fails over without any alarm, by its schedule', async () => {
    const { aws, play } = await startAlarmDriven({ faults: [{ ...outage, from: 11, until: 60 }] });
    const names = ['us-east-1', 'us-west-2'].map((region) => [region, aws.account.alarms.list(region)] as const);
    for (const [region, alarms] of names) {
      aws.account.alarms.delete(
        region,
        alarms.map(({ alarm }) => alarm.name),
      );
    }
    const runs = await play(16);
    expect(timesOf(runs)).toEqual(['5 schedule', '10 schedule', '15 schedule', '16 rule']);
    expect(orderOf(aws)).toBe(movedOrder);
  });

  it('fails loudly where it may not enable its rule, and fails over by its alarm and its schedule', async () => {
    const { aws, play, ruleState } = await startAlarmDriven({ faults: [{ ...outage, from: 11, until: 60 }] });
    const effect = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.server.misbehave({ operation: 'EnableRule', effect });
    const runs = await play(15);
    expect(timesOf(runs)).toEqual(['5 schedule', '10 schedule', '13 alarm', '15 schedule']);
    expect(ruleState()).toBe('DISABLED');
    expect(runs.map(({ functionError }) => functionError)).toEqual([undefined, undefined, 'Unhandled', 'Unhandled']);
    expect(runs.at(-1)?.payload).toContain(
      'enabling the rule voice-connector-failover-dev-every-minute, so that the monitor runs every minute',
    );
    expect(aws.account.eventBridge.events.map(({ detailType }) => detailType)).toContain('Run Failed');
    expect(orderOf(aws)).toBe(movedOrder);
  });

  it('explains in its log why it runs every minute', async () => {
    const { play, lines } = await startAlarmDriven({ faults: [{ ...outage, from: 11, until: 60 }] });
    await play(13);
    expect(logged(lines, 'minute rule').map(({ data }) => data)).toMatchObject([
      {
        rule: 'voice-connector-failover-dev-every-minute',
        outcome: 'enabled',
        goingOn: expect.arrayContaining([
          'woken by the alarm voice-connector-failover-dev-wake-vc-east',
          'vc-east of main-line is degraded',
        ]) as readonly string[],
      },
    ]);
  });

  it('follows a drill every minute from the minute in which it is ordered to its end', async () => {
    const { aws, play, ruleState } = await startAlarmDriven();
    await play(6);
    const drill = await aws.invoke('operate', command('drill', { minutes: 10 }));
    expect(drill.functionError).toBeUndefined();
    expect(orderOf(aws)).toBe(movedOrder);
    const runs = await play(10);
    expect(runs.filter(({ startedBy }) => startedBy === 'rule').map(({ minute }) => minute)).toEqual([
      7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ]);
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(ruleState()).toBe('ENABLED');
  });

  it('runs in the minute in which a pause ends', async () => {
    const { aws, play } = await startAlarmDriven();
    await play(1);
    const until = new Date(aws.clock.now() + 11 * 60_000).toISOString();
    await aws.invoke('operate', command('pause', { until }));
    const runs = await play(13);
    expect(timesOf(runs)).toEqual([...['2 rule', '5 schedule', '10 schedule', '11 rule', '12 rule'], ...['13 rule']]);
    const expired = aws.account.eventBridge.events.filter(({ detailType }) => detailType === 'Override Expired');
    expect(expired.map(({ time }) => Math.floor(time / 60_000))).toEqual([Math.floor(Date.parse(until) / 60_000)]);
  });
});

describe('The readiness checks of a monitor that alarms wake', () => {
  it('name a primary without an alarm', async () => {
    const { aws } = await startAlarmDriven();
    aws.account.alarms.delete('us-east-1', ['voice-connector-failover-dev-wake-vc-east']);
    const { payload } = await aws.invoke('preflight', '{}');
    expect(payload).toContain(
      'vc-east, the primary, has no alarm in us-east-1: its faults are found up to 4 min later',
    );
  });
});
