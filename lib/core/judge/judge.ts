/** Derives from an observation a verdict on each Region and on each Voice Connector of a group. */
import { besideOthers } from './absence.ts';
import { callsInGroup, minutesOfOthers } from './calls-in-group.ts';
import { judgeConnector } from './connector.ts';
import { callsOf } from './connector-calls.ts';
import type { GroupPolicy, PolicyOf } from '../model/group-policy.ts';
import type { RegionVerdicts, ConnectorVerdicts, Verdict } from '../model/verdict.ts';
import type { Minute, Observation, VoiceConnectorObservation } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { inOrder, primaryOf } from '../model/priorities.ts';
import { judgedUntil } from './readings.ts';
import { judgeRegion, withRegion, type RegionJudgement } from './region.ts';
import { accountOf, withReroutedCalls, type Account } from './rerouted.ts';

export type Judgement = {
  readonly regions: RegionVerdicts;
  /** The verdicts on a group's members, by the group's own policy. A member that the observation lacks has none. */
  readonly verdictsOf: (group: VoiceConnectorGroup) => ConnectorVerdicts;
};

/** Judges the Regions by the default policy, and the members of a group on request by the group's own policy. */
export function judge(observation: Observation, policyOf: PolicyOf): Judgement {
  const account = accountOf(observation);
  const regions = judgeRegions(account, policyOf());
  // A run asks for them several times: for the order of need, for the plan, for the events.
  const judged = new WeakMap<VoiceConnectorGroup, ConnectorVerdicts>();
  return {
    regions: new Map([...regions].map(([region, { verdict }]) => [region, verdict])),
    verdictsOf: (group) => {
      const verdicts = judged.get(group) ?? judgeGroup(group, account, regions, policyOf(group));
      judged.set(group, verdicts);
      return verdicts;
    },
  };
}

function judgeRegions(account: Account, policy: GroupPolicy): ReadonlyMap<string, RegionJudgement> {
  const { observedAt, connectors, groupsOf } = account;
  const until = judgedUntil(observedAt, policy);
  // Sorted, so that a verdict taken from one Voice Connector does not depend on the order of the listing.
  const sorted = [...connectors.values()].sort(byId);
  const judgements = new Map<string, RegionJudgement>();
  for (const [region, inRegion] of Map.groupBy(sorted, (connector) => connector.region)) {
    if (region === undefined) continue;
    const members = inRegion.map((connector) => {
      const { voiceConnectorId, inbound } = connector;
      const others = sharedMembersOf(connector, account).map(minutesOf);
      const calls = besideOthers(callsOf(connector, until, policy), others);
      const expectsCalls = (groupsOf.get(voiceConnectorId) ?? []).some(
        (group) => primaryOf(group) === voiceConnectorId,
      );
      const alone = judgeConnector(connector, { observedAt, policy, calls, expectsCalls, others });
      return { calls, isRead: inbound.kind === 'read', alone };
    });
    judgements.set(region, judgeRegion(members, policy));
  }
  return judgements;
}

function byId(left: VoiceConnectorObservation, right: VoiceConnectorObservation): number {
  return left.voiceConnectorId < right.voiceConnectorId ? -1 : 1;
}

/** The Voice Connectors that share a group, and thus the customer's network, with this one. */
function sharedMembersOf(
  { voiceConnectorId }: VoiceConnectorObservation,
  { groupsOf, connectors }: Account,
): readonly VoiceConnectorObservation[] {
  const ids = (groupsOf.get(voiceConnectorId) ?? []).flatMap(({ items }) => items.map((item) => item.voiceConnectorId));
  return [...new Set(ids)].flatMap((id) => (id === voiceConnectorId ? [] : (connectors.get(id) ?? [])));
}

function minutesOf({ inbound }: VoiceConnectorObservation): readonly Minute[] {
  return inbound.kind === 'read' ? inbound.minutes : [];
}

function judgeGroup(
  group: VoiceConnectorGroup,
  account: Account,
  regions: ReadonlyMap<string, RegionJudgement>,
  policy: GroupPolicy,
): ConnectorVerdicts {
  const { observedAt, connectors } = account;
  const until = judgedUntil(observedAt, policy);
  const members = inOrder(group.items).flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []);
  const primary = primaryOf(group);
  const verdicts = new Map<string, Verdict>();
  for (const connector of members) {
    const { voiceConnectorId, region } = connector;
    const expectsCalls = voiceConnectorId === primary;
    const calls = callsInGroup(connector, { group, connectors }, until, policy);
    const others = minutesOfOthers(connector, { group, connectors });
    const alone = judgeConnector(connector, { observedAt, policy, calls, expectsCalls, others });
    const pooled = withRegion(alone, calls, region === undefined ? undefined : regions.get(region), policy);
    verdicts.set(voiceConnectorId, expectsCalls ? withReroutedCalls(pooled, group, account, policy) : pooled);
  }
  return verdicts;
}
