/** A drill whose group is no longer in the drill's order: changed by somebody else, or restored already. Pure. */
import type { DrillEnd } from './end-codes.ts';
import { callsAgainstStandby, finalResult, memberUnhealthy, standbyImpaired, stopped, throttled } from './ending.ts';
import type { EvidencedInput } from './input.ts';
import { isOwnChangeAt, ownChangesSince, recordToleranceMs, type DrillProgress } from './progress.ts';
import { minuteMs } from '../model/time.ts';
import { type Drill } from '../model/override.ts';
import { type VoiceConnectorItem } from '../model/group.ts';
import { displayName, orderOf } from '../plan/members.ts';
import { formatItems, sameItems } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

/** The record of the monitor's own changes is read this far back. */
const recordedMs = 24 * 60 * minuteMs;

/** Whether the member alone is first in a group that goes by priority. */
export function isPrimary(voiceConnectorId: string, { group }: EvidencedInput): boolean {
  const order = orderOf(group);
  return order.kind === 'order' && order.members[0]?.voiceConnectorId === voiceConnectorId;
}

function memberIds(items: readonly VoiceConnectorItem[]): string {
  return JSON.stringify(items.map(({ voiceConnectorId }) => voiceConnectorId).sort());
}

/** What somebody else changed, so that the drill may no longer move the group; undefined where nobody did. */
export function foreignChange(input: EvidencedInput, drill: Drill): string | undefined {
  const { items, updatedAt } = input.group;
  const order = orderOf(input.group);
  if (order.kind === 'hold') return order.reason;
  if (memberIds(items) !== memberIds(drill.before)) return `the members are now ${formatItems(items) || 'none'}`;
  if (sameItems(items, drill.after)) return movedByOthers(input, drill);
  if (isPrimary(drill.leaving, input) && updatedAt !== drill.groupUpdatedAt) return undefined;
  return `changed ${formatAuthor(input, drill)} to ${formatItems(items)}`;
}

/**
 * The group is in the drill's order, but the drill did not move it: a Region whose Parameter Store was unavailable returns the drill's
 * override after the drill has ended.
 */
function movedByOthers(input: EvidencedInput, drill: Drill): string | undefined {
  const { changeRecord } = input.candidateEvidence;
  const demotedAt = changeRecord.kind === 'read' ? (changeRecord.demotedAt.get(drill.leaving) ?? []) : [];
  if (demotedAt.some((at) => at >= drill.startedAt)) {
    return `a monitor has failed over from ${displayName(drill.leaving, input)} since`;
  }
  if (isMovedOutside(input, drill)) return 'changed outside the monitor to the order of the drill, before it began';
  const { updatedAt } = input.group;
  return updatedAt !== undefined && updatedAt > drill.until + recordToleranceMs
    ? `changed ${formatAuthor(input, drill)} ${formatDuration(updatedAt - drill.until)} after the end time`
    : undefined;
}

/** A recorded change shows up in CloudWatch within this time. */
const recordShowsMs = 3 * minuteMs;

/** The drill records its first move before it makes it. Without that record somebody else made the move, and wants it to stay. */
function isMovedOutside(input: EvidencedInput, drill: Drill): boolean {
  const { observedAt, group, candidateEvidence } = input;
  return (
    candidateEvidence.changeRecord.kind === 'read' &&
    observedAt - drill.startedAt < recordedMs &&
    observedAt - (group.updatedAt ?? observedAt) > recordShowsMs &&
    ownChangesSince(input, drill).length === 0
  );
}

function formatAuthor(input: EvidencedInput, drill: Drill): string {
  return input.group.updatedAt !== undefined && isOwnChangeAt(input, drill, input.group.updatedAt)
    ? 'by a monitor'
    : 'outside the monitor';
}

/** Why a drill ended whose group is already restored, recomputed from its calls or else from the record of own changes. */
export function endOfRestored(input: EvidencedInput, progress: DrillProgress): DrillEnd {
  const { drill } = progress;
  const { updatedAt } = input.group;
  const isRecorded =
    input.candidateEvidence.changeRecord.kind === 'read' && input.observedAt - drill.startedAt < recordedMs;
  if (isRecorded && ownChangesSince(input, drill).length === 0) {
    return { code: 'never-began', reason: 'the group was changed outside the monitor before the drill began' };
  }
  const end = callsAgainstStandby(progress) ?? throttled(progress);
  if (end !== undefined) return end;
  // AWS stamps the end with its own clock.
  if (updatedAt === undefined || updatedAt + minuteMs >= drill.until) return finalResult(progress);
  const early = `put back ${formatDuration(drill.until - updatedAt)} early`;
  if (isRecorded && !isOwnChangeAt(input, drill, updatedAt)) {
    return { code: 'group-changed', reason: `${early}, outside the monitor` };
  }
  return reasonStillVisible(progress) ?? { code: 'group-changed', reason: `${early}; see the event of that change` };
}

/** A monitor restored the group and ended before it published why; the same reason may still be visible. */
function reasonStillVisible(progress: DrillProgress): DrillEnd | undefined {
  return standbyImpaired(progress) ?? memberUnhealthy(progress) ?? stopped(progress);
}
