/** What the monitor's record says of the order that a group had, and of how it changed. */
import type { ChangeRecord } from '../lib/core/model/observation.ts';
import type { VoiceConnectorGroup, VoiceConnectorItem } from '../lib/core/model/group.ts';
import { inOrder, primaryOf, sameItems } from '../lib/core/model/priorities.ts';
import type { EpochMs } from '../lib/core/model/time.ts';
import type { RecordedChange, RecordedGroup } from './history.ts';
import { itemsInOrder } from './replayed-groups.ts';

/** A change is recorded under the minute of its run: it was made before the end of that minute. */
const endOfMinuteMs = 59_000;

type Order = { readonly at: EpochMs; readonly items: readonly VoiceConnectorItem[] };

export type Past = {
  readonly group: RecordedGroup;
  readonly changes: readonly RecordedChange[];
  /** What is not known of the past, as a sentence. */
  readonly unknown: string | undefined;
};

/** @param record since `from`; @param group as it is now */
export function pastOf(group: VoiceConnectorGroup, record: ChangeRecord, from: EpochMs): Past {
  const name = `group ${group.voiceConnectorGroupId}`;
  if (record.kind === 'unreadable') {
    const unknown = `the past order of ${name} is not known (${record.message}): the present one is taken for the whole time`;
    return { group: startingAs(group, group.items, from), changes: [], unknown };
  }
  const present: Order = { at: group.updatedAt ?? Infinity, items: group.items };
  const seen = [...record.ordersSeen.filter(({ items }) => hasMembersOf(group, items)), present];
  const orders = [...orderBefore(seen[0] ?? present, record), ...seen];
  const changes = orders.slice(1).flatMap((order, place): readonly RecordedChange[] => {
    const before = orders[place];
    if (before === undefined || sameItems(before.items, order.items)) return [];
    return [changeBetween(before, order, group, record)];
  });
  const wasChanged = group.updatedAt !== group.createdAt && (group.updatedAt ?? 0) > from;
  const isUnknown = record.ordersSeen.length === 0 && wasChanged;
  return {
    group: startingAs(group, orders[0]?.items ?? group.items, from),
    changes,
    unknown: isUnknown
      ? `${name} was changed since, and no monitor has a record of its order before: the present one is taken for the whole time`
      : undefined,
  };
}

/** A failover before any order was seen: the primary that it left was first. */
function orderBefore(first: Order, { demotedAt }: Extract<ChangeRecord, { readonly kind: 'read' }>): readonly Order[] {
  const earliest = [...demotedAt]
    .flatMap(([id, times]) => times.map((at) => ({ id, at })))
    .filter(({ at }) => at <= first.at)
    .sort((left, right) => left.at - right.at)[0];
  if (earliest === undefined) return [];
  const ids = inOrder(first.items).map(({ voiceConnectorId }) => voiceConnectorId);
  const order = [earliest.id, ...ids.filter((id) => id !== earliest.id)];
  return ids.includes(earliest.id) ? [{ at: -Infinity, items: itemsInOrder(first.items, order) }] : [];
}

function startingAs(group: VoiceConnectorGroup, items: readonly VoiceConnectorItem[], from: EpochMs): RecordedGroup {
  const { updatedAt } = group;
  return { ...group, items, updatedAt: updatedAt !== undefined && updatedAt < from ? updatedAt : undefined };
}

function hasMembersOf(group: VoiceConnectorGroup, items: readonly VoiceConnectorItem[]): boolean {
  const ids = (all: readonly VoiceConnectorItem[]): string =>
    all
      .map(({ voiceConnectorId }) => voiceConnectorId)
      .sort()
      .join();
  return ids(group.items) === ids(items);
}

function changeBetween(
  before: Order,
  after: Order,
  { voiceConnectorGroupId, updatedAt }: VoiceConnectorGroup,
  { changedAt, demotedAt }: Extract<ChangeRecord, { readonly kind: 'read' }>,
): RecordedChange {
  const own = changedAt.findLast((at) => at >= before.at && at <= after.at);
  const order = inOrder(after.items).map(({ voiceConnectorId }) => voiceConnectorId);
  if (own === undefined) {
    const isShown = updatedAt !== undefined && updatedAt > before.at && updatedAt <= after.at;
    return { at: isShown ? updatedAt : after.at, voiceConnectorGroupId, order, kind: 'by-hand' };
  }
  const isFailover = demotedAt.get(primaryOf(before) ?? '')?.includes(own) === true;
  return { at: own + endOfMinuteMs, voiceConnectorGroupId, order, kind: isFailover ? 'failover' : 'command' };
}
