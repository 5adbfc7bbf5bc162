/** When the order of a group was last changed, and whether the monitor changed it. */
import type { ChangeRecord } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { primaryOf, sameItems } from '../model/priorities.ts';
import { dayMs, minuteMs, type EpochMs } from '../model/time.ts';
import { scheduleMinutes } from '../model/wake.ts';

export type LastChange = {
  readonly at: EpochMs;
  /** Undefined where that is unknown. */
  readonly isOwn: boolean | undefined;
};

type ChangeInput = { readonly group: VoiceConnectorGroup; readonly record: ChangeRecord };

type ReadRecord = Extract<ChangeRecord, { readonly kind: 'read' }>;

/** The record has the minute of a change, while AWS timestamps it by its own clock. */
const recordToleranceMs = 2 * minuteMs;

/**
 * AWS timestamps every write, also one that changes nothing: the order is then as old as the monitor has seen it. AWS may not report a
 * write, or show the time of an earlier one: the monitor knows its own. Undefined where no change is known.
 */
export function lastChangeOf({ group, record }: ChangeInput): LastChange | undefined {
  const { updatedAt } = group;
  if (record.kind === 'unreadable') return updatedAt === undefined ? undefined : { at: updatedAt, isOwn: undefined };
  const newestOwn = Math.max(...record.changedAt);
  if (updatedAt === undefined) return newestOwn === -Infinity ? undefined : { at: newestOwn, isOwn: undefined };
  const at = seenSince(group, record, updatedAt) ?? updatedAt;
  const isOwn = newestOwn >= at - recordToleranceMs && madePresentOrder(group, record, newestOwn);
  // An own change that AWS does not show at all never took effect.
  return { at: isOwn && newestOwn > at + recordToleranceMs ? newestOwn : at, isOwn };
}

/** When the present order was first seen, if it was seen already before the group was last written. */
function seenSince(
  { items }: VoiceConnectorGroup,
  { ordersSeen }: ReadRecord,
  writtenAt: EpochMs,
): EpochMs | undefined {
  const earlier = ordersSeen.filter(({ at }) => at + minuteMs <= writtenAt);
  const isPresent = (order: ReadRecord['ordersSeen'][number]): boolean => sameItems(order.items, items);
  const other = earlier.findLastIndex((order) => !isPresent(order));
  return earlier[other + 1]?.at;
}

/** Whether the newest own change left the order as it is: otherwise someone else changed it since. */
function madePresentOrder(group: VoiceConnectorGroup, record: ReadRecord, newestOwn: EpochMs): boolean {
  const isNewest = (at: EpochMs): boolean => Math.abs(newestOwn - at) <= recordToleranceMs;
  return !demotionsOfPrimary(group, record).some(isNewest) && promotedPrimary(group, record, isNewest);
}

/** When the monitor failed over from the present primary. */
export function demotionsOfPrimary(group: VoiceConnectorGroup, record: ChangeRecord): readonly EpochMs[] {
  return record.kind === 'unreadable' ? [] : (record.demotedAt.get(primaryOf(group) ?? '') ?? []);
}

/** Whether the latest of these changes made the present primary the primary: another order is a correction by hand. */
function promotedPrimary(
  group: VoiceConnectorGroup,
  { promotedAt }: ReadRecord,
  isAmong: (at: EpochMs) => boolean,
): boolean {
  const promotions = [...promotedAt].flatMap(([id, times]) => times.filter(isAmong).map((at) => ({ id, at })));
  const latest = Math.max(...promotions.map(({ at }) => at));
  const primary = primaryOf(group);
  return promotions.length === 0 || promotions.some(({ id, at }) => at === latest && id === primary);
}

/** Beyond the time between two runs: one of them may fail. */
const recordedFurtherMinutes = 2;

/**
 * Whether a run records the order that it sees: after each write, and once a day for the groups that nobody writes to. Recording is billed by
 * the hour, so a group at rest costs one hour a day.
 *
 * @param everyMinutes how often the schedule runs the monitor
 */
export function isOrderToBeRecorded(
  { updatedAt = 0 }: VoiceConnectorGroup,
  observedAt: EpochMs,
  everyMinutes = scheduleMinutes.schedule,
): boolean {
  const recordedMs = (everyMinutes + recordedFurtherMinutes) * minuteMs;
  return observedAt - updatedAt < recordedMs || observedAt % dayMs < recordedMs;
}
