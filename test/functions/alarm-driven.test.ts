/** `wake: alarms` over the wire: the packaged monitor, the packaged roles, and alarms that the local AWS evaluates. */
import { describe, expect, it } from 'vitest';
import { startAlarmDriven, timesOf } from '../wire-support/alarm-driven.ts';
import { logged } from '../wire-support/functions.ts';
import { orderOf } from '../wire-support/account.ts';

const outage = { where: { region: 'us-east-1' }, what: { kind: 'sip-5xx', ratio: 1 } } as const;

describe('A monitor that alarms wake', () => {
  it('runs every five minutes while nothing is going on', async () => {
    const { aws, play, ruleState, lines } = await startAlarmDriven();
    const runs = await play(30);
    console.log(
      timesOf(runs),
      JSON.stringify(logged(lines, 'minute rule')),
      runs.filter((r) => r.functionError),
    );
    expect(timesOf(runs)).toEqual([
      '5 schedule',
      '10 schedule',
      '15 schedule',
      '20 schedule',
      '25 schedule',
      '30 schedule',
    ]);
    expect(ruleState()).toBe('DISABLED');
    void aws;
  });

  it('is woken by an outage', async () => {
    const { aws, play, ruleState, lines } = await startAlarmDriven({ faults: [{ ...outage, from: 11, until: 30 }] });
    const runs = await play(60);
    console.log(
      timesOf(runs).join(', '),
      runs.flatMap(({ alarm }) => alarm ?? []),
      ruleState(),
      orderOf(aws),
    );
    console.log(
      logged(lines, 'minute rule')
        .map((each) => JSON.stringify(each['data'] ?? each))
        .join('\n'),
    );
    console.log(runs.filter((r) => r.functionError).map(({ payload }) => payload.slice(0, 300)));
  });
});
