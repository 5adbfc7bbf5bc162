/** Judges the primary of a group by calls that AWS reroutes from it to other members. */
import { inboundCalls, type CallCount } from './call-counts.ts';
import { slotMinutes, slotMs, slotOf, slotsPerDay } from './past-calls.ts';
import { judgedUntil } from './readings.ts';
import { spillOver } from './spill-over.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Observation, VoiceConnectorObservation } from '../model/observation.ts';
import type { Verdict } from '../model/verdict.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { inOrder, primaryOf } from '../model/priorities.ts';
import type { EpochMs } from '../model/time.ts';

/** An observation, and the groups that each Voice Connector is a member of. */
export type Account = Observation & { readonly groupsOf: ReadonlyMap<string, readonly VoiceConnectorGroup[]> };

export function accountOf(observation: Observation): Account {
  const groupsOf = new Map<string, VoiceConnectorGroup[]>();
  for (const group of observation.groups) {
    for (const voiceConnectorId of new Set(group.items.map((item) => item.voiceConnectorId))) {
      const groups = groupsOf.get(voiceConnectorId);
      if (groups === undefined) groupsOf.set(voiceConnectorId, [group]);
      else groups.push(group);
    }
  }
  return { ...observation, groupsOf };
}

/** The verdict on the primary where its own metrics leave its health unknown: rerouted calls prove that it cannot be reached. */
export function withReroutedCalls(
  verdict: Verdict,
  group: VoiceConnectorGroup,
  account: Account,
  policy: GroupPolicy,
): Verdict {
  return verdict.health === 'unknown'
    ? (reroutedFrom(verdict.cause === 'idle', group, account, policy) ?? verdict)
    : verdict;
}

/** @param isIdle whether the primary is observed to be idle */
export function reroutedFrom(
  isIdle: boolean,
  group: VoiceConnectorGroup,
  { observedAt, connectors, groupsOf }: Account,
  policy: GroupPolicy,
): Verdict | undefined {
  const [primary, ...rest] = inOrder(group.items).flatMap(
    ({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? [],
  );
  if (primary === undefined) return undefined;
  const others = rest.filter(({ voiceConnectorId }) =>
    (groupsOf.get(voiceConnectorId) ?? []).every((other) => mayRerouteFrom(primary, voiceConnectorId, other, isIdle)),
  );
  const until = judgedUntil(observedAt, policy);
  return spillOver({
    primary: primary.inbound.kind === 'read' ? inboundCalls(primary.inbound.minutes) : undefined,
    others: others.flatMap(callsIn),
    usualOfPrimary: () => usualCallsPerMinute(primary, until),
    busiestOfOthers: () => busiestCallsPerMinute(others, until),
    changedAt: group.updatedAt,
    until,
    policy,
  });
}

/**
 * Whether calls on a member of this group may come from our primary. The primary of another group has calls of its own. A standby gets calls
 * when the primary of its group fails: that is ours, or another; unless ours is observed to be idle, calls from another prove nothing about it.
 */
function mayRerouteFrom(
  { voiceConnectorId: ours }: VoiceConnectorObservation,
  member: string,
  group: VoiceConnectorGroup,
  isIdle: boolean,
): boolean {
  const primary = primaryOf(group);
  return primary === ours || (isIdle && primary !== member);
}

function callsIn({ inbound }: VoiceConnectorObservation): readonly CallCount[] {
  return inbound.kind === 'read' ? inboundCalls(inbound.minutes) : [];
}

/** The median of the same half hour of the day on the past days. */
function usualCallsPerMinute({ history }: VoiceConnectorObservation, until: EpochMs): number | undefined {
  if (history?.kind !== 'read') return undefined;
  const attempts = inboundCalls(history.minutes)
    .filter(
      ({ startsAt }) => slotOf(startsAt) % slotsPerDay === slotOf(until) % slotsPerDay && startsAt + slotMs <= until,
    )
    .map((slot) => slot.attempts)
    .sort((left, right) => left - right);
  const median = attempts[Math.floor(attempts.length / 2)];
  return median === undefined ? undefined : median / slotMinutes;
}

/** Half hours in which the calls that are judged may have begun to arrive. */
const newestSlots = 2;

function busiestCallsPerMinute(others: readonly VoiceConnectorObservation[], until: EpochMs): number | undefined {
  const histories = others.flatMap(({ history }) => (history?.kind === 'read' ? [history] : []));
  if (histories.length === 0) return undefined;
  const bySlot = Map.groupBy(
    histories.flatMap(({ minutes }) => inboundCalls(minutes)),
    ({ startsAt }) => slotOf(startsAt),
  );
  const sums = [...bySlot]
    .filter(([slot]) => slot < slotOf(until) - newestSlots)
    .map(([, calls]) => calls.reduce((sum, { attempts }) => sum + attempts, 0));
  return Math.max(0, ...sums) / slotMinutes;
}
