/**
 * The process is killed at every request of the turn that begins a drill, and of the one that ends it, before the request is sent and
 * again after AWS did what it asks. The next lives take the drill to its end: the group is back, the word is gone, and the record has
 * every change and one end.
 */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { drillOf, passInDrill, sayOverride, seedHealthy, wordsIn } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';
import { Mortal, type Death } from './crashing-process.ts';

const unanswered: MisbehaviourRule = { operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-after' } };

const drillMinutes = 5;

async function ordered(): Promise<TestAws> {
  const aws = await startAws();
  seedHealthy(aws);
  sayOverride(aws, 'main-line', drillOf(aws, drillMinutes));
  return aws;
}

type Scene = {
  readonly scene: string;
  readonly seed: () => Promise<TestAws>;
  readonly rules: readonly MisbehaviourRule[];
};

async function begun(failuresAt?: (minutesAgo: number) => number): Promise<TestAws> {
  const aws = await ordered();
  expect(groupIn((await takeTurn(aws)).result)).toMatchObject({
    decision: 'drill',
    outcome: { kind: 'applied' },
  });
  passInDrill(aws, failuresAt === undefined ? drillMinutes : 4, failuresAt);
  return aws;
}

const scenes: readonly Scene[] = [
  { scene: 'that begins it', seed: ordered, rules: [] },
  { scene: 'that ends it at its time, and AWS does not answer the write', seed: begun, rules: [unanswered] },
  { scene: 'that ends it because its calls fail', seed: () => begun(() => 6), rules: [] },
];

function idsOf(aws: TestAws, detailType: string): readonly unknown[] {
  return aws.account.eventBridge.events
    .filter((event) => event.detailType === detailType)
    .map(({ detail }) => (detail as { readonly metadata: { readonly eventId: string } }).metadata.eventId);
}

type Items = readonly { readonly voiceConnectorId: string; readonly priority: number }[];

function ordersNamed(aws: TestAws): readonly string[] {
  return eventsOn(aws)
    .filter(({ detailType }) => detailType === 'Priority Change Intended')
    .map(({ data }) =>
      [...(data['after'] as Items)]
        .sort((left, right) => left.priority - right.priority)
        .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority}`)
        .join(', '),
    );
}

/** Whoever comes after the dead: a minute later, at the drill's time, and a little after it, until nothing is left of the drill. */
async function nextLives(aws: TestAws, seen: Set<string>): Promise<void> {
  aws.server.clearMisbehaviour();
  for (const [life, minutes] of [1, drillMinutes - 1, 1, 1].entries()) {
    passInDrill(aws, minutes);
    await takeTurn(aws, { runId: `life-${life}` });
    seen.add(orderOf(aws));
    if (wordsIn(aws).length === 0) return;
  }
}

describe('a monitor that is killed at any request of the turn', { timeout: 120_000 }, () => {
  it.each(scenes)('$scene: the drill comes to its end all the same', async ({ scene, seed, rules }) => {
    let deaths = 0;
    let withWord = 0;
    const at = new Set<string>();
    for (let request = 0, isOver = false; !isOver; request += 1) {
      for (const moment of ['before', 'after'] as const) {
        const aws = await seed();
        for (const rule of rules) aws.misbehave(rule);
        const mortal = new Mortal({ request, moment } satisfies Death);
        isOver = (await mortal.live((options) => takeTurn(aws, options))) === 'alive';
        if (isOver) break;
        deaths += 1;
        const operation = mortal.asked[request] ?? '';
        at.add(operation);
        const death = `${moment} request ${request}, ${operation}`;
        const orders = new Set([orderOf(aws)]);
        if (wordsIn(aws).length > 0) {
          withWord += 1;
          await nextLives(aws, orders);
        }
        expect({ death, order: orderOf(aws), words: wordsIn(aws) }).toEqual({
          death,
          order: 'vc-east 1, vc-west 2',
          words: [],
        });
        expect({ death, ends: new Set(idsOf(aws, 'Drill Ended')).size }).toEqual({ death, ends: 1 });
        for (const order of orders) if (order !== 'vc-east 1, vc-west 2') expect(ordersNamed(aws)).toContain(order);
        const moved = eventsOn(aws).flatMap(({ data }) =>
          data['decision'] === 'hold' ? [] : (data['decision'] ?? []),
        );
        expect({ death, others: moved.filter((kind) => kind !== 'drill' && kind !== 'restore') }).toEqual({
          death,
          others: [],
        });
      }
    }
    process.stdout.write(`A turn ${scene}: ${deaths} deaths, ${withWord} of them with the word still there\n`);
    expect([...at]).toEqual(
      expect.arrayContaining(['UpdateVoiceConnectorGroupCommand', 'PutMetricDataCommand', 'PutEventsCommand']),
    );
    expect(withWord).toBeGreaterThan(3);
  });
});
