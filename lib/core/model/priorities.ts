/** Comparing and printing a group's order. Pure. */
import type { VoiceConnectorGroup, VoiceConnectorItem } from './group.ts';
import { formatDuration } from './format.ts';

/** The items as calls try them; those without a priority last. */
export function inOrder(items: readonly VoiceConnectorItem[]): readonly VoiceConnectorItem[] {
  return [...items].sort(
    (left, right) =>
      (left.priority ?? Infinity) - (right.priority ?? Infinity) ||
      (left.voiceConnectorId < right.voiceConnectorId ? -1 : 1),
  );
}

/** Who gets the calls of a group as long as nothing is wrong. */
export function primaryOf({ items }: VoiceConnectorGroup): string | undefined {
  return inOrder(items)[0]?.voiceConnectorId;
}

/** `vc-a 1, vc-b 2`. */
export function formatItems(items: readonly VoiceConnectorItem[]): string {
  return inOrder(items)
    .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority ?? 'without priority'}`)
    .join(', ');
}

/** Whether both say the same of the same members, in whatever order they are written down. */
export function sameItems(left: readonly VoiceConnectorItem[], right: readonly VoiceConnectorItem[]): boolean {
  return formatItems(left) === formatItems(right);
}

/** What differs between a group as it was judged and as it is now, in words; empty where nothing does. */
export function differences(observed: VoiceConnectorGroup, current: VoiceConnectorGroup): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, before: string | undefined, now: string | undefined): void => {
    if (before !== now) found.push(`${what} was ${before ?? 'absent'}, is ${now ?? 'absent'}`);
  };
  compare('Name', observed.name, current.name);
  compare('CallDistributionType', observed.callDistributionType, current.callDistributionType);
  compare('VoiceConnectorItems', formatItems(observed.items), formatItems(current.items));
  const [before, now] = [observed.updatedAt, current.updatedAt];
  if (before !== now) {
    const known = before !== undefined && now !== undefined;
    found.push(known ? `UpdatedTimestamp moved by ${formatDuration(now - before)}` : 'UpdatedTimestamp came or went');
  }
  return found;
}
