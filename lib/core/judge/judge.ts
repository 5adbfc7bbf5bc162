/** Observation → a verdict on every Region and on every Voice Connector of a group. Pure. */
import { judgeConnector } from './connector.ts';
import {
  type ConnectorVerdicts,
  type EpochMs,
  type Observation,
  type RegionVerdicts,
  type Verdict,
  type VoiceConnectorGroup,
  type VoiceConnectorObservation,
} from '../model/model.ts';
import type { PolicyOf, GroupPolicy } from '../model/group-policy.ts';
import { inOrder, primaryOf } from '../model/priorities.ts';
import { inboundCalls, judgedUntil } from './readings.ts';
import { judgeRegions, withRegion } from './region.ts';
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

export type Judgement = {
  readonly regions: RegionVerdicts;
  /** The verdicts on a group's members, by the group's own policy. A member that was not observed has none. */
  readonly verdictsOf: (group: VoiceConnectorGroup) => ConnectorVerdicts;
};

/** The one judging pipeline: Regions first, by the default policy, then the members of each group that is asked for. */
export function judge(observation: Observation, policyOf: PolicyOf): Judgement {
  const regions = judgeRegions(observation, policyOf());
  return { regions, verdictsOf: (group) => judgeGroup(group, observation, regions, policyOf(group)) };
}

function judgeGroup(
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
