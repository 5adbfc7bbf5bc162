/** What an inventory of proxy sessions has to say of a Voice Connector beside its counts. */
import type { ConnectorVerdicts } from '../core/model/verdict.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { formatDuration } from '../core/model/format.ts';
import type { ListedConnector, ProxySession, ProxySessionStatus, SessionsReading } from '../ports.ts';
import type { ConnectorFindingCode } from '../core/model/codes.ts';

export type ConnectorFinding = {
  readonly code: ConnectorFindingCode;
  /** The numbers that were compared. */
  readonly reason: string;
};

/** The proxy sessions of one Voice Connector as AWS answered for them. */
export type ReadSessions = {
  readonly connector: ListedConnector;
  readonly readings: Readonly<Record<ProxySessionStatus, SessionsReading>>;
};

/** What the sessions are compared with. */
export type Standing = {
  readonly observedAt: EpochMs;
  readonly groups: readonly VoiceConnectorGroup[];
  /** By group id, where its members were judged. */
  readonly verdicts: ReadonlyMap<string, ConnectorVerdicts>;
};

function listed(reading: SessionsReading): readonly ProxySession[] {
  return reading.kind === 'listed' ? reading.sessions : [];
}

/** Those that a caller may still be in, or come back to. */
export function liveSessions({ readings }: ReadSessions): readonly ProxySession[] {
  return [...listed(readings.Open), ...listed(readings.InProgress)];
}

export function findingsOn(read: ReadSessions, standing: Standing): readonly ConnectorFinding[] {
  return liveSessions(read).length === 0
    ? []
    : [
        ...outlivingExpiry(liveSessions(read), standing.observedAt),
        ...notOnTop(read, standing.groups),
        ...unhealthyConnector(read, standing),
      ];
}

/**
 * AWS documents `ExpiryMinutes` as the minutes "allowed for the proxy session", lets an update set it anew, and does not say whether
 * they count from the creation or from the update. The later of the two accuses no session that AWS may rightly have kept.
 */
function outlivingExpiry(live: readonly ProxySession[], observedAt: EpochMs): readonly ConnectorFinding[] {
  const outliving = live
    .flatMap(({ proxySessionId, createdAt, updatedAt, expiryMinutes }) => {
      const since = Math.max(createdAt ?? -Infinity, updatedAt ?? -Infinity);
      if (expiryMinutes === undefined || since === -Infinity) return [];
      return { proxySessionId, expiryMinutes, beyondMs: observedAt - since - expiryMinutes * minuteMs };
    })
    .filter(({ beyondMs }) => beyondMs > 0)
    .sort((left, right) => right.beyondMs - left.beyondMs);
  const [longest] = outliving;
  if (longest === undefined) return [];
  const worst = `${longest.proxySessionId} by ${formatDuration(longest.beyondMs)}, ExpiryMinutes ${longest.expiryMinutes}`;
  const reason = `${outliving.length} of ${live.length} Open and InProgress sessions outlive their ExpiryMinutes since they were last updated; longest ${worst}`;
  return [{ code: 'outliving-expiry', reason }];
}

function counted({ readings }: ReadSessions): string {
  return `${listed(readings.Open).length} Open and ${listed(readings.InProgress).length} InProgress sessions`;
}

function named({ voiceConnectorGroupId, name }: VoiceConnectorGroup): string {
  return `${voiceConnectorGroupId} (${name})`;
}

function isMember({ items }: VoiceConnectorGroup, id: string): boolean {
  return items.some(({ voiceConnectorId }) => voiceConnectorId === id);
}

/** Whom a group's calls are offered to first: all that share the best priority, and where calls go by no priority everyone. */
function firstChoicesOf({ items, callDistributionType }: VoiceConnectorGroup): readonly string[] {
  const goesByPriority = (callDistributionType ?? 'PriorityWeightedDistribution') === 'PriorityWeightedDistribution';
  const best = Math.min(...items.map(({ priority }) => priority ?? Infinity));
  return items
    .filter(({ priority }) => !goesByPriority || (priority ?? Infinity) === best)
    .map(({ voiceConnectorId }) => voiceConnectorId);
}

/** One that is the first choice of any of its groups is where it should be; one in no group has no order to be compared with. */
function notOnTop(read: ReadSessions, groups: readonly VoiceConnectorGroup[]): readonly ConnectorFinding[] {
  const id = read.connector.voiceConnectorId;
  const own = groups.filter((group) => isMember(group, id)).map((group) => ({ group, first: firstChoicesOf(group) }));
  if (own.length === 0 || own.some(({ first }) => first.includes(id))) return [];
  const order = own.map(({ group, first }) => `${named(group)} tries ${first.join(', ')} first`).join('; ');
  return [{ code: 'not-on-top', reason: `${counted(read)}, while ${order}` }];
}

function unhealthyConnector(read: ReadSessions, { groups, verdicts }: Standing): readonly ConnectorFinding[] {
  const id = read.connector.voiceConnectorId;
  const bad = groups.flatMap((group) => {
    const verdict = verdicts.get(group.voiceConnectorGroupId)?.get(id);
    return verdict?.health === 'unhealthy'
      ? [`by the policy of ${named(group)} it is unhealthy: ${verdict.reason}`]
      : [];
  });
  const [first] = bad;
  return first === undefined ? [] : [{ code: 'unhealthy-connector', reason: `${counted(read)}, while ${first}` }];
}
