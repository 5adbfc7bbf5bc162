/**
 * Decides which Voice Connectors a run of the monitor reads. CloudWatch bills per metric requested, and a standby has no calls while its
 * group's primary is healthy: its metrics are read only where a decision may depend on them.
 */
import { callsOf } from '../judge/connector-calls.ts';
import { judgeConnector } from '../judge/connector.ts';
import { finestMinutes } from '../judge/likelihood.ts';
import { judgedUntil } from '../judge/readings.ts';
import type { GroupPolicy, PolicyOf } from '../model/group-policy.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { Observation } from '../model/observation.ts';
import type { OverrideState } from '../model/override.ts';
import { primaryOf } from '../model/priorities.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { orderOf } from './members.ts';

export type GroupToRead = {
  readonly group: VoiceConnectorGroup;
  readonly override: OverrideState;
  readonly policy: Pick<GroupPolicy, 'preferredOrder'>;
};

/** A change of the group stays of interest until the past hour no longer contains calls from before it. */
const recentChangeMs = (finestMinutes + 5) * minuteMs;

/** The members whose calls and audio are read before anything is known of them. */
export function membersReadFirst({ group, override, policy }: GroupToRead, observedAt: EpochMs): readonly string[] {
  const ids = group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  const primary = primaryOf(group);
  const preferred = policy.preferredOrder?.find((id) => ids.includes(id));
  const isPreferred = preferred === undefined || preferred === primary;
  const isOrdered = orderOf(group).kind === 'order';
  const isOverridden = override.kind !== 'none' && override.kind !== 'unreadable';
  const isChanged = group.updatedAt !== undefined && observedAt - group.updatedAt < recentChangeMs;
  return isOrdered && isPreferred && !isOverridden && !isChanged && primary !== undefined ? [primary] : ids;
}

/** By Voice Connector id. */
export type MemberReads = {
  readonly callsAndAudio: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
  /** The fortnight before and the response codes, of those with calls to compare. */
  readonly detail: ReadonlySet<string>;
};

/**
 * What the readings so far make necessary.
 *
 * @param suspects that are to be read whole
 * @param regionOf by Voice Connector id, also of those not observed yet
 */
export function furtherReads(
  observation: Observation,
  suspects: ReadonlySet<string>,
  regionOf: ReadonlyMap<string, string>,
  policyOf: PolicyOf,
): MemberReads {
  const callsAndAudio = new Set<string>();
  const calls = new Set<string>();
  const detail = new Set<string>([...suspects].filter((id) => hasCalls(id, observation)));
  // The other Voice Connectors of the Region may clear it.
  const suspectRegions = new Set([...suspects].map((id) => regionOf.get(id)));
  for (const group of observation.groups) {
    const ids = group.items.map(({ voiceConnectorId }) => voiceConnectorId);
    const isSuspect = ids.some((id) => suspects.has(id));
    const areNeeded = !isPrimaryHealthy(group, observation, policyOf(group));
    // Whether an idle primary's calls are rerouted depends on when it usually has calls.
    const areAllCompared = isSuspect && !hasCalls(primaryOf(group) ?? '', observation);
    for (const id of ids) {
      if (areAllCompared && observation.connectors.has(id)) detail.add(id);
      if (isSuspect) callsAndAudio.add(id);
      else if (areNeeded || suspectRegions.has(regionOf.get(id) ?? '')) calls.add(id);
    }
  }
  return { callsAndAudio, calls, detail };
}

function hasCalls(voiceConnectorId: string, { connectors }: Observation): boolean {
  const inbound = connectors.get(voiceConnectorId)?.inbound;
  return inbound?.kind === 'read' && inbound.minutes.some(({ InboundCallAttempts = 0 }) => InboundCallAttempts > 0);
}

/** By its own metrics. Otherwise the calls of the other members may show that AWS reroutes its calls. */
function isPrimaryHealthy(
  group: VoiceConnectorGroup,
  { observedAt, connectors }: Observation,
  policy: GroupPolicy,
): boolean {
  const primary = connectors.get(primaryOf(group) ?? '');
  if (primary === undefined) return false;
  const calls = callsOf(primary, judgedUntil(observedAt, policy), policy);
  const context = { observedAt, policy, calls, expectsCalls: true, others: [] };
  return judgeConnector(primary, context).health === 'healthy';
}
