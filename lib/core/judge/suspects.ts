/** Whom to look at more closely before anything is said: reading everything of everyone every minute would cost. Pure. */
import { unreadBaseline } from './baseline.ts';
import { isSuspect } from './calls.ts';
import { isSuspectConnector } from './connector.ts';
import { inboundCalls, judgedUntil } from './readings.ts';
import type { Observation } from '../model/model.ts';
import type { PolicyOf } from '../model/group-policy.ts';

/**
 * Every Voice Connector that gives reason for it by itself, with all others of its group, to compare; and every one of a Region
 * whose pooled calls do.
 */
export function findSuspects(observation: Observation, policyOf: PolicyOf): ReadonlySet<string> {
  const defaults = policyOf();
  const { connectors, groups, observedAt } = observation;
  const found = new Set<string>();
  for (const group of groups) {
    const policy = policyOf(group);
    const members = group.items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []);
    if (members.some((member) => isSuspectConnector(member, observedAt, policy))) {
      for (const { voiceConnectorId } of members) found.add(voiceConnectorId);
    }
  }
  const until = judgedUntil(observedAt, defaults);
  for (const inRegion of Map.groupBy(connectors.values(), ({ region }) => region).values()) {
    const minutes = inRegion.flatMap(({ inbound }) => (inbound.kind === 'read' ? inboundCalls(inbound.minutes) : []));
    if (inRegion.length < 2 || !isSuspect({ minutes, until, baseline: unreadBaseline, policy: defaults })) continue;
    for (const { voiceConnectorId } of inRegion) found.add(voiceConnectorId);
  }
  return found;
}
