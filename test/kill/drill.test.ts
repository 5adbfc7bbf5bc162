/**
 * The process crashes at every request of the run that begins a drill, and of the run that ends it: before the request is sent, and
 * again after AWS carried it out. The next processes finish the drill: the group has its original order, the override is removed, and
 * the record contains every change and one end.
 */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import {
  drillOf,
  advanceDrill,
  putOverride,
  seedHealthy,
  storedOverrideIds,
} from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';
import { CrashingProcess, type CrashPoint } from './crashing-process.ts';

const unanswered: MisbehaviourRule = { operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-after' } };

const drillMinutes = 5;

async function ordered(): Promise<TestAws> {
  const aws = await startAws();
  seedHealthy(aws);
  putOverride(aws, 'main-line', drillOf(aws, drillMinutes));
  return aws;
}

type DrillRun = {
  readonly run: string;
  readonly seed: () => Promise<TestAws>;
  readonly rules: readonly MisbehaviourRule[];
};

async function begun(failuresAt?: (minutesAgo: number) => number): Promise<TestAws> {
  const aws = await ordered();
  expect(groupIn((await takeTurn(aws)).result)).toMatchObject({
    decision: 'drill',
    outcome: { kind: 'applied' },
  });
  advanceDrill(aws, failuresAt === undefined ? drillMinutes : 4, failuresAt);
  return aws;
}

const drillRuns: readonly DrillRun[] = [
  { run: 'that begins it', seed: ordered, rules: [] },
  { run: 'that ends it at its time, and AWS does not answer the write', seed: begun, rules: [unanswered] },
  { run: 'that ends it because its calls fail', seed: () => begun(() => 6), rules: [] },
];

function idsOf(aws: TestAws, detailType: string): readonly unknown[] {
  return aws.account.eventBridge.events
    .filter((event) => event.detailType === detailType)
    .map(({ detail }) => (detail as { readonly metadata: { readonly eventId: string } }).metadata.eventId);
}

type Items = readonly { readonly voiceConnectorId: string; readonly priority: number }[];

function intendedOrders(aws: TestAws): readonly string[] {
  return eventsOn(aws)
    .filter(({ detailType }) => detailType === 'Priority Change Intended')
    .map(({ data }) =>
      [...(data['after'] as Items)]
        .sort((left, right) => left.priority - right.priority)
        .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority}`)
        .join(', '),
    );
}

/** Makes runs a minute later, at the planned end of the drill, and after it, until the override is removed. */
async function finishDrill(aws: TestAws, orders: Set<string>): Promise<void> {
  aws.server.clearMisbehaviour();
  for (const [index, minutes] of [1, drillMinutes - 1, 1, 1].entries()) {
    advanceDrill(aws, minutes);
    await takeTurn(aws, { runId: `run-${index}` });
    orders.add(orderOf(aws));
    if (storedOverrideIds(aws).length === 0) return;
  }
}

describe('a monitor that crashes at any request of the run', { timeout: 120_000 }, () => {
  it.each(drillRuns)('$run finishes the drill all the same', async ({ run, seed, rules }) => {
    let crashes = 0;
    let withOverride = 0;
    const at = new Set<string>();
    for (let request = 0, isOver = false; !isOver; request += 1) {
      for (const moment of ['before', 'after'] as const) {
        const aws = await seed();
        for (const rule of rules) aws.misbehave(rule);
        const crashing = new CrashingProcess({ request, moment } satisfies CrashPoint);
        isOver = (await crashing.run((options) => takeTurn(aws, options))) === 'completed';
        if (isOver) break;
        crashes += 1;
        const operation = crashing.asked[request] ?? '';
        at.add(operation);
        const crash = `${moment} request ${request}, ${operation}`;
        const orders = new Set([orderOf(aws)]);
        if (storedOverrideIds(aws).length > 0) {
          withOverride += 1;
          await finishDrill(aws, orders);
        }
        expect({ crash, order: orderOf(aws), overrides: storedOverrideIds(aws) }).toEqual({
          crash,
          order: 'vc-east 1, vc-west 2',
          overrides: [],
        });
        expect({ crash, ends: new Set(idsOf(aws, 'Drill Ended')).size }).toEqual({ crash, ends: 1 });
        for (const order of orders) if (order !== 'vc-east 1, vc-west 2') expect(intendedOrders(aws)).toContain(order);
        const moved = eventsOn(aws).flatMap(({ data }) =>
          data['decision'] === 'hold' ? [] : (data['decision'] ?? []),
        );
        expect({ crash, others: moved.filter((kind) => kind !== 'drill' && kind !== 'restore') }).toEqual({
          crash,
          others: [],
        });
      }
    }
    process.stdout.write(`A run ${run}: ${crashes} crashes, ${withOverride} of them before the override was removed\n`);
    expect([...at]).toEqual(
      expect.arrayContaining(['UpdateVoiceConnectorGroupCommand', 'PutMetricDataCommand', 'PutEventsCommand']),
    );
    expect(withOverride).toBeGreaterThan(3);
  });
});
