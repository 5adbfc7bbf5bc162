/** Selects the Voice Connectors whose history and other metrics are read before the judgement: reading them of all, every minute, would cost. */
import { isSuspect } from './calls.ts';
import { isSuspectConnector, screeningMeasure } from './connector.ts';
import { judgedUntil } from './readings.ts';
import { accountOf, reroutedFrom } from './rerouted.ts';
import type { PolicyOf } from '../model/group-policy.ts';
import type { Observation } from '../model/observation.ts';

/**
 * Every member of a group with a suspect member, because the members are compared with each other, and of a group whose calls seem to be
 * rerouted; and every Voice Connector of a Region whose pooled calls are suspect.
 */
export function findSuspects(observation: Observation, policyOf: PolicyOf): ReadonlySet<string> {
  const defaults = policyOf();
  const { connectors, groups, observedAt } = observation;
  const account = accountOf(observation);
  const found = new Set<string>();
  for (const group of groups) {
    const policy = policyOf(group);
    const members = group.items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []);
    const isSuspectGroup = members.some((member) => isSuspectConnector(member, observedAt, policy));
    const isRerouted = !isSuspectGroup && reroutedFrom(true, group, account, policy) !== undefined;
    // A Region that does not answer is not asked again.
    const suspects = isRerouted ? members.filter(({ inbound }) => inbound.kind === 'read') : group.items;
    if (isSuspectGroup || isRerouted) for (const { voiceConnectorId } of suspects) found.add(voiceConnectorId);
  }
  const until = judgedUntil(observedAt, defaults);
  for (const inRegion of Map.groupBy(connectors.values(), ({ region }) => region).values()) {
    const readings = inRegion.flatMap(({ inbound }) => (inbound.kind === 'read' ? [inbound.minutes] : []));
    if (inRegion.length < 2 || !isSuspect(screeningMeasure(readings, until, defaults), defaults)) continue;
    for (const { voiceConnectorId } of inRegion) found.add(voiceConnectorId);
  }
  return found;
}
