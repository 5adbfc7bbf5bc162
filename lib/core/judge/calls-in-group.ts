/** The calls of a member of a group beside those of the other members: callers go there while they do not come here. */
import { besideOthers } from './absence.ts';
import { callsOf, type ConnectorCalls } from './connector-calls.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { Minute, Observation, VoiceConnectorObservation } from '../model/observation.ts';
import type { EpochMs } from '../model/time.ts';

export type GroupObservation = Pick<Observation, 'connectors'> & { readonly group: VoiceConnectorGroup };

/** @param until end (exclusive) of the newest complete minute */
export function callsInGroup(
  connector: VoiceConnectorObservation,
  observed: GroupObservation,
  until: EpochMs,
  policy: GroupPolicy,
): ConnectorCalls {
  return besideOthers(callsOf(connector, until, policy), minutesOfOthers(connector, observed));
}

/** Of each other member of the group that was read. */
export function minutesOfOthers(
  { voiceConnectorId }: VoiceConnectorObservation,
  { group, connectors }: GroupObservation,
): readonly (readonly Minute[])[] {
  return group.items.flatMap((item) => {
    const other = item.voiceConnectorId === voiceConnectorId ? undefined : connectors.get(item.voiceConnectorId);
    return other?.inbound.kind === 'read' ? [other.inbound.minutes] : [];
  });
}
