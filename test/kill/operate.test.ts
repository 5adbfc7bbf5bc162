/**
 * The process crashes at every request of an operator's command: before the request is sent, and again after AWS carried it out. What
 * remains is the group as it was or as it was ordered, an override that is whole or absent, and a drill that ends.
 */
import { describe, expect, it } from 'vitest';
import { eventsOn, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import {
  advanceDrill,
  drillOf,
  putOverride,
  seedHealthy,
  storedOverrideIds,
} from '../wire-support/account-fixtures.ts';
import { giveCommand, takeTurn } from '../wire-support/turns.ts';
import { CrashingProcess, type CrashPoint } from './crashing-process.ts';

const operator = { group: 'main-line', by: 'anna', reason: 'works' };
const original = 'vc-east 1, vc-west 2';
const moved = 'vc-west 1, vc-east 2';

type Case = {
  readonly what: string;
  readonly command: object;
  readonly seed?: (aws: TestAws) => Promise<void>;
  /** The orders that the group may have when everything is over. */
  readonly ends: readonly string[];
  readonly leaves: readonly string[];
};

async function inDrill(aws: TestAws): Promise<void> {
  putOverride(aws, 'main-line', drillOf(aws, 5));
  await takeTurn(aws);
  advanceDrill(aws, 2);
}

const cases: readonly Case[] = [
  { what: 'pauses', command: { action: 'pause', until: '2h' }, ends: [original], leaves: ['pause'] },
  { what: 'moves the group', command: { action: 'switchover', to: 'vc-west' }, ends: [original, moved], leaves: [] },
  {
    what: 'pins another order',
    command: { action: 'pin', until: '2h', order: ['vc-west', 'vc-east'] },
    ends: [original, moved],
    leaves: ['pin'],
  },
  { what: 'orders a drill', command: { action: 'drill', minutes: 5 }, ends: [original], leaves: [] },
  { what: 'stops a drill', command: { action: 'resume' }, seed: inDrill, ends: [original], leaves: [] },
  {
    what: 'replaces a drill by its own order',
    command: { action: 'switchover', to: 'vc-west', force: ['drill'] },
    seed: inDrill,
    ends: [original, moved],
    leaves: [],
  },
  {
    what: 'pauses a drill',
    command: { action: 'pause', until: '3m', force: ['drill'] },
    seed: inDrill,
    ends: [original],
    leaves: [],
  },
];

function actionsIn(aws: TestAws): readonly unknown[] {
  return aws.account.parameters
    .all('us-east-1')
    .map(({ value }) => (JSON.parse(value) as { readonly action: unknown }).action);
}

/** A drill ends within its time, and a pause that expires is removed. */
async function finish(aws: TestAws): Promise<void> {
  aws.server.clearMisbehaviour();
  for (const minutes of [1, 1, 4, 1]) {
    advanceDrill(aws, minutes);
    await takeTurn(aws, { runId: `after-${minutes}` });
    if (storedOverrideIds(aws).length === 0) return;
  }
}

function drillEnds(aws: TestAws): number {
  return new Set(
    aws.account.eventBridge.events
      .filter(({ detailType }) => detailType === 'Drill Ended')
      .map(({ detail }) =>
        JSON.stringify((detail as { readonly metadata: { readonly eventId: string } }).metadata.eventId),
      ),
  ).size;
}

describe('a process that crashes at any request of a command', { timeout: 240_000 }, () => {
  it.each(cases)('that $what leaves nothing half done', async ({ what, command, seed, ends, leaves }) => {
    let crashes = 0;
    const seen = new Set<string>();
    for (let request = 0, isOver = false; !isOver; request += 1) {
      for (const moment of ['before', 'after'] as const) {
        const aws = await startAws();
        seedHealthy(aws);
        await seed?.(aws);
        const crashing = new CrashingProcess({ request, moment } satisfies CrashPoint);
        const event = { ...operator, ...command };
        isOver = (await crashing.run((options) => giveCommand(aws, event, options))) === 'completed';
        if (isOver) break;
        crashes += 1;
        const crash = `${moment} request ${request}, ${crashing.asked[request] ?? ''}`;
        const wasDrilling = actionsIn(aws).includes('drill') || seed !== undefined;
        const hasMoved = orderOf(aws) === moved;
        await finish(aws);
        const left = actionsIn(aws);
        seen.add(`${orderOf(aws)}; ${left.join()}`);
        expect({ crash, isAllowed: ends.includes(orderOf(aws)) }).toEqual({ crash, isAllowed: true });
        expect({ crash, left: left.filter((action) => !leaves.includes(String(action))) }).toEqual({ crash, left: [] });
        expect({ crash, isEnded: drillEnds(aws) > 0 }).toEqual({ crash, isEnded: wasDrilling });
        const intents = eventsOn(aws).filter(({ detailType }) => detailType === 'Priority Change Intended');
        if (hasMoved) expect({ crash, isIntended: intents.length > 0 }).toEqual({ crash, isIntended: true });
      }
    }
    process.stdout.write(`A command that ${what}: ${crashes} crashes, ends: ${[...seen].join(' | ')}\n`);
    expect(crashes).toBeGreaterThan(4);
  });
});
