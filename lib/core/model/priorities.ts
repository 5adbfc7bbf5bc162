/** Compares and formats the order of a group. */
import type { VoiceConnectorGroup, VoiceConnectorItem } from './group.ts';
import { formatDuration } from './format.ts';

/** The items in the order in which AWS tries them; those without a priority last. */
export function inOrder(items: readonly VoiceConnectorItem[]): readonly VoiceConnectorItem[] {
  return [...items].sort(
    (left, right) =>
      (left.priority ?? Infinity) - (right.priority ?? Infinity) ||
      (left.voiceConnectorId < right.voiceConnectorId ? -1 : 1),
  );
}

/** The member that AWS tries first. */
export function primaryOf({ items }: Pick<VoiceConnectorGroup, 'items'>): string | undefined {
  return inOrder(items)[0]?.voiceConnectorId;
}

/** `vc-a 1, vc-b 2`. */
export function formatItems(items: readonly VoiceConnectorItem[]): string {
  return inOrder(items)
    .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority ?? 'without priority'}`)
    .join(', ');
}

/** Whether both have the same members with the same priorities, in any sequence. */
export function sameItems(left: readonly VoiceConnectorItem[], right: readonly VoiceConnectorItem[]): boolean {
  return formatItems(left) === formatItems(right);
}

/** The differences between the judged and the present group, as text; empty where there are none. */
export function differences(observed: VoiceConnectorGroup, current: VoiceConnectorGroup): readonly string[] {
  const found: string[] = [];
  const compare = (field: string, before: string | undefined, now: string | undefined): void => {
    if (before !== now) found.push(`${field} was ${before ?? 'absent'}, is ${now ?? 'absent'}`);
  };
  compare('Name', observed.name, current.name);
  compare('CallDistributionType', observed.callDistributionType, current.callDistributionType);
  compare('VoiceConnectorItems', formatItems(observed.items), formatItems(current.items));
  const [before, now] = [observed.updatedAt, current.updatedAt];
  if (before !== now) {
    const areKnown = before !== undefined && now !== undefined;
    found.push(
      areKnown
        ? `UpdatedTimestamp moved by ${formatDuration(now - before)}`
        : 'UpdatedTimestamp is present in one of the two only',
    );
  }
  return found;
}
