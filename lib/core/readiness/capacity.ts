/** Checks whether a standby's Region may carry the calls of a failover beside its own: AWS throttles what exceeds the quota. Pure. */
import { formatDuration, formatPercent } from '../model/format.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { MetricsReading } from '../model/observation.ts';
import { primaryOf } from '../model/priorities.ts';
import { hourMs, type EpochMs } from '../model/time.ts';
import { checkOf, type CheckResult } from './check.ts';
import type { CheckedMember } from './metrics.ts';

const on = {
  capacity: checkOf('capacity'),
};

/** https://docs.aws.amazon.com/general/latest/gr/chime-sdk.html: Voice Connector active calls, per account and Region. */
const defaultQuota = 10;

const warningPercent = 80;

/** Two whole weeks have the busiest hour of the week twice. CloudWatch keeps values of a minute for 15 days. */
export const callHistoryDays = 14;

export type CallHistory = {
  /** By Voice Connector id, the most `InboundCallsActive` and `OutboundCallsActive` of each hour of the past fortnight. */
  readonly hours: ReadonlyMap<string, MetricsReading>;
  /** By group id, when the monitor changed its order; nothing where the record is unreadable. */
  readonly changedAt: ReadonlyMap<string, readonly EpochMs[]>;
};

export type CapacityFacts = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  /** The members of `group` in the order in which calls try them. */
  readonly members: readonly CheckedMember[];
  /** Every group of the account. */
  readonly groups: readonly VoiceConnectorGroup[];
  /** By id, the Region of every Voice Connector of the account, in a group or not: the quota is the account's. */
  readonly connectorRegions: ReadonlyMap<string, string>;
  /** Whether every control Region listed all its groups and Voice Connectors. */
  readonly isListingComplete: boolean;
  readonly callHistory: CallHistory;
  /** The policy's `activeCallsQuota`. */
  readonly activeCallsQuota: ReadonlyMap<string, number>;
};

/** A load-balanced group has no primary whose calls would move. */
export function capacity(facts: CapacityFacts): readonly CheckResult[] {
  const [primary, ...standbys] = facts.members;
  if (primary === undefined || isLoadBalanced(facts.group)) return [];
  const byRegion = [...Map.groupBy(standbys, ({ region }) => region)];
  return on.capacity.merge(
    byRegion.map(([region, some]) => {
      const ids = some.map(({ voiceConnectorId }) => voiceConnectorId);
      return capacityIn(region, ids, primary, facts);
    }),
  );
}

function isLoadBalanced({ callDistributionType }: VoiceConnectorGroup): boolean {
  return callDistributionType === 'LoadBalancedDistribution';
}

function capacityIn(
  region: string | undefined,
  standbys: readonly string[],
  { voiceConnectorId: primary, region: primaryRegion }: CheckedMember,
  facts: CapacityFacts,
): CheckResult {
  if (primaryRegion === undefined) return regionUnknown([primary]);
  if (region === undefined) return regionUnknown(standbys);
  if (region === primaryRegion) {
    return on.capacity.pass(`a failover to ${standbys.join(', ')} adds no calls to ${region}, which carries them now`);
  }
  const together = facts.groups.filter((group) => failsOver(group, primaryRegion, region, facts));
  const moves: readonly Move[] = [
    { what: `the calls of ${primary}`, groups: [facts.group] },
    ...(together.length > 1
      ? [{ what: `all ${together.length} groups of ${primaryRegion} together`, groups: together }]
      : []),
  ];
  const unknown = unknownCalls(region, primary, moves, facts);
  return unknown === undefined ? compare(region, moves, facts) : on.capacity.unproven(unknown);
}

function regionUnknown(ids: readonly string[]): CheckResult {
  return on.capacity.unproven(ids.map((id) => `${id}: its Region is unknown`).join('; '));
}

/** Whether a group's calls are in one Region and may move to another one. */
function failsOver(group: VoiceConnectorGroup, from: string, to: string, { connectorRegions }: CapacityFacts): boolean {
  const isIn = (id: string, region: string): boolean => connectorRegions.get(id) === region;
  const primary = primaryOf(group);
  if (primary === undefined || isLoadBalanced(group)) return false;
  return isIn(primary, from) && group.items.some(({ voiceConnectorId }) => isIn(voiceConnectorId, to));
}

/** The groups whose calls arrive at the same time. */
type Move = { readonly what: string; readonly groups: readonly VoiceConnectorGroup[] };

function connectorsIn(region: string, { connectorRegions }: CapacityFacts): readonly string[] {
  return [...connectorRegions].flatMap(([id, own]) => (own === region ? [id] : []));
}

/** Two groups may have the same primary, whose calls count once. */
function primariesOf({ groups }: Move): readonly string[] {
  return [...new Set(groups.flatMap((group) => primaryOf(group) ?? []))];
}

/** Why the numbers that must be compared are not known. A Region without any calls is idle; a primary without any may lack its metrics. */
function unknownCalls(
  region: string,
  primary: string,
  moves: readonly Move[],
  facts: CapacityFacts,
): string | undefined {
  if (!facts.isListingComplete) {
    return `not every control Region returned its list, so the calls of ${region} are not known in full`;
  }
  const ids = new Set([...moves.flatMap(primariesOf), ...connectorsIn(region, facts)]);
  const unread = [...ids].sort().flatMap((id) => {
    const reading = facts.callHistory.hours.get(id);
    if (reading?.kind === 'read') return [];
    return [reading === undefined ? `${id} not requested` : `${id} ${reading.kind}: ${reading.message}`];
  });
  if (unread.length > 0) return `the active calls of ${callHistoryDays} days cannot be read: ${unread.join('; ')}`;
  return moves.every((move) => arrivingCalls(move, facts).size > 0)
    ? undefined
    : `no active calls of ${primary} were published in ${callHistoryDays} days, so what a failover adds to ${region} is unknown`;
}

/**
 * The hours in which the calls of a primary count as calls of the standby's Region. While calls move, one hour has them both on the Voice
 * Connector that they leave and on the one that they arrive at, and in the next hour the last of them end: added, they would count twice,
 * and every weekly drill would fail the check.
 */
function hoursOfMoves(primary: string, { groups }: Move, { callHistory }: CapacityFacts): ReadonlySet<EpochMs> {
  const changes = groups
    .filter((group) => primaryOf(group) === primary)
    .flatMap(({ voiceConnectorGroupId }) => callHistory.changedAt.get(voiceConnectorGroupId) ?? []);
  return new Set(changes.map((at) => Math.floor(at / hourMs) * hourMs).flatMap((hour) => [hour, hour + hourMs]));
}

type CallsByHour = ReadonlyMap<EpochMs, number>;

/** The most calls that a Voice Connector carried at once in each hour. */
function callsOf(id: string, { callHistory }: CapacityFacts): CallsByHour {
  const reading = callHistory.hours.get(id);
  const hours = reading?.kind === 'read' ? reading.minutes : [];
  return new Map(
    hours.map(({ startsAt, InboundCallsActive: inbound = 0, OutboundCallsActive: outbound = 0 }) => [
      startsAt,
      inbound + outbound,
    ]),
  );
}

function sumOf(all: readonly CallsByHour[]): CallsByHour {
  const sums = new Map<EpochMs, number>();
  for (const [hour, calls] of all.flatMap((each) => [...each])) sums.set(hour, (sums.get(hour) ?? 0) + calls);
  return sums;
}

function arrivingCalls(move: Move, facts: CapacityFacts): CallsByHour {
  return sumOf(
    primariesOf(move).map((primary) => {
      const except = hoursOfMoves(primary, move, facts);
      return new Map([...callsOf(primary, facts)].filter(([hour]) => !except.has(hour)));
    }),
  );
}

type Load = { readonly arriving: number; readonly present: number; readonly total: number; readonly at: EpochMs };

/**
 * The hour of the past fortnight in which a failover would have led to the most calls. Hours are added and not the peaks of the fortnight,
 * because a group that failed over and back has a peak in either Region, of the same calls.
 */
function busiestHour(region: string, move: Move, facts: CapacityFacts): Load | undefined {
  const arrivingIn = arrivingCalls(move, facts);
  const presentIn = sumOf(connectorsIn(region, facts).map((id) => callsOf(id, facts)));
  return [...new Set([...arrivingIn.keys(), ...presentIn.keys()])]
    .map((at): Load => {
      const arriving = arrivingIn.get(at) ?? 0;
      const present = presentIn.get(at) ?? 0;
      return { arriving, present, total: arriving + present, at };
    })
    .sort((left, right) => right.total - left.total || right.at - left.at)[0];
}

function compare(region: string, moves: readonly Move[], facts: CapacityFacts): CheckResult {
  const stated = facts.activeCallsQuota.get(region);
  const quota = stated ?? defaultQuota;
  const loads = moves.flatMap((move) => {
    const load = busiestHour(region, move, facts);
    return load === undefined ? [] : [{ what: move.what, ...load }];
  });
  const sums = loads.map(
    ({ what, total, arriving, present, at }) =>
      `${what} would bring ${region} to ${total} of ${quota} active calls (${formatPercent(total / quota)}): ${arriving} arrive, ${present} are there, in the hour that began ${formatDuration(facts.observedAt - at)} ago`,
  );
  const source =
    stated === undefined
      ? `the default quota is ${quota}, and the policy states no other`
      : `the policy states ${quota}`;
  const sentence = `${sums.join('; ')}; ${source}; a sum is an upper bound, because the peaks within an hour may not coincide`;
  const most = Math.max(...loads.map(({ total }) => total));
  if (stated === undefined) {
    return most > quota ? on.capacity.warn(sentence, stateQuota(region, most)) : on.capacity.pass(sentence);
  }
  if (most > quota) return on.capacity.fail(sentence, raiseQuota(region, most));
  return most * 100 >= quota * warningPercent
    ? on.capacity.warn(sentence, raiseQuota(region, most))
    : on.capacity.pass(sentence);
}

function raiseQuota(region: string, most: number): string {
  return `Ask AWS to raise the quota of active calls in ${region} well above ${most} before the next failover, then set activeCallsQuota in policy.yml to the granted one and deploy: AWS throttles the calls beyond it`;
}

function stateQuota(region: string, most: number): string {
  return `Set activeCallsQuota in policy.yml to { ${region}: N }, N being the quota that AWS granted, and deploy. If it is the default of ${defaultQuota}, ask AWS to raise it well above ${most} first: AWS throttles the calls beyond it`;
}
