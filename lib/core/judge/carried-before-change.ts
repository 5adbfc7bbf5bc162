/** Tells whether the last change of a group reordered its members. */
import { finestMinutes } from './evidence.ts';
import type { Observation } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { minuteMs } from '../model/time.ts';
import { primaryOf } from '../model/priorities.ts';
import { inboundCalls } from './readings.ts';

/**
 * Whether the primary of the group carried calls before the last change of the group; if not, that change was one of order.
 * Undefined where the change is more than an hour ago, or the metrics cannot be read.
 */
export function carriedBeforeChange(group: VoiceConnectorGroup, observation: Observation): boolean | undefined {
  const { updatedAt } = group;
  const inbound = observation.connectors.get(primaryOf(group) ?? '')?.inbound;
  if (updatedAt === undefined || inbound?.kind !== 'read') return undefined;
  const before = updatedAt - settlingBeforeMs;
  if (observation.observedAt - before > finestMinutes * minuteMs) return undefined;
  return inboundCalls(inbound.minutes).some(({ startsAt, attempts }) => attempts > 0 && startsAt + minuteMs <= before);
}

/** The minute of a change may contain calls from before and after it. */
const settlingBeforeMs = minuteMs;
