/** Derives from an observation a verdict on each Region and on each Voice Connector of a group. */
import { judgeConnector } from './connector.ts';
import type { GroupPolicy, PolicyOf } from '../model/group-policy.ts';
import type { RegionVerdicts, ConnectorVerdicts, Verdict } from '../model/verdict.ts';
import type { Observation, VoiceConnectorObservation } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { EpochMs } from '../model/time.ts';
import { inOrder, primaryOf } from '../model/priorities.ts';
import { inboundCalls, judgedUntil } from './readings.ts';
import { judgeRegions, withRegion } from './region.ts';
import { spillOver } from './spill-over.ts';

type SpillOverContext = {
  readonly group: VoiceConnectorGroup;
  /** In the order of the group, the primary first. */
  readonly members: readonly VoiceConnectorObservation[];
  readonly otherGroups: readonly VoiceConnectorGroup[];
  readonly until: EpochMs;
  readonly policy: GroupPolicy;
};

/** Judges the primary by calls that moved from it to other members, where its own metrics leave its health unknown. */
function withSpillOver(verdict: Verdict, context: SpillOverContext): Verdict {
  const { group, members, otherGroups, until, policy } = context;
  const [primary, ...rest] = members;
  if (verdict.health !== 'unknown' || primary === undefined) return verdict;
  // The primary of another group has calls of its own. A standby of another group gets calls when that group's primary fails; unless
  // our primary is observed to be idle, those calls prove nothing about it.
  const isIdle = verdict.cause === 'idle';
  const elsewhere = new Set(
    otherGroups.flatMap((other) =>
      isIdle ? primaryOf(other) : other.items.map(({ voiceConnectorId }) => voiceConnectorId),
    ),
  );
  const others = rest.filter(({ voiceConnectorId }) => !elsewhere.has(voiceConnectorId));
  const readings = others.flatMap(({ inbound }) => (inbound.kind === 'read' ? [inbound.minutes] : []));
  const reason = spillOver({
    primary: primary.inbound.kind === 'read' ? inboundCalls(primary.inbound.minutes) : undefined,
    others: readings.flatMap(inboundCalls),
    changedAt: group.updatedAt,
    until,
    policy,
  });
  return reason === undefined ? verdict : { health: 'unhealthy', reason };
}

export type Judgement = {
  readonly regions: RegionVerdicts;
  /** The verdicts on a group's members, by the group's own policy. A member that the observation lacks has none. */
  readonly verdictsOf: (group: VoiceConnectorGroup) => ConnectorVerdicts;
};

/** Judges the Regions by the default policy, and the members of a group on request by the group's own policy. */
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
  const primary = primaryOf(group);
  const otherGroups = observation.groups.filter((other) => other !== group);
  const verdicts = new Map<string, Verdict>();
  for (const connector of members) {
    const { voiceConnectorId } = connector;
    const isPrimary = voiceConnectorId === primary;
    const others = members.filter((member) => member !== connector);
    const alone = judgeConnector(connector, { observedAt, policy, expectsCalls: isPrimary }, others);
    const pooled = withRegion(alone, { connector, observation, regions, policy });
    verdicts.set(
      voiceConnectorId,
      isPrimary ? withSpillOver(pooled, { group, members, otherGroups, until, policy }) : pooled,
    );
  }
  return verdicts;
}
