/** Selects the Voice Connectors whose history and other metrics are read before the judgement: reading them of all, every minute, would cost. */
import { isSuspect, suspicionOf } from './calls.ts';
import { isSuspectConnector, screeningMeasure } from './connector.ts';
import { judgedUntil } from './readings.ts';
import { accountOf, reroutedFrom } from './rerouted.ts';
import type { PolicyOf } from '../model/group-policy.ts';
import type { Observation } from '../model/observation.ts';
import { minuteMs } from '../model/time.ts';

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

/**
 * The Voice Connectors of these that this run compares with their past, which it can do with so many: half of them the most suspect ones,
 * half of them others in turn, so that each gets its turn however long the others stay suspect.
 */
export function comparedNow(
  voiceConnectorIds: ReadonlySet<string>,
  most: number,
  { connectors, observedAt }: Observation,
  policyOf: PolicyOf,
): ReadonlySet<string> {
  if (voiceConnectorIds.size <= most) return voiceConnectorIds;
  const policy = policyOf();
  const until = judgedUntil(observedAt, policy);
  const suspicions = [...voiceConnectorIds].map((id) => {
    const inbound = connectors.get(id)?.inbound;
    const nats = inbound?.kind === 'read' ? suspicionOf(screeningMeasure([inbound.minutes], until, policy)) : 0;
    return { id, nats };
  });
  const sorted = suspicions.sort((left, right) => right.nats - left.nats || (left.id < right.id ? -1 : 1));
  const first = Math.ceil(most / 2);
  const others = sorted
    .slice(first)
    .map(({ id }) => id)
    .sort();
  const turn = (Math.floor(observedAt / minuteMs) * (most - first)) % others.length;
  const inTurn = [...others.slice(turn), ...others.slice(0, turn)].slice(0, most - first);
  return new Set([...sorted.slice(0, first).map(({ id }) => id), ...inTurn]);
}
