/** A group as a person names it: by its id, or by its name. */
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';

export type FoundGroup =
  | { readonly kind: 'found'; readonly group: VoiceConnectorGroup }
  | { readonly kind: 'unknown'; readonly problems: readonly string[] };

/** Names shown to whoever asked for another. */
const shownAtMost = 20;

/** @param problems what kept the list of groups short */
export function findGroup(
  asked: string,
  groups: readonly VoiceConnectorGroup[],
  problems: readonly Problem[],
): FoundGroup {
  const [byId] = groups.filter(({ voiceConnectorGroupId }) => voiceConnectorGroupId === asked);
  const byName = groups.filter(({ name }) => name === asked);
  const group = byId ?? (byName.length === 1 ? byName[0] : undefined);
  if (group !== undefined) return { kind: 'found', group };
  const candidates = byName.length === 0 ? groups : byName;
  const known = candidates.map(({ voiceConnectorGroupId, name }) => `${voiceConnectorGroupId} (${name})`);
  const expected = known.slice(0, shownAtMost).join(', ') || 'no group at all';
  return {
    kind: 'unknown',
    problems: [
      `Expected one of ${expected}, got ${JSON.stringify(asked)}`,
      ...problems.map(({ doing, message }) => `${doing} failed, so this list may be short: ${message}`),
    ],
  };
}
