/** Finds the group that a person named by its id or by its name. */
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { formatValue } from './format-value.ts';

const maxSuggestions = 20;

/** @param problems the failed listings, because of which `groups` may be incomplete */
export function findGroup(
  idOrName: string,
  groups: readonly VoiceConnectorGroup[],
  problems: readonly Problem[],
):
  | { readonly kind: 'found'; readonly group: VoiceConnectorGroup }
  | { readonly kind: 'unknown'; readonly problems: readonly string[] } {
  const [byId] = groups.filter(({ voiceConnectorGroupId }) => voiceConnectorGroupId === idOrName);
  const byName = groups.filter(({ name }) => name === idOrName);
  const group = byId ?? (byName.length === 1 ? byName[0] : undefined);
  if (group !== undefined) return { kind: 'found', group };
  const candidates = byName.length === 0 ? groups : byName;
  const suggestions = candidates
    .slice(0, maxSuggestions)
    .map(({ voiceConnectorGroupId, name }) => `${voiceConnectorGroupId} (${name})`);
  const expected = suggestions.length === 0 ? 'a listed group, but none is listed' : `one of ${suggestions.join(', ')}`;
  return {
    kind: 'unknown',
    problems: [
      `Expected ${expected}, got ${formatValue(idOrName)}`,
      ...problems.map(({ doing, message }) => `${doing} failed, so that this list may be incomplete: ${message}`),
    ],
  };
}
