import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostFailovers } from '../../../lib/core/plan/account-limit.ts';
import { partOf } from '../../../lib/core/model/account-share.ts';
import type { VoiceConnectorGroup } from '../../../lib/core/model/group.ts';
import { primaryOf } from '../../../lib/core/model/priorities.ts';
import { componentsOf } from '../../../lib/core/shards/components.ts';
import { dealInto, enoughPrimaries, type Shard } from '../../../lib/core/shards/deal.ts';
import { isNameShared } from '../../../lib/input/override-keys.ts';
import { aGroup, items } from '../../builders/group.ts';

/** Group `n`, with its primary in a Region and its standby in another. */
function group(n: number, region = 'us-east-1', changes: Partial<VoiceConnectorGroup> = {}): VoiceConnectorGroup {
  const other = region === 'us-west-2' ? 'us-east-1' : 'us-west-2';
  return aGroup({
    voiceConnectorGroupId: `group-${n}`,
    name: `name ${n}`,
    items: items({ [`${region} a${n}`]: 1, [`${other} b${n}`]: 2 }),
    ...changes,
  });
}

function groupsIn(region: string, count: number, from = 0): readonly VoiceConnectorGroup[] {
  return Array.from({ length: count }, (_, n) => group(from + n, region));
}

function deal(count: number, groups: readonly VoiceConnectorGroup[], minute = 0): readonly Shard[] {
  const members = groups.flatMap(({ items: all }) => all.map(({ voiceConnectorId }) => voiceConnectorId));
  return dealInto(count, { groups, regionOf: new Map(members.map((id) => [id, regionOf(id)])) }, minute);
}

function regionOf(voiceConnectorId: string): string {
  return voiceConnectorId.split(' ')[0] ?? '';
}

function idsOf(groups: readonly VoiceConnectorGroup[]): readonly string[] {
  return groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId);
}

/** The shard of each group, by id. */
function placesOf(shards: readonly Shard[]): ReadonlyMap<string, number> {
  return new Map(shards.flatMap(({ groups }, shard) => idsOf(groups).map((id) => [id, shard] as const)));
}

/** Groups that share Voice Connectors and names as it happens. */
const accounts = fc
  .array(
    fc.record({
      connectors: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 0, maxLength: 4 }),
      region: fc.constantFrom('us-east-1', 'us-west-2', 'eu-west-1'),
      name: fc.integer({ min: 0, max: 60 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ connectors, region, name }, n) =>
      aGroup({
        voiceConnectorGroupId: `group-${n}`,
        name: name < 5 ? `group-${name}` : `name ${name}`,
        items: items(Object.fromEntries(connectors.map((id, place) => [`${region} ${id}`, place + 1]))),
      }),
    ),
  );

const shardCounts = fc.integer({ min: 2, max: 12 });

describe('the shards of any account', () => {
  it('have every group exactly once', () => {
    fc.assert(
      fc.property(accounts, shardCounts, (groups, count) => {
        const dealt = deal(count, groups).flatMap((shard) => idsOf(shard.groups));
        expect(dealt.toSorted()).toEqual(idsOf(groups).toSorted());
      }),
    );
  });

  it('never split groups that share a Voice Connector, nor groups that share a name', () => {
    fc.assert(
      fc.property(accounts, shardCounts, (groups, count) => {
        const shards = deal(count, groups);
        const shardsOfConnector = new Map<string, Set<number>>();
        shards.forEach((shard, place) => {
          for (const { voiceConnectorId } of shard.groups.flatMap(({ items: all }) => all)) {
            shardsOfConnector.set(
              voiceConnectorId,
              (shardsOfConnector.get(voiceConnectorId) ?? new Set<number>()).add(place),
            );
          }
          for (const each of shard.groups) expect(isNameShared(each, shard.groups)).toBe(isNameShared(each, groups));
        });
        for (const places of shardsOfConnector.values()) expect(places.size).toBe(1);
      }),
    );
  });

  it('do not depend on the order of the listing', () => {
    fc.assert(
      fc.property(accounts, shardCounts, (groups, count) => {
        expect(placesOf(deal(count, groups.toReversed()))).toEqual(new Map(placesOf(deal(count, groups))));
      }),
    );
  });

  it('have witnesses of other shards only, whatever the order of the listing', () => {
    const witnessesOf = (shards: readonly Shard[]): readonly (readonly string[])[] =>
      shards.map(({ witnesses }) => idsOf(witnesses).toSorted());
    fc.assert(
      fc.property(accounts, shardCounts, (groups, count) => {
        const shards = deal(count, groups);
        for (const shard of shards) expect(shard.witnesses.filter((each) => shard.groups.includes(each))).toEqual([]);
        expect(witnessesOf(deal(count, groups.toReversed()))).toEqual(witnessesOf(shards));
      }),
    );
  });

  it('follow each other without a gap in the account', () => {
    fc.assert(
      fc.property(accounts, shardCounts, (groups, count) => {
        const shares = deal(count, groups, 7).map(({ share }) => share);
        expect(shares.reduce((sum, { own }) => sum + own, 0)).toBe(groups.length);
        shares.forEach(({ before }, place) => {
          expect(before).toBe(shares.slice(0, place).reduce((sum, { own }) => sum + own, 0));
        });
      }),
    );
  });

  it('may together make as many failovers as the account, whatever it has made already', () => {
    fc.assert(
      fc.property(
        accounts,
        shardCounts,
        fc.integer({ min: 0, max: 30_000_000 }),
        fc.integer({ min: 0, max: 40 }),
        (groups, count, minute, made) => {
          fc.pre(groups.length > 0);
          const left = Math.max(0, mostFailovers(groups.length) - made);
          const parts = deal(count, groups, minute).map(({ share }) => partOf(left, share));
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(left);
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('a group keeps its shard', () => {
  it('when groups are added, or goes to a shard that is new to its Region', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        shardCounts,
        (before, added, count) => {
          const first = placesOf(deal(count, groupsIn('us-east-1', before)));
          const second = placesOf(deal(count, groupsIn('us-east-1', before + added)));
          const used = new Set(first.values());
          for (const [id, shard] of first) {
            const now = second.get(id) ?? -1;
            expect(now === shard || !used.has(now), `${id} went from ${shard} to ${now}`).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('from minute to minute, once its Region is in every shard', () => {
    const [few, many] = [groupsIn('us-east-1', 1000), groupsIn('us-east-1', 1500)];
    const [before, after] = [placesOf(deal(8, few)), placesOf(deal(8, many))];
    for (const [id, shard] of before) expect(after.get(id)).toBe(shard);
  });
});

describe('the sizes of shards', () => {
  it.each([
    [10_000, 40],
    [3000, 12],
    [2000, 4],
  ])('with %d groups in %d shards, none has more than a third more than the others, nor less', (count, shards) => {
    const half = count / 2;
    const account = [...groupsIn('us-east-1', half), ...groupsIn('us-west-2', half, half)];
    const sizes = deal(shards, account).map(({ groups }) => groups.length);
    expect(Math.max(...sizes)).toBeLessThan((count / shards) * 1.34);
    expect(Math.min(...sizes)).toBeGreaterThan((count / shards) * 0.66);
  });
});

describe('a Region with few primaries', () => {
  const rare = groupsIn('eu-west-1', 60, 5000);
  const account = [...groupsIn('us-east-1', 1000), ...groupsIn('us-west-2', 1000, 1000), ...rare];

  it('has them in one shard, where their calls are judged together', () => {
    const shards = deal(8, account);
    expect(new Set(idsOf(rare).map((id) => placesOf(shards).get(id))).size).toBe(1);
  });

  it('has witnesses in every shard with one of its Voice Connectors, as many as show its faults', () => {
    const standbys = Array.from({ length: 100 }, (_, n) =>
      group(7000 + n, 'us-east-1', { items: items({ [`us-east-1 a${7000 + n}`]: 1, [`eu-west-1 b${7000 + n}`]: 2 }) }),
    );
    for (const { groups, witnesses } of deal(8, [...account, ...standbys])) {
      const known = (region: string) =>
        [...groups, ...witnesses].filter((each) => regionOf(primaryOf(each) ?? '') === region).length;
      const usesIt = groups.some(({ items: all }) => all.some(({ voiceConnectorId: id }) => id.startsWith('eu-')));
      if (usesIt) expect(known('eu-west-1')).toBeGreaterThanOrEqual(enoughPrimaries);
      expect(witnesses.filter((each) => groups.includes(each))).toEqual([]);
    }
  });

  it('needs no witness where each shard has enough primaries of each Region', () => {
    const common = [...groupsIn('us-east-1', 1000), ...groupsIn('us-west-2', 1000, 1000)];
    expect(deal(4, common).flatMap(({ witnesses }) => witnesses)).toEqual([]);
  });
});

it('small Regions are spread over the shards', () => {
  const account = Array.from({ length: 24 }, (_, region) => groupsIn(`region-${region}`, 5, 100 * region)).flat();
  const sizes = deal(8, account).map(({ groups }) => groups.length);
  expect(sizes.filter((size) => size > 0).length).toBeGreaterThanOrEqual(6);
});

it('groups that share a Voice Connector through a third one belong together', () => {
  const chain = [
    aGroup({ voiceConnectorGroupId: 'c', name: 'one', items: items({ x: 1, y: 2 }) }),
    aGroup({ voiceConnectorGroupId: 'b', name: 'two', items: items({ y: 1, z: 2 }) }),
    aGroup({ voiceConnectorGroupId: 'a', name: 'three', items: items({ z: 1 }) }),
    aGroup({ voiceConnectorGroupId: 'd', name: 'four', items: items({ w: 1 }) }),
  ];
  expect(componentsOf(chain)).toEqual(
    new Map([
      ['c', 'a'],
      ['b', 'a'],
      ['a', 'a'],
      ['d', 'd'],
    ]),
  );
});
