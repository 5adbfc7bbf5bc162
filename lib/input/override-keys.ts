/** Which groups a stored override applies to, by its key: a group's id, a group's name, or `all`. Pure. */
import type { OverrideState } from '../core/model/override.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import { isInForce } from './override.ts';

type Named = Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>;

type Stored = { readonly key: string; readonly override: OverrideState; readonly putAt: EpochMs | undefined };

/** In order of precedence. */
const keyKinds = ['id', 'name', 'all'] as const;
type KeyKind = (typeof keyKinds)[number];

/** The key of every group in any case: a person who types it in a hurry means no other. */
export function isKeyOfAll(key: string): boolean {
  return key.toLowerCase() === 'all';
}

/** A pause of a group in a drill is stored beside the drill's override, which contains the order to restore. */
export function pauseBesideDrill(voiceConnectorGroupId: string): string {
  return `${voiceConnectorGroupId}/pause`;
}

function keyKindFor(key: string, { voiceConnectorGroupId, name }: Named): KeyKind | undefined {
  if (key === voiceConnectorGroupId || key === pauseBesideDrill(voiceConnectorGroupId)) return 'id';
  if (isKeyOfAll(key)) return 'all';
  return key === name ? 'name' : undefined;
}

/** Whether the key is the group's id or name. */
export function isKeyOf(key: string, group: Named): boolean {
  const kind = keyKindFor(key, group);
  return kind === 'id' || kind === 'name';
}

/** Whether the name of a group is also the name or the id of another one, so that a key with it does not mean one group. */
export function isNameShared(group: Named, groups: readonly Named[]): boolean {
  return groups.some(
    (other) =>
      other.voiceConnectorGroupId !== group.voiceConnectorGroupId &&
      (other.name === group.name || other.voiceConnectorGroupId === group.name),
  );
}

/** The overrides that apply to no group: what their author wanted is not in force. */
export function unmatchedOverrides<One extends Pick<Stored, 'key'>>(
  stored: readonly One[],
  groups: readonly Named[],
): readonly One[] {
  return stored.filter(({ key }) => !isKeyOfAll(key) && groups.every((group) => keyKindFor(key, group) === undefined));
}

/** The override in force on a group, and when it was put. */
export type OverrideInForce = { readonly override: OverrideState; readonly putAt: EpochMs | undefined };

const noOverride: OverrideInForce = { override: { kind: 'none' }, putAt: undefined };

/**
 * A group's own override takes precedence over the one for all groups, but a pause from anywhere stops drills and the restoring of a
 * pinned order.
 *
 * @param stored the overrides of one Region
 * @param hasSharedName see {@link isNameShared}
 */
export function overrideInForce(
  stored: readonly Stored[],
  group: Named,
  at: EpochMs,
  hasSharedName: boolean,
): OverrideInForce {
  const applying = keyKinds.flatMap((keyKind) =>
    stored.flatMap(({ key, override, putAt }) => {
      if (keyKindFor(key, group) !== keyKind) return [];
      const applied = appliedUnder(keyKind, key, override, hasSharedName);
      return isInForce(applied, at) ? [{ override: applied, putAt }] : [];
    }),
  );
  const [first = noOverride] = applying;
  const { kind } = first.override;
  return kind === 'drill' || kind === 'pin' ? (applying.find(({ override }) => isPausing(override)) ?? first) : first;
}

function isPausing({ kind }: OverrideState): boolean {
  return kind === 'pause' || kind === 'unparseable';
}

/** A pin or a drill is for one group. Under a key that may mean several it only keeps them still. */
function appliedUnder(keyKind: KeyKind, key: string, override: OverrideState, hasSharedName: boolean): OverrideState {
  if (keyKind === 'id' || (keyKind === 'name' && !hasSharedName)) return override;
  if (keyKind === 'all' && override.kind === 'pin') return { ...override, order: undefined };
  if (override.kind !== 'pin' && override.kind !== 'drill') return override;
  const { kind, by, until, reason } = override;
  return { kind: 'pause', by, until, reason: `${reason} (a ${kind} under ${key}, which is no group's id: it pauses)` };
}

/** The most restrictive of the Regions' overrides; of two equally restrictive ones that of the first Region, for every monitor alike. */
export function strictest(overrides: readonly OverrideInForce[]): OverrideInForce {
  const order: readonly (readonly OverrideState['kind'][])[] = [
    ['pause', 'unparseable'],
    ['drill'],
    ['pin'],
    ['unreadable'],
  ];
  for (const kinds of order) {
    const found = overrides.find(({ override }) => kinds.includes(override.kind));
    if (found !== undefined) return found;
  }
  return noOverride;
}
