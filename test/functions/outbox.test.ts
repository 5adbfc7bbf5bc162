import { fileURLToPath } from 'node:url';
import { expect, inject, it, onTestFinished } from 'vitest';
import { LocalAws } from '../../sim/local-aws.ts';
import { outboxQueueName } from '../../sim/stack.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import { eventTypes, minute, orderOf } from '../wire-support/account.ts';
import { packagedPermissions } from '../wire-support/permissions.ts';

const startsAt = Date.parse('2026-11-20T08:00:00Z');

/** The ids of the events that the functions logged. */
function loggedIds(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => /^\{.*"message":"[A-Z][a-z]+ .*"eventId":"([0-9a-f]{32})"/.exec(line)?.[1] ?? []);
}

function publishedIds({ account }: LocalAws): readonly string[] {
  return account.eventBridge.events.map(({ detail }) => (detail as { metadata: { eventId: string } }).metadata.eventId);
}

it('fails a group over while EventBridge is unavailable, and every event is delivered exactly once afterwards', async () => {
  const lines: string[] = [];
  const local = await LocalAws.start({
    world: twoRegions(7, startsAt, [
      { fromMinute: 60, untilMinute: 75, where: { region: 'us-east-1' }, what: { kind: 'sip-5xx', ratio: 0.5 } },
    ]),
    groups: [mainLine],
    packageFolder: inject('packageFolder'),
    policyFile: fileURLToPath(new URL('../../sim/policy.yml', import.meta.url)),
    permissions: packagedPermissions(),
    speed: 0,
    onLog: ({ line }) => lines.push(line),
  });
  onTestFinished(() => local.close());
  const runAt = async (worldMinute: number) => {
    local.simulateUntil(startsAt + worldMinute * minute + 5000);
    const { functionError } = await local.invoke('monitor', '{}');
    return functionError === undefined ? 'succeeded' : 'failed';
  };
  const endOutage = local.server.misbehave({ service: 'events', effect: { kind: 'region-down' } });

  const during = [await runAt(66), await runAt(67), await runAt(68)];
  expect(during).toEqual(['failed', 'failed', 'failed']);
  expect(orderOf(local)).toBe('vc-west 1, vc-east 2');
  expect(eventTypes(local)).toEqual([]);
  const stored = loggedIds(lines);
  expect(local.account.queues.depths()).toEqual([
    { region: 'us-east-1', name: outboxQueueName, messages: stored.length },
  ]);

  endOutage();
  expect(await runAt(69)).toBe('succeeded');
  expect(await runAt(74)).toBe('succeeded');
  expect([...publishedIds(local)].sort()).toEqual([...loggedIds(lines)].sort());
  expect(new Set(publishedIds(local)).size).toBe(publishedIds(local).length);
  expect(local.account.queues.depths()).toMatchObject([{ name: outboxQueueName, messages: 0 }]);
  expect(publishedIds(local)).toEqual(expect.arrayContaining([...stored]));
  expect(eventTypes(local)).toEqual(
    expect.arrayContaining(['Priority Change Intended', 'Priority Change Applied', 'Run Failed']),
  );
});
