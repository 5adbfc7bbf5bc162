/** What an inventory of proxy sessions has to say of a Voice Connector beside its counts. */
import { minuteMs, type ConnectorVerdicts, type EpochMs, type VoiceConnectorGroup } from '../core/model/model.ts';
import { formatDuration } from '../core/model/format.ts';
import type { ListedConnector, ProxySession, ProxySessionStatus, SessionsReading } from '../ports.ts';
import type { connectorFindingCodes } from '../core/model/session-codes.ts';

export type ConnectorFinding = {
  readonly code: (typeof connectorFindingCodes)[number];
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

const listed = (reading: SessionsReading): readonly ProxySession[] =>
  reading.kind === 'listed' ? reading.sessions : [];

/** Those that a caller may still be in, or come back to. */
export const liveSessions = ({ readings }: ReadSessions): readonly ProxySession[] => [
  ...listed(readings.Open),
  ...listed(readings.InProgress),
];

export const findingsOn = (read: ReadSessions, standing: Standing): readonly ConnectorFinding[] =>
  liveSessions(read).length === 0
    ? []
    : [
        ...outlivingExpiry(liveSessions(read), standing.observedAt),
        ...notOnTop(read, standing.groups),
        ...unhealthyConnector(read, standing),
      ];

/**
 * AWS documents `ExpiryMinutes` as the minutes "allowed for the proxy session", lets an update set it anew, and does not say whether
 * they count from the creation or from the update. The later of the two accuses no session that AWS may rightly have kept.
 */
const outlivingExpiry = (live: readonly ProxySession[], observedAt: EpochMs): readonly ConnectorFinding[] => {
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
};

const counted = ({ readings }: ReadSessions): string =>
  `${listed(readings.Open).length} Open and ${listed(readings.InProgress).length} InProgress sessions`;

const named = ({ voiceConnectorGroupId, name }: VoiceConnectorGroup): string => `${voiceConnectorGroupId} (${name})`;

const isMember = ({ items }: VoiceConnectorGroup, id: string): boolean =>
  items.some(({ voiceConnectorId }) => voiceConnectorId === id);

/** Whom a group's calls are offered to first: all that share the best priority, and where calls go by no priority everyone. */
const firstChoicesOf = ({ items, callDistributionType }: VoiceConnectorGroup): readonly string[] => {
  const goesByPriority = (callDistributionType ?? 'PriorityWeightedDistribution') === 'PriorityWeightedDistribution';
  const best = Math.min(...items.map(({ priority }) => priority ?? Infinity));
  return items
    .filter(({ priority }) => !goesByPriority || (priority ?? Infinity) === best)
    .map(({ voiceConnectorId }) => voiceConnectorId);
};

/** One that is the first choice of any of its groups is where it should be; one in no group has no order to be compared with. */
const notOnTop = (read: ReadSessions, groups: readonly VoiceConnectorGroup[]): readonly ConnectorFinding[] => {
  const id = read.connector.voiceConnectorId;
  const own = groups.filter((group) => isMember(group, id)).map((group) => ({ group, first: firstChoicesOf(group) }));
  if (own.length === 0 || own.some(({ first }) => first.includes(id))) return [];
  const order = own.map(({ group, first }) => `${named(group)} tries ${first.join(', ')} first`).join('; ');
  return [{ code: 'not-on-top', reason: `${counted(read)}, while ${order}` }];
};

const unhealthyConnector = (read: ReadSessions, { groups, verdicts }: Standing): readonly ConnectorFinding[] => {
  const id = read.connector.voiceConnectorId;
  const bad = groups.flatMap((group) => {
    const verdict = verdicts.get(group.voiceConnectorGroupId)?.get(id);
    return verdict?.health === 'unhealthy'
      ? [`by the policy of ${named(group)} it is unhealthy: ${verdict.reason}`]
      : [];
  });
  const [first] = bad;
  return first === undefined ? [] : [{ code: 'unhealthy-connector', reason: `${counted(read)}, while ${first}` }];
};
