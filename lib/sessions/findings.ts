/** The findings of an inventory of proxy sessions on one Voice Connector, beside its counts. */
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { type ConnectorVerdicts } from '../core/model/verdict.ts';
import { type VoiceConnectorGroup } from '../core/model/group.ts';
import { formatDuration } from '../core/model/format.ts';
import type { ListedConnector, ProxySession, ProxySessionStatus, SessionsReading } from '../ports.ts';
import type { connectorFindingCodes } from '../core/model/codes.ts';

export type ConnectorFinding = {
  readonly code: (typeof connectorFindingCodes)[number];
  /** The numbers that were compared. */
  readonly reason: string;
};

/** The proxy sessions of one Voice Connector, as AWS listed them by status. */
export type ReadSessions = {
  readonly connector: ListedConnector;
  readonly readings: Readonly<Record<ProxySessionStatus, SessionsReading>>;
};

/** What the sessions are compared with. */
type SessionsBasis = {
  readonly observedAt: EpochMs;
  readonly groups: readonly VoiceConnectorGroup[];
  /** By group id; only groups whose members were judged. */
  readonly verdicts: ReadonlyMap<string, ConnectorVerdicts>;
};

function sessionsIn(reading: SessionsReading): readonly ProxySession[] {
  return reading.kind === 'listed' ? reading.sessions : [];
}

/** The sessions that a caller may still be in, or return to. */
export function liveSessions({ readings }: ReadSessions): readonly ProxySession[] {
  return [...sessionsIn(readings.Open), ...sessionsIn(readings.InProgress)];
}

export function findingsOn(read: ReadSessions, basis: SessionsBasis): readonly ConnectorFinding[] {
  return liveSessions(read).length === 0
    ? []
    : [
        ...pastExpiry(liveSessions(read), basis.observedAt),
        ...notOnPrimary(read, basis.groups),
        ...unhealthyConnector(read, basis),
      ];
}

/**
 * AWS documents `ExpiryMinutes` as the minutes "allowed for the proxy session", lets an update change it, and does not say whether they
 * count from the creation or from the update. Counting from the later one reports no session that AWS rightly keeps.
 */
function pastExpiry(live: readonly ProxySession[], observedAt: EpochMs): readonly ConnectorFinding[] {
  const expired = live
    .flatMap(({ proxySessionId, createdAt, updatedAt, expiryMinutes }) => {
      const since = Math.max(createdAt ?? -Infinity, updatedAt ?? -Infinity);
      if (expiryMinutes === undefined || since === -Infinity) return [];
      return { proxySessionId, expiryMinutes, beyondMs: observedAt - since - expiryMinutes * minuteMs };
    })
    .filter(({ beyondMs }) => beyondMs > 0)
    .sort((left, right) => right.beyondMs - left.beyondMs);
  const [longest] = expired;
  if (longest === undefined) return [];
  const worst = `${longest.proxySessionId} by ${formatDuration(longest.beyondMs)}, ExpiryMinutes ${longest.expiryMinutes}`;
  const reason = `${expired.length} of ${live.length} Open and InProgress sessions have exceeded ExpiryMinutes since their last update; longest ${worst}`;
  return [{ code: 'past-expiry', reason }];
}

function formatCounts({ readings }: ReadSessions): string {
  return `${sessionsIn(readings.Open).length} Open and ${sessionsIn(readings.InProgress).length} InProgress sessions`;
}

function formatGroup({ voiceConnectorGroupId, name }: VoiceConnectorGroup): string {
  return `${voiceConnectorGroupId} (${name})`;
}

function isMember({ items }: VoiceConnectorGroup, id: string): boolean {
  return items.some(({ voiceConnectorId }) => voiceConnectorId === id);
}

/** The members that calls try first: all with the best priority, or every member where calls do not go by priority. */
function primariesOf({ items, callDistributionType }: VoiceConnectorGroup): readonly string[] {
  const goesByPriority = (callDistributionType ?? 'PriorityWeightedDistribution') === 'PriorityWeightedDistribution';
  const best = Math.min(...items.map(({ priority }) => priority ?? Infinity));
  return items
    .filter(({ priority }) => !goesByPriority || (priority ?? Infinity) === best)
    .map(({ voiceConnectorId }) => voiceConnectorId);
}

/** The primary of any of its groups may have sessions; a Voice Connector in no group has no order to compare with. */
function notOnPrimary(read: ReadSessions, groups: readonly VoiceConnectorGroup[]): readonly ConnectorFinding[] {
  const id = read.connector.voiceConnectorId;
  const ownGroups = groups.filter((group) => isMember(group, id));
  const orders = ownGroups.map((group) => ({ group, primaries: primariesOf(group) }));
  if (orders.length === 0 || orders.some(({ primaries }) => primaries.includes(id))) return [];
  const order = orders
    .map(({ group, primaries }) => `${formatGroup(group)} tries ${primaries.join(', ')} first`)
    .join('; ');
  return [{ code: 'not-on-primary', reason: `${formatCounts(read)}, while ${order}` }];
}

function unhealthyConnector(read: ReadSessions, { groups, verdicts }: SessionsBasis): readonly ConnectorFinding[] {
  const id = read.connector.voiceConnectorId;
  const reasons = groups.flatMap((group) => {
    const verdict = verdicts.get(group.voiceConnectorGroupId)?.get(id);
    return verdict?.health === 'unhealthy'
      ? [`it is unhealthy by the policy of ${formatGroup(group)}: ${verdict.reason}`]
      : [];
  });
  const [reason] = reasons;
  return reason === undefined
    ? []
    : [{ code: 'unhealthy-connector', reason: `${formatCounts(read)}, while ${reason}` }];
}
