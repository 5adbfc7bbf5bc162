/** The inventory of proxy sessions: counts per Voice Connector and status, and findings. No failover waits for it. */
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

type CheckedSessions = { readonly read: ReadSessions; readonly findings: readonly ConnectorFinding[] };

/** @throws InvalidInputError when the trigger names a group that no control Region lists */
export async function takeInventory(
  ports: SessionsPorts,
  policy: Policy,
  { trigger, ...request }: RunRequest,
  signals: Signals,
): Promise<SessionsResult> {
  const observedAt = ports.clock();
  const identity: RunIdentity = { ...request, observedAt, policyHash: policy.hash };
  const inventory = await ports.groups.list(signals.work);
  const all = await pMap(
    requestedConnectors(trigger, inventory),
    (connector) => readSessions(ports, connector, signals.work),
    { concurrency: connectorsAtOnce },
  );
  const health = await judgeOccupiedGroups(occupiedAmong(all), inventory, policy, ports, observedAt, signals.work);
  const basis = { observedAt, groups: inventory.groups, verdicts: health.verdicts };
  const checked = all.map((each): CheckedSessions => ({ read: each, findings: findingsOn(each, basis) }));
  const unsupported = unsupportedAmong(all);
  const readProblems = [...inventory.problems, ...health.problems, ...all.flatMap(failedReadings)];
  const dailyReport = isDailyReportDue(trigger, observedAt) ? unsupported : undefined;
  const events = eventsOf(checked, dailyReport, identity, ports.clock());
  const problems = [...readProblems, ...(await publishEvents(ports, events, signals))];
  return sessionsResult({
    identity,
    trigger,
    connectors: all.map(countsOf),
    findings: allFindings(checked, unsupported),
    problems: [...problems, ...(await publishFailures(ports, identity, problems, signals))],
  });
}

async function publishFailures(
  ports: SessionsPorts,
  identity: RunIdentity,
  problems: readonly Problem[],
  signals: Signals,
): Promise<readonly Problem[]> {
  if (problems.length === 0) return [];
  return publishEvents(ports, [runFailedEvent(identity, ports.clock(), problems)], signals);
}

/** The members of the group that the trigger names; by default every Voice Connector, in a group or not. */
function requestedConnectors(trigger: Trigger, inventory: Inventory): readonly ListedConnector[] {
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

/** That AWS has ended the feature is an answer. That AWS does not answer is a problem. */
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
  checked: readonly CheckedSessions[],
  unsupported: Unsupported | undefined,
  identity: RunIdentity,
  at: EpochMs,
): readonly AuditEvent[] {
  const inventories = checked
    .filter(({ read }) => !isUnsupported(read))
    .map(({ read, findings }) => {
      const data = { ...countsOf(read), findings };
      const counts = Object.values(data.sessions).map((each) =>
        each.answer === 'listed' ? `${each.count}` : each.answer,
      );
      const subject = [data.voiceConnectorId, ...counts, ...findings.map(({ code }) => code)];
      return auditEvent(identity, at, 'Proxy Session Inventory', subject, data);
    });
  if (unsupported === undefined) return inventories;
  const subject = unsupported.answers.map(({ answer, voiceConnectors }) => `${answer}: ${voiceConnectors}`);
  const dayIdentity = { ...identity, observedAt: dayOf(identity.observedAt) };
  return [...inventories, auditEvent(dayIdentity, at, 'Proxy Sessions Unsupported', subject, unsupported)];
}

function allFindings(
  checked: readonly CheckedSessions[],
  unsupported: Unsupported | undefined,
): readonly SessionFinding[] {
  const connectorFindings = checked.flatMap(({ read: { connector }, findings }) =>
    findings.map(({ code, reason }) => ({ code, voiceConnectorId: connector.voiceConnectorId, reason })),
  );
  if (unsupported === undefined) return connectorFindings;
  const { code, reason } = unsupported;
  return [...connectorFindings, { code, voiceConnectorId: undefined, reason }];
}
