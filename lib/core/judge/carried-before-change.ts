/** Whether a group's last change reordered its members. Pure. */
import { finestMinutes } from './evidence.ts';
import type { Observation } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { minuteMs } from '../model/time.ts';
import { primaryOf } from '../model/priorities.ts';
import { inboundCalls } from './readings.ts';

/**
 * Whether the group's first choice carried calls already before the group was last changed; undefined where that lies too far back
 * or cannot be seen. If it did not, the change was one of order.
 */
export function carriedBeforeChange(group: VoiceConnectorGroup, observation: Observation): boolean | undefined {
  const { updatedAt } = group;
  const inbound = observation.connectors.get(primaryOf(group) ?? '')?.inbound;
  if (updatedAt === undefined || inbound?.kind !== 'read') return undefined;
  const before = updatedAt - settlingBeforeMs;
  if (observation.observedAt - before > finestMinutes * minuteMs) return undefined;
  return inboundCalls(inbound.minutes).some(({ startsAt, attempts }) => attempts > 0 && startsAt + minuteMs <= before);
}

/** The minute in which a change is made may hold calls from both sides of it. */
const settlingBeforeMs = minuteMs;
