/** The inventory of proxy sessions: how many there are, per Voice Connector and status, and which should not be. It holds up no failover. */
import pMap from 'p-map';
import { auditEvent, runFailedEvent } from '../audit/event-builders.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { Policy } from '../input/policy.ts';
import type { Inventory, ListedConnector, ProxySessionStatus, SessionsPorts, Signals } from '../ports.ts';
import type { AuditEvent, RunIdentity } from '../events/event.ts';
import { publishEvents } from '../audit/publish.ts';
import { toCount } from './count.ts';
import { findingsOn, liveSessions, type ConnectorFinding, type ReadSessions } from './findings.ts';
import { judgeOccupiedGroups } from './health.ts';
import { sessionsResult, type ConnectorSessions, type SessionFinding, type SessionsResult } from './result.ts';
import type { RunRequest } from '../context.ts';
import { requestedGroups, type Trigger } from '../input/trigger.ts';
import { dayOf, isDailyReportDue, isUnsupported, unsupportedAmong, type Unsupported } from './unsupported.ts';

const connectorsAtOnce = 5;

/** What was read of one Voice Connector, and found. */
type Found = { readonly read: ReadSessions; readonly findings: readonly ConnectorFinding[] };

/** @throws InvalidInputError when asked for a group that no control Region lists */
export async function takeInventory(
  ports: SessionsPorts,
  policy: Policy,
  { trigger, ...who }: RunRequest,
  signals: Signals,
): Promise<SessionsResult> {
  const observedAt = ports.clock();
  const identity: RunIdentity = { ...who, observedAt, policyHash: policy.hash };
  const inventory = await ports.groups.list(signals.work);
  const wanted = connectorsAskedFor(trigger, inventory);
  const read = (connector: ListedConnector) => readSessions(ports, connector, signals.work);
  const all = await pMap(wanted, read, { concurrency: connectorsAtOnce });
  const health = await judgeOccupiedGroups(occupiedAmong(all), inventory, policy, ports, observedAt, signals.work);
  const standing = { observedAt, groups: inventory.groups, verdicts: health.verdicts };
  const found = all.map((each): Found => ({ read: each, findings: findingsOn(each, standing) }));
  const unsupported = unsupportedAmong(all);
  const problems = [...inventory.problems, ...health.problems, ...all.flatMap(failedReadings)];

  const news = isDailyReportDue(trigger, observedAt) ? unsupported : undefined;
  problems.push(...(await publishEvents(ports, eventsOf(found, news, identity, ports.clock()), signals)));
  if (problems.length > 0) {
    problems.push(...(await publishEvents(ports, [runFailedEvent(identity, ports.clock(), problems)], signals)));
  }
  const connectors = found.map(({ read }) => countsOf(read));
  return sessionsResult({ identity, trigger, connectors, findings: allFindings(found, unsupported), problems });
}

/** Asked for a group, only its members; else every Voice Connector, whether or not it is in a group. */
function connectorsAskedFor(trigger: Trigger, inventory: Inventory): readonly ListedConnector[] {
  const connectors = [...inventory.connectors.values()];
  if (trigger.kind !== 'manual' || trigger.groupId === undefined) return connectors;
  const groups = requestedGroups(trigger, inventory.groups, inventory.problems);
  const members = new Set(groups.flatMap(({ items }) => items.map(({ voiceConnectorId }) => voiceConnectorId)));
  return connectors.filter(({ voiceConnectorId }) => members.has(voiceConnectorId));
}

async function readSessions(
  { sessions }: SessionsPorts,
  connector: ListedConnector,
  signal: AbortSignal,
): Promise<ReadSessions> {
  const list = (status: ProxySessionStatus) => sessions.list(connector, status, signal);
  const [Open, InProgress, Closed] = await Promise.all([list('Open'), list('InProgress'), list('Closed')]);
  return { connector, readings: { Open, InProgress, Closed } };
}

function occupiedAmong(all: readonly ReadSessions[]): ReadonlySet<string> {
  return new Set(
    all.filter((read) => liveSessions(read).length > 0).map(({ connector }) => connector.voiceConnectorId),
  );
}

/** AWS no longer having the feature is an answer; AWS not answering is a problem. */
function failedReadings({ connector, readings }: ReadSessions): readonly Problem[] {
  return Object.entries(readings).flatMap(([status, reading]) =>
    reading.kind === 'failed'
      ? [{ doing: `listing ${status} proxy sessions of ${connector.voiceConnectorId}`, message: reading.message }]
      : [],
  );
}

function countsOf({ connector, readings: { Open, InProgress, Closed } }: ReadSessions): ConnectorSessions {
  const { voiceConnectorId, region } = connector;
  return {
    voiceConnectorId,
    region,
    sessions: { Open: toCount(Open), InProgress: toCount(InProgress), Closed: toCount(Closed) },
  };
}

function eventsOf(
  found: readonly Found[],
  unsupported: Unsupported | undefined,
  identity: RunIdentity,
  at: EpochMs,
): readonly AuditEvent[] {
  const inventories = found
    .filter(({ read }) => !isUnsupported(read))
    .map(({ read, findings }) => {
      const data = { ...countsOf(read), findings };
      return auditEvent(identity, at, 'Proxy Session Inventory', [data.voiceConnectorId], data);
    });
  if (unsupported === undefined) return inventories;
  const ofTheDay = { ...identity, observedAt: dayOf(identity.observedAt) };
  return [...inventories, auditEvent(ofTheDay, at, 'Proxy Sessions Unsupported', [], unsupported)];
}

function allFindings(found: readonly Found[], unsupported: Unsupported | undefined): readonly SessionFinding[] {
  const ofConnectors = found.flatMap(({ read: { connector }, findings }) =>
    findings.map(({ code, reason }) => ({ code, voiceConnectorId: connector.voiceConnectorId, reason })),
  );
  if (unsupported === undefined) return ofConnectors;
  const { code, reason } = unsupported;
  return [...ofConnectors, { code, voiceConnectorId: undefined, reason }];
}
