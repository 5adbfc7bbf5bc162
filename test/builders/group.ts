import type { VoiceConnectorGroup, VoiceConnectorItem } from '../../lib/core/model/group.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import { observedAt } from './metrics.ts';

/** `items({ east: 1, west: 2 })` */
export function items(priorities: Readonly<Record<string, number | undefined>>): readonly VoiceConnectorItem[] {
  return Object.entries(priorities).map(([voiceConnectorId, priority]) => ({ voiceConnectorId, priority }));
}

/** Virginia first, then Oregon; a month old, and last changed a day ago. */
export function aGroup(changes: Partial<VoiceConnectorGroup> = {}): VoiceConnectorGroup {
  return {
    voiceConnectorGroupId: 'main-line-id',
    name: 'main-line',
    controlRegion: 'us-east-1',
    callDistributionType: 'PriorityWeightedDistribution',
    items: items({ east: 1, west: 2 }),
    createdAt: observedAt - 30 * 24 * 60 * minuteMs,
    updatedAt: observedAt - 24 * 60 * minuteMs,
    ...changes,
  };
}
