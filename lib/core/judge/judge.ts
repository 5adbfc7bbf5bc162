/** Observation → one verdict for every Voice Connector of a group. Pure. */
import { judgeConnector } from './connector.ts';
import { finestMinutes } from './evidence.ts';
import {
  minuteMs,
  type ConnectorVerdicts,
  type EpochMs,
  type GroupPolicy,
  type Observation,
  type RegionVerdicts,
  type Verdict,
  type VoiceConnectorGroup,
  type VoiceConnectorObservation,
} from '../model/model.ts';
import { inOrder, primaryOf } from '../model/priorities.ts';
import { inboundCalls, judgedUntil } from './readings.ts';
import { withRegion } from './region.ts';
import { spillOver } from './spill-over.ts';

/** Calls that left the first choice for the others: only where an order exists, and only while nothing else is known of it. */
function withSpillOver(
  verdict: Verdict,
  group: VoiceConnectorGroup,
  members: readonly VoiceConnectorObservation[],
  otherGroups: readonly VoiceConnectorGroup[],
  until: EpochMs,
  policy: GroupPolicy,
): Verdict {
  const [top, ...rest] = members;
  if (verdict.health !== 'unknown' || top === undefined) return verdict;
  // Another group's first choice has calls of its own. Its standby gets calls when that group's first choice fails: where ours was
  // not seen to lose any, they prove nothing about it.
  const isSeenIdle = verdict.cause === 'idle';
  const elsewhere = new Set(
    otherGroups.flatMap((other) =>
      isSeenIdle ? primaryOf(other) : other.items.map(({ voiceConnectorId }) => voiceConnectorId),
    ),
  );
  const others = rest.filter(({ voiceConnectorId }) => !elsewhere.has(voiceConnectorId));
  const readings = others.flatMap(({ inbound }) => (inbound.kind === 'read' ? [inbound.minutes] : []));
  const reason = spillOver({
    top: top.inbound.kind === 'read' ? inboundCalls(top.inbound.minutes) : undefined,
    others: readings.flatMap(inboundCalls),
    changedAt: group.updatedAt,
    until,
    policy,
  });
  return reason === undefined ? verdict : { health: 'unhealthy', reason };
}

/** The verdicts on a group's members, by the group's own policy. A member that was not observed has none. */
export function judgeGroup(
  group: VoiceConnectorGroup,
  observation: Observation,
  regions: RegionVerdicts,
  policy: GroupPolicy,
): ConnectorVerdicts {
  const { observedAt } = observation;
  const until = judgedUntil(observedAt, policy);
  const members = inOrder(group.items).flatMap(
    ({ voiceConnectorId }) => observation.connectors.get(voiceConnectorId) ?? [],
  );
  const top = primaryOf(group);
  const otherGroups = observation.groups.filter((other) => other !== group);
  const verdicts = new Map<string, Verdict>();
  for (const connector of members) {
    const { voiceConnectorId } = connector;
    const isTop = voiceConnectorId === top;
    const others = members.filter((member) => member !== connector);
    const alone = judgeConnector(connector, { observedAt, policy, expectsCalls: isTop }, others);
    const pooled = withRegion(alone, connector, observation, regions, policy);
    verdicts.set(voiceConnectorId, isTop ? withSpillOver(pooled, group, members, otherGroups, until, policy) : pooled);
  }
  return verdicts;
}

/** A Voice Connector whose health is another than a minute before. */
export type HealthEdge = { readonly voiceConnectorId: string; readonly before: Verdict; readonly after: Verdict };

export function healthEdges(before: ConnectorVerdicts, after: ConnectorVerdicts): readonly HealthEdge[] {
  return [...after].flatMap(([voiceConnectorId, verdict]) => {
    const earlier = before.get(voiceConnectorId);
    return earlier === undefined || earlier.health === verdict.health
      ? []
      : [{ voiceConnectorId, before: earlier, after: verdict }];
  });
}

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
