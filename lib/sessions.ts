/** The inventory of proxy sessions: how many there are, per Voice Connector and status. It holds up no failover. */
import pMap from 'p-map';
import { auditEvent, turnFailedEvent } from './audit.ts';
import type { Problem } from './core/model.ts';
import type { Inventory, ListedConnector, ProxySessionStatus, SessionsPorts, Signals } from './ports.ts';
import type { TurnIdentity } from './record/event.ts';
import { tell } from './recording.ts';
import { toCount, type SessionCount } from './session-count.ts';
import type { TurnRequest } from './turn.ts';
import { groupsAskedFor, type Trigger } from './trigger.ts';

const connectorsAtOnce = 5;

export type ConnectorSessions = {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly sessions: Readonly<Record<ProxySessionStatus, SessionCount>>;
};

/** Shape `sessions-result` version 1, described in docs/events.md. */
export type SessionsResult = {
  readonly shape: 'sessions-result';
  readonly version: 1;
  readonly turnId: string;
  readonly trigger: Trigger;
  readonly observedAt: string;
  readonly outcome: 'succeeded' | 'failed';
  readonly connectors: readonly ConnectorSessions[];
  readonly problems: readonly Problem[];
};

/** @throws InvalidInputError when asked for a group that no control Region lists */
export const takeInventory = async (
  ports: SessionsPorts,
  { trigger, ...who }: TurnRequest,
  signals: Signals,
): Promise<SessionsResult> => {
  const observedAt = ports.clock();
  const identity: TurnIdentity = { ...who, observedAt, policyHash: undefined };
  const inventory = await ports.groups.list(signals.work);
  const wanted = connectorsAskedFor(trigger, inventory);
  const count = (connector: ListedConnector) => countSessions(ports, connector, signals.work);
  const connectors = await pMap(wanted, count, { concurrency: connectorsAtOnce });
  const problems = [...inventory.problems, ...connectors.flatMap(failedReadings)];

  const events = connectors.map((connector) =>
    auditEvent(identity, ports.clock(), 'Proxy Session Inventory', [connector.voiceConnectorId], connector),
  );
  problems.push(...(await tell(ports, events, signals)));
  if (problems.length > 0) {
    problems.push(...(await tell(ports, [turnFailedEvent(identity, ports.clock(), problems)], signals)));
  }
  return {
    shape: 'sessions-result',
    version: 1,
    turnId: who.turnId,
    trigger,
    observedAt: new Date(observedAt).toISOString(),
    outcome: problems.length === 0 ? 'succeeded' : 'failed',
    connectors,
    problems,
  };
};

/** Asked for a group, only its members; else every Voice Connector, whether or not it is in a group. */
const connectorsAskedFor = (trigger: Trigger, inventory: Inventory): readonly ListedConnector[] => {
  const connectors = [...inventory.connectors.values()];
  if (trigger.kind !== 'manual' || trigger.groupId === undefined) return connectors;
  const groups = groupsAskedFor(trigger, inventory.groups, inventory.problems);
  const members = new Set(groups.flatMap(({ items }) => items.map(({ voiceConnectorId }) => voiceConnectorId)));
  return connectors.filter(({ voiceConnectorId }) => members.has(voiceConnectorId));
};

const countSessions = async (
  { sessions }: SessionsPorts,
  connector: ListedConnector,
  signal: AbortSignal,
): Promise<ConnectorSessions> => {
  const count = async (status: ProxySessionStatus) => toCount(await sessions.list(connector, status, signal));
  const [Open, InProgress, Closed] = await Promise.all([count('Open'), count('InProgress'), count('Closed')]);
  const { voiceConnectorId, region } = connector;
  return { voiceConnectorId, region, sessions: { Open, InProgress, Closed } };
};

/** AWS no longer having the feature is an answer; AWS not answering is a problem. */
const failedReadings = ({ voiceConnectorId, sessions }: ConnectorSessions): readonly Problem[] =>
  Object.entries(sessions).flatMap(([status, reading]) =>
    reading.answer === 'failed'
      ? [{ doing: `listing ${status} proxy sessions of ${voiceConnectorId}`, message: reading.message }]
      : [],
  );
