import { fileURLToPath } from 'node:url';
import { expect, inject, it, onTestFinished } from 'vitest';
import type { RunResult } from '../../lib/monitor/result.ts';
import { LocalAws } from '../../sim/local-aws.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import { eventTypes, minute, orderOf, watched, writes } from '../wire-support/account.ts';
import { invoker } from '../wire-support/functions.ts';
import { packagedPermissions } from '../wire-support/permissions.ts';

const startsAt = Date.parse('2026-11-20T08:00:00Z');

it('fails over from a Region in which 30 % of the calls fail, and fails back once it has been healthy for long enough', async () => {
  const fault = { fromMinute: 60, untilMinute: 75 };
  const local = await LocalAws.start({
    world: twoRegions(7, startsAt, [
      { ...fault, where: { region: 'us-east-1' }, what: { kind: 'sip-5xx', ratio: 0.3 } },
    ]),
    groups: [mainLine],
    packageFolder: inject('packageFolder'),
    policyFile: fileURLToPath(new URL('../../sim/policy.yml', import.meta.url)),
    permissions: packagedPermissions(),
    speed: 0,
  });
  onTestFinished(() => local.close());
  const aws = watched(local);
  const invoke = invoker(local.server.url);
  /** One run, five seconds into a minute of the simulated world. */
  const runAt = async (worldMinute: number) => {
    local.simulateUntil(startsAt + worldMinute * minute + 5000);
    const { functionError, payload } = await invoke('monitor', {
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
    });
    expect(functionError).toBeUndefined();
    const [group] = (payload as RunResult).groups;
    return { decision: group?.decision, code: group?.code, outcome: group?.outcome?.kind };
  };
  const held = (code: string) => ({ decision: 'hold', code, outcome: undefined });
  const moved = (decision: string) => ({ decision, code: undefined, outcome: 'applied' });

  expect(await runAt(60)).toEqual(held('top-healthy'));
  expect(await runAt(70)).toEqual(moved('failover'));
  expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  expect(await runAt(71)).toEqual(held('failback-hold'));
  expect(await runAt(99)).toEqual(held('failback-hold'));
  expect(await runAt(101)).toEqual(moved('failback'));
  expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  expect(await runAt(110)).toEqual(held('top-healthy'));

  expect(writes(aws)).toHaveLength(2);
  expect(eventTypes(aws)).toEqual([
    'Priority Held', // 09:00, a quarter of an hour
    'Priority Change Intended',
    'Priority Change Applied',
    'Hold Changed', // to failback-hold
    'Priority Change Intended',
    'Priority Change Applied',
  ]);
});
