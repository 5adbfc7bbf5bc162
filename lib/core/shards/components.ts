/** Which groups must be decided together. */
import type { VoiceConnectorGroup } from '../model/group.ts';

/**
 * Groups that share a Voice Connector: its calls show how all of them fare. And groups that share a name: an override or an entry of the
 * policy under it means none of them.
 *
 * @returns by group id, the smallest id of the groups that belong together
 */
export function componentsOf(groups: readonly VoiceConnectorGroup[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  const rootOf = (start: string): string => {
    let root = start;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    // Shortens the way for the next time.
    for (let node = start; node !== root;) {
      const next = parents.get(node) ?? root;
      parents.set(node, root);
      node = next;
    }
    return root;
  };
  for (const { voiceConnectorGroupId: id, name, items } of groups) {
    for (const token of [named(name), ...items.map(({ voiceConnectorId }) => `connector ${voiceConnectorId}`)]) {
      parents.set(rootOf(token), rootOf(named(id)));
    }
  }
  const smallest = new Map<string, string>();
  for (const { voiceConnectorGroupId: id } of groups) {
    const root = rootOf(named(id));
    const known = smallest.get(root);
    if (known === undefined || id < known) smallest.set(root, id);
  }
  return new Map(groups.map(({ voiceConnectorGroupId: id }) => [id, smallest.get(rootOf(named(id))) ?? id]));
}

/** The name of one group may be the id of another. */
function named(idOrName: string): string {
  return `name ${idOrName}`;
}
