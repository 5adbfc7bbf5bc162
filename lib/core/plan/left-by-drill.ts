/** A group that a drill left on its standby: without the drill's override, which somebody deleted, the monitor does not know that it has to put the group back. */
import type { ChangeRecord } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { primaryOf } from '../model/priorities.ts';
import type { EpochMs } from '../model/time.ts';

/**
 * When the drill began whose order the group still has; undefined where none did, or where anybody changed the primary since.
 *
 * @param record of the past day
 */
export function leftByDrillAt(group: VoiceConnectorGroup, record: ChangeRecord): EpochMs | undefined {
  if (record.kind === 'unreadable') return undefined;
  const newest = Math.max(...record.drilledAt);
  const primary = primaryOf(group);
  const promotions = [...record.promotedAt].flatMap(([id, times]) => times.map((at) => ({ id, at })));
  const since = promotions.filter(({ at }) => at >= newest);
  return since.length > 0 && since.every(({ id, at }) => id === primary && at === newest) ? newest : undefined;
}
