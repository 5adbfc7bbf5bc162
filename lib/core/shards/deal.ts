/** Deals the groups of an account into shards: each is decided by a run of its own. */
import type { AccountShare } from '../model/account-share.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { primaryOf } from '../model/priorities.ts';
import { componentsOf } from './components.ts';
import { hashOf } from './hash.ts';

export type Shard = {
  readonly groups: readonly VoiceConnectorGroup[];
  /**
   * Groups of other shards, which show how a Region fares that members of this shard's groups are in and few of its primaries. They are
   * read when something is suspect, and not decided.
   */
  readonly witnesses: readonly VoiceConnectorGroup[];
  readonly share: AccountShare;
};

/** So many primaries in a Region show its faults. Fewer are not dealt into different shards. */
export const enoughPrimaries = 50;

export type Listed = {
  readonly groups: readonly VoiceConnectorGroup[];
  /** The Region of each listed Voice Connector, by id. */
  readonly regionOf: ReadonlyMap<string, string>;
};

/**
 * Which shard a group belongs to depends on its own ids, and on how many shards its Region needs: with more groups it stays where it is, or
 * goes to a shard that is new to its Region.
 *
 * @param count how many shards
 * @param minute of the listing, since 1970
 */
export function dealInto(count: number, listed: Listed, minute: number): readonly Shard[] {
  const shardOf = placeIn(count, listed);
  const dealt = Map.groupBy(listed.groups, shardOf);
  const inRegions = primariesByRegion(listed);
  let before = 0;
  return Array.from({ length: count }, (_, shard) => {
    const groups = dealt.get(shard) ?? [];
    const share = { groups: listed.groups.length, before, own: groups.length, minute };
    before += groups.length;
    const others = (group: VoiceConnectorGroup): boolean => shardOf(group) !== shard;
    return { groups, witnesses: witnessesOf(groups, others, inRegions, listed), share };
  });
}

/** A Region that was not listed is one of its own: its Voice Connectors have most likely the same fault. */
function regionOfPrimary(group: VoiceConnectorGroup, { regionOf }: Listed): string {
  return regionOf.get(primaryOf(group) ?? '') ?? 'unlisted';
}

/** Rendezvous hashing, first of a Region into its shards, then of its groups into these. */
function placeIn(count: number, listed: Listed): (group: VoiceConnectorGroup) => number {
  const shards = Array.from({ length: count }, (_, shard) => shard);
  const components = componentsOf(listed.groups);
  const componentOf = ({ voiceConnectorGroupId: id }: VoiceConnectorGroup): string => components.get(id) ?? id;
  const regionOfComponent = new Map(
    listed.groups
      .filter((group) => componentOf(group) === group.voiceConnectorGroupId)
      .map((group) => [group.voiceConnectorGroupId, regionOfPrimary(group, listed)]),
  );
  const regionOf = (component: string): string => regionOfComponent.get(component) ?? 'unlisted';
  const sizes = Map.groupBy(listed.groups, (group) => regionOf(componentOf(group)));
  const shardsOfRegion = new Map(
    [...sizes].map(([region, { length }]) => {
      const needed = Math.max(1, Math.min(count, Math.floor(length / enoughPrimaries)));
      return [region, byHash(shards, (shard) => `${region} ${shard}`).slice(0, needed)];
    }),
  );
  const places = new Map(
    [...regionOfComponent].map(([component, region]) => [
      component,
      greatest(shardsOfRegion.get(region) ?? shards, (shard) => `${component} ${shard}`),
    ]),
  );
  return (group) => places.get(componentOf(group)) ?? 0;
}

function primariesByRegion(listed: Listed): ReadonlyMap<string, readonly VoiceConnectorGroup[]> {
  const inRegions = Map.groupBy(listed.groups, (group) => regionOfPrimary(group, listed));
  return new Map(
    [...inRegions].map(([region, groups]) => [
      region,
      byHash(groups, ({ voiceConnectorGroupId }) => voiceConnectorGroupId),
    ]),
  );
}

function witnessesOf(
  own: readonly VoiceConnectorGroup[],
  isOther: (group: VoiceConnectorGroup) => boolean,
  inRegions: ReadonlyMap<string, readonly VoiceConnectorGroup[]>,
  listed: Listed,
): readonly VoiceConnectorGroup[] {
  const members = own.flatMap(({ items }) => items.map(({ voiceConnectorId }) => voiceConnectorId));
  const regions = new Set(members.flatMap((id) => listed.regionOf.get(id) ?? []));
  const ownPrimaries = Map.groupBy(own, (group) => regionOfPrimary(group, listed));
  return [...regions].flatMap((region) => {
    const missing = Math.max(0, enoughPrimaries - (ownPrimaries.get(region)?.length ?? 0));
    const found: VoiceConnectorGroup[] = [];
    for (const group of inRegions.get(region) ?? []) {
      if (found.length >= missing) break;
      if (isOther(group)) found.push(group);
    }
    return found;
  });
}

/** The greatest hash first. Two equal hashes are ordered by their texts, so that the order of the input changes nothing. */
function byHash<One>(ones: readonly One[], textOf: (one: One) => string): readonly One[] {
  return ones
    .map((one) => ({ one, text: textOf(one), hash: hashOf(textOf(one)) }))
    .sort((left, right) => right.hash - left.hash || (left.text < right.text ? -1 : 1))
    .map(({ one }) => one);
}

/** The first of {@link byHash}, without sorting: thousands of groups ask for it. */
function greatest(shards: readonly number[], textOf: (shard: number) => string): number {
  let best = { shard: 0, hash: -1 };
  for (const shard of shards) {
    const hash = hashOf(textOf(shard));
    if (hash > best.hash) best = { shard, hash };
  }
  return best.shard;
}
