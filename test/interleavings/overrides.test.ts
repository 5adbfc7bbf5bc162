/**
 * A run or a command over the wire, and a person's act between any two of its requests. An override is respected except between the last
 * read of the overrides and the write, and a drill's group ends on its original order, on an operator's, or with a message.
 */
import { describe, expect, it } from 'vitest';
import { eventsOn, minute, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import {
  advanceDrill,
  drillOf,
  keepAlive,
  publishCalls,
  putOverride,
  seedHealthy,
  seedUnhealthy,
} from '../wire-support/account-fixtures.ts';
import { clientsOf, giveCommand, takeTurn } from '../wire-support/turns.ts';
import { Changes } from '../../lib/aws/changes.ts';
import { leftByDrillAt } from '../../lib/core/plan/left-by-drill.ts';

const original = 'vc-east 1, vc-west 2';
const moved = 'vc-west 1, vc-east 2';
const drillMinutes = 5;

type Actor = {
  readonly who: string;
  readonly seed: (aws: TestAws) => Promise<void>;
  readonly run: (aws: TestAws) => Promise<unknown>;
};

const ordered = { group: 'main-line', by: 'anna', reason: 'works' };

function seeded(seed: (aws: TestAws) => void): Actor['seed'] {
  return (aws) => {
    seed(aws);
    return Promise.resolve();
  };
}

const drillOrdered = seeded((aws) => {
  seedHealthy(aws);
  putOverride(aws, 'main-line', drillOf(aws, drillMinutes));
});

async function drillAtItsEnd(aws: TestAws): Promise<void> {
  await drillOrdered(aws);
  await takeTurn(aws);
  advanceDrill(aws, drillMinutes);
}

const failingOver: Actor = {
  who: 'a run that fails over',
  seed: seeded(seedUnhealthy),
  run: (aws) => takeTurn(aws),
};
const switching: Actor = {
  who: 'a switchover',
  seed: seeded(seedHealthy),
  run: (aws) => giveCommand(aws, { action: 'switchover', to: 'vc-west', ...ordered }),
};
const drilling: Actor = {
  who: 'a command that begins a drill',
  seed: seeded(seedHealthy),
  run: (aws) => giveCommand(aws, { action: 'drill', minutes: drillMinutes, ...ordered }),
};
const beginning: Actor = { who: 'a run that begins a drill', seed: drillOrdered, run: (aws) => takeTurn(aws) };
const restoring: Actor = { who: 'a run that ends a drill', seed: drillAtItsEnd, run: (aws) => takeTurn(aws) };

type Act = { readonly what: string; readonly act: (aws: TestAws) => void };

function put(aws: TestAws, key: string, action: string, minutes: number, more: object = {}): void {
  const until = new Date(aws.clock.now() + minutes * minute).toISOString();
  const value = JSON.stringify({ action, by: 'ben', reason: 'mine', until, ...more });
  aws.account.parameters.put('us-east-1', { name: `${overridesPath}/${key}`, value, type: 'String', overwrite: true });
}

function putOrder(aws: TestAws, priorities: Readonly<Record<string, number>>): void {
  const { groups } = aws.account.chime;
  const { name, items, callDistributionType } = groups.get('us-east-1', 'main-line');
  const reordered = items.map((item) => ({ ...item, priority: priorities[item.voiceConnectorId] ?? 1 }));
  groups.update('us-east-1', 'main-line', { name, items: reordered, callDistributionType });
}

const pauses: Act = {
  what: 'pauses the group',
  act: (aws) => {
    put(aws, 'main-line', 'pause', 60);
  },
};
const pins: Act = {
  what: 'pins its order',
  act: (aws) => {
    put(aws, 'main-line', 'pin', 60, { order: ['vc-east', 'vc-west'] });
  },
};
const pausesAll: Act = {
  what: 'pauses every group for three minutes',
  act: (aws) => {
    put(aws, 'all', 'pause', 3);
  },
};
const removes: Act = {
  what: 'removes the override',
  act: ({ account }) => {
    const name = `${overridesPath}/main-line`;
    if (account.parameters.all('us-east-1').some((each) => each.name === name))
      account.parameters.delete('us-east-1', name);
  },
};
const putsWestFirst: Act = {
  what: 'puts the standby first',
  act: (aws) => {
    putOrder(aws, { 'vc-east': 2, 'vc-west': 1 });
  },
};
const putsEastFirst: Act = {
  what: 'puts the primary first',
  act: (aws) => {
    putOrder(aws, { 'vc-east': 1, 'vc-west': 2 });
  },
};

type Interleaved = { readonly aws: TestAws; readonly acted: boolean; readonly operations: readonly string[] };

/** Acts at the moment at which request number `place` arrives. */
async function actAt(place: number, actor: Actor, { act }: Act): Promise<Interleaved> {
  const aws = await startAws();
  await actor.seed(aws);
  const from = aws.asked.length;
  let acted = false;
  aws.misbehave({
    when: () => {
      if (!acted && aws.asked.length === from + place + 1) {
        acted = true;
        act(aws);
      }
      return false;
    },
    effect: { kind: 'latency', ms: 0 },
  });
  await actor.run(aws);
  return { aws, acted, operations: aws.asked.slice(from).map(({ operation }) => operation) };
}

async function atEveryPlace(
  actor: Actor,
  act: Act,
  check: (at: string, interleaved: Interleaved, place: number) => Promise<void> | void,
): Promise<number> {
  for (let place = 0; ; place += 1) {
    const interleaved = await actAt(place, actor, act);
    if (!interleaved.acted) return place;
    const at = `${actor.who}; ${act.what} at request ${place}, ${interleaved.operations[place] ?? ''}`;
    await check(at, interleaved, place);
  }
}

/** Whether the act came after the last read of the overrides, so that nothing could have stopped the write. */
function isInWindow({ operations }: Interleaved, place: number): boolean {
  const writtenAt = operations.indexOf('UpdateVoiceConnectorGroup');
  const readAt = operations.slice(0, writtenAt).lastIndexOf('GetParametersByPath');
  return readAt < place && place <= writtenAt;
}

describe('an override that a person puts between any two requests', { timeout: 240_000 }, () => {
  it.each([failingOver, switching].flatMap((actor) => [pauses, pins].map((act) => ({ ...actor, act }))))(
    'of $who stays in force, and stops the write everywhere but in the window before it: $act.what',
    async ({ act, ...actor }) => {
      const tally = { places: 0, written: 0 };
      tally.places = await atEveryPlace(actor, act, (at, interleaved, place) => {
        const { aws, operations } = interleaved;
        const writtenAt = operations.indexOf('UpdateVoiceConnectorGroup');
        const isTooLate = writtenAt !== -1 && writtenAt < place;
        if (writtenAt !== -1 && !isTooLate) tally.written += 1;
        const stored = aws.account.parameters
          .all('us-east-1')
          .map(({ value }) => (JSON.parse(value) as { by: string }).by);
        expect({ at, stored }).toEqual({ at, stored: ['ben'] });
        const isAllowed = writtenAt === -1 || isTooLate || isInWindow(interleaved, place);
        expect({ at, isAllowed }).toEqual({ at, isAllowed: true });
      });
      process.stdout.write(
        `${actor.who} and a person who ${act.what}: ${tally.places} orders, ${tally.written} in the window\n`,
      );
      expect(tally.written).toBe(2);
    },
  );
});

/** The calls go to the primary. */
function advance(aws: TestAws, minutes: number): void {
  if (orderOf(aws) === moved) {
    advanceDrill(aws, minutes);
    return;
  }
  aws.clock.jumpTo(aws.clock.now() + minutes * minute);
  keepAlive(aws);
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
}

/** A running drill whose override is deleted is known to no run of the monitor; preflight reports the group, and its alarm calls a person. */
async function isReportedByPreflight(aws: TestAws): Promise<boolean> {
  const clientOf = clientsOf(aws).cloudWatch;
  const { callDistributionType, items, ...stored } = aws.account.chime.groups.get('us-east-1', 'main-line');
  const ranked = items.map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));
  const group = { ...stored, callDistributionType, items: ranked, controlRegion: 'us-east-1' };
  const changes = new Changes({ clientOf, regions: ['us-east-1'] });
  const signal = new AbortController().signal;
  const { record } = await changes.read(group, aws.clock.now() - 24 * 60 * minute, aws.clock.now(), signal);
  return leftByDrillAt(group, record) !== undefined;
}

function drillEnds(aws: TestAws) {
  return eventsOn(aws).flatMap(({ detailType, data }) => (detailType === 'Drill Ended' ? [data] : []));
}

describe('a drill, and what a person does between any two of its requests', { timeout: 240_000 }, () => {
  const acts = [pausesAll, removes, putsWestFirst, putsEastFirst];
  it.each([drilling, beginning, restoring].flatMap((actor) => acts.map((act) => ({ ...actor, act }))))(
    '$who, a person who $act.what: the group ends on its original order, on the ordered one, or with a message',
    async ({ act, ...actor }) => {
      const ends = new Map<string, number>();
      const places = await atEveryPlace(actor, act, async (at, interleaved) => {
        const { aws } = interleaved;
        for (const minutes of [1, 4, 1, 1]) {
          advance(aws, minutes);
          await takeTurn(aws, { runId: `after-${minutes}` });
        }
        const order = orderOf(aws);
        const hasMessage = drillEnds(aws).some((data) => data['restored'] === false);
        const isOrdered =
          (act === putsWestFirst && order === moved) ||
          order === original ||
          (act === removes && (await isReportedByPreflight(aws)));
        const end = `${order === original ? 'original order' : 'order of the standby'}${hasMessage ? ' with a message' : ''}`;
        ends.set(end, (ends.get(end) ?? 0) + 1);
        expect({ at, isOrdered: isOrdered || hasMessage }).toEqual({ at, isOrdered: true });
        expect({ at, left: aws.account.parameters.all('us-east-1') }).toEqual({ at, left: [] });
      });
      process.stdout.write(`${actor.who}, a person who ${act.what}: ${places} orders: ${JSON.stringify([...ends])}\n`);
      expect(places).toBeGreaterThan(10);
    },
  );
});
