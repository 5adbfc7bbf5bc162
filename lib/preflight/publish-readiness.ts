/** Publishes the results of a preflight, compared with those of the previous run. */
import { auditEvent, runFailedEvent } from '../audit/event-builders.ts';
import { publishEvents } from '../audit/publish.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { type Problem } from '../core/model/outcome.ts';
import { type VoiceConnectorGroup } from '../core/model/group.ts';
import { readinessChange, type Readiness, type ReadinessChange } from '../core/readiness/check.ts';
import type { AuditEvent, RunIdentity } from '../events/event.ts';
import type { PastReadiness, PreflightPorts, Signals } from '../ports.ts';
import { summaryOf, type GroupReadiness } from './result.ts';

/** The interval of the schedule, half an hour, and 10 min for a late run. */
const previousRunMinutes = 40;

export async function readPreviousReadiness(
  { pastReadiness, log }: PreflightPorts,
  groups: readonly VoiceConnectorGroup[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<PastReadiness> {
  const ids = groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId);
  const reading = await pastReadiness(ids, observedAt - previousRunMinutes * minuteMs, observedAt, signal);
  if (reading.kind === 'unreadable') log.error('previous readiness check unreadable', { message: reading.message });
  return reading;
}

type PublishableReadiness = {
  readonly account: Readiness;
  readonly groups: readonly GroupReadiness[];
  readonly previousReadiness: PastReadiness;
  readonly controlRegions: readonly string[];
};

function failuresIn({ findings }: Readiness): number {
  return findings.filter(({ level }) => level === 'fail').length;
}

/** Publishes the telemetry that the alarms and the next run read, and one event for the account and each group. */
export async function publishReadiness(
  ports: PreflightPorts,
  identity: RunIdentity,
  { account, groups, previousReadiness, controlRegions }: PublishableReadiness,
  signals: Signals,
): Promise<readonly Problem[]> {
  const previous = previousReadiness.kind === 'read' ? previousReadiness : undefined;
  const accountFailures = failuresIn(account);
  if (accountFailures > 0) ports.telemetry.publish({ AccountReadinessFailures: accountFailures });
  const accountData = readinessData(account, readinessChange(previous?.account, accountFailures));
  const accountSubject = [...controlRegions, ...readinessSubject(accountData)];
  const accountEvent = auditEvent(identity, ports.clock(), 'Account Readiness Checked', accountSubject, {
    controlRegions,
    ...accountData,
  });
  const groupEvents = groups.map((group): AuditEvent => {
    const { voiceConnectorGroupId, name, controlRegion } = group;
    const failures = failuresIn(group);
    if (failures > 0) ports.telemetry.publish({ ReadinessFailures: failures }, voiceConnectorGroupId);
    const change = readinessChange(previous?.groups.get(voiceConnectorGroupId), failures);
    const data = { voiceConnectorGroupId, name, controlRegion, ...readinessData(group, change) };
    return auditEvent(
      identity,
      ports.clock(),
      'Readiness Checked',
      [voiceConnectorGroupId, ...readinessSubject(data)],
      data,
    );
  });
  const problems = await publishEvents(ports, [accountEvent, ...groupEvents], signals);
  if (problems.length === 0) return [];
  return [...problems, ...(await publishEvents(ports, [runFailedEvent(identity, ports.clock(), problems)], signals))];
}

/** Two preflights in the same minute state the same fact if the same checks fail and warn. */
function readinessSubject({ outcome, change, findings }: ReturnType<typeof readinessData>): readonly string[] {
  const notPassed = findings.filter(({ level }) => level !== 'pass');
  return [outcome, change, ...notPassed.map(({ check, level }) => `${check}: ${level}`)];
}

function readinessData(readiness: Readiness, change: ReadinessChange) {
  return {
    outcome: readiness.outcome,
    change,
    findings: readiness.findings,
    summary: summaryOf(readiness),
    unproven: readiness.unproven,
  };
}
