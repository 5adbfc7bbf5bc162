/** The same account, decided by one run and in four shards. */
import { expect, it } from 'vitest';
import { startAws, writes, type TestAws } from '../wire-support/account.ts';
import { failing, publishCalls } from '../wire-support/account-fixtures.ts';
import {
  createShardQueue,
  decidedIn,
  enforceAll,
  listShards,
  runsIn,
  seedPairs,
  worker,
} from '../wire-support/shards.ts';
import { takeTurn } from '../wire-support/turns.ts';

const places = [
  { count: 100, primary: 'us-east-1', standby: 'us-west-2' },
  { count: 100, primary: 'us-west-2', standby: 'us-east-1' },
  { count: 8, primary: 'eu-west-1', standby: 'us-east-1' },
  { count: 3, primary: 'us-east-1', standby: 'eu-west-1' },
] as const;

const controlRegions = ['us-east-1', 'us-west-2', 'eu-west-1'];

type Line = { readonly region: string; readonly index: number };
type Failures = (line: Line) => Partial<Parameters<typeof publishCalls>[1]>;

/** 211 groups, a few of them with their primary in a third Region. */
async function anAccount(failuresOf: Failures): Promise<TestAws & { readonly ids: readonly string[] }> {
  const aws = await startAws();
  createShardQueue(aws);
  const ids: string[] = [];
  for (const { count, primary, standby } of places) {
    for (const id of seedPairs(aws, count, [primary, standby], ids.length)) {
      const line = { region: primary, index: ids.length };
      publishCalls(aws, { voiceConnectorId: `${id}-a`, region: primary, ...failuresOf(line) });
      ids.push(id);
    }
  }
  return { ...aws, ids };
}

/** Half of a line's single call a minute, for ten minutes: too few to prove anything of one line. */
function fewFailures(index: number): ReturnType<Failures> {
  return { attemptsPerMinute: 1, failuresAt: (ago) => (ago <= 10 && (ago + index) % 2 === 0 ? 1 : 0) };
}

const faults: readonly (readonly [fault: string, failuresOf: Failures, moved: number])[] = [
  [
    'only the calls of a whole rare Region together prove its fault',
    ({ region, index }) => (region === 'eu-west-1' ? fewFailures(index) : {}),
    8,
  ],
  [
    'the Region of some standbys fails, of which their shards have no line of their own',
    ({ region, index }) => (region === 'eu-west-1' || index >= 208 ? { failuresAt: failing } : {}),
    8,
  ],
  ['nine lines fail on their own', ({ index }) => (index % 25 === 0 ? { failuresAt: failing } : {}), 9],
];

it.each(faults)('makes the same moves in shards, where %s', { timeout: 180_000 }, async (_, failuresOf, moved) => {
  const [one, sharded] = [await anAccount(failuresOf), await anAccount(failuresOf)];
  const whole = await takeTurn(one, { policy: enforceAll, controlRegions });
  const listing = await listShards(sharded, 4, { controlRegions });
  const delivered = await worker(sharded, { controlRegions }).poll();

  expect(listing).toMatchObject({ groups: 211, problems: [] });
  expect(listing.shards.filter((size) => size > 0).length).toBeGreaterThan(2);
  expect(decidedIn(delivered)).toEqual(sharded.ids);
  expect(runsIn(delivered).flatMap(({ problems }) => problems)).toEqual([]);
  const decisions = (groups: typeof whole.result.groups) =>
    new Map(groups.map(({ voiceConnectorGroupId: id, decision, code }) => [id, `${decision} ${code ?? ''}`]));
  expect(decisions(runsIn(delivered).flatMap(({ groups }) => groups))).toEqual(decisions(whole.result.groups));
  expect(sorted(writes(sharded))).toEqual(sorted(writes(one)));
  expect(writes(one)).toHaveLength(moved);
});

function sorted(bodies: readonly unknown[]): readonly string[] {
  return bodies.map((body) => JSON.stringify(body)).toSorted();
}
