/** What an inventory of proxy sessions answers: shape `sessions-result` version 1, described in docs/events.md. Times are ISO 8601. */
import type { EpochMs } from '../core/model/time.ts';
import type { Problem } from '../core/model/outcome.ts';
import { formatDuration } from '../core/model/format.ts';
import type { ProxySessionStatus } from '../ports.ts';
import type { RunIdentity } from '../events/event.ts';
import type { sessionFindingCodes } from '../core/model/codes.ts';
import type { SessionCount } from './count.ts';
import { table } from '../core/model/table.ts';
import type { Trigger } from '../input/trigger.ts';

export type ConnectorSessions = {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly sessions: Readonly<Record<ProxySessionStatus, SessionCount>>;
};

export type SessionFinding = {
  readonly code: (typeof sessionFindingCodes)[number];
  /** Absent where it is the whole account's. */
  readonly voiceConnectorId: string | undefined;
  readonly reason: string;
};

export type SessionsResult = {
  readonly shape: 'sessions-result';
  readonly version: 1;
  readonly runId: string;
  readonly trigger: Trigger;
  readonly observedAt: string;
  readonly outcome: 'succeeded' | 'failed';
  /** What follows, for a person to read. */
  readonly table: readonly string[];
  readonly connectors: readonly ConnectorSessions[];
  readonly findings: readonly SessionFinding[];
  readonly problems: readonly Problem[];
};

export function sessionsResult(inventory: {
  readonly identity: RunIdentity;
  readonly trigger: Trigger;
  readonly connectors: readonly ConnectorSessions[];
  readonly findings: readonly SessionFinding[];
  readonly problems: readonly Problem[];
}): SessionsResult {
  const { identity, trigger, connectors, findings, problems } = inventory;
  return {
    shape: 'sessions-result',
    version: 1,
    runId: identity.runId,
    trigger,
    observedAt: new Date(identity.observedAt).toISOString(),
    outcome: problems.length === 0 ? 'succeeded' : 'failed',
    table: [...counts(connectors, identity.observedAt), '', ...findingsTable(findings)],
    connectors,
    findings,
    problems,
  };
}

function counts(connectors: readonly ConnectorSessions[], observedAt: EpochMs): readonly string[] {
  return table([
    ['Voice Connector', 'Region', 'Open', 'InProgress', 'Closed', 'oldest Open'],
    ...connectors.map(({ voiceConnectorId, region, sessions: { Open, InProgress, Closed } }) => [
      voiceConnectorId,
      region,
      ...[Open, InProgress, Closed].map((each) => (each.answer === 'listed' ? String(each.count) : each.answer)),
      ageOf(Open, observedAt),
    ]),
  ]);
}

function ageOf(count: SessionCount, observedAt: EpochMs): string {
  return count.answer === 'listed' && count.oldestCreatedAt !== undefined
    ? formatDuration(observedAt - Date.parse(count.oldestCreatedAt))
    : '';
}

function findingsTable(findings: readonly SessionFinding[]): readonly string[] {
  return findings.length === 0
    ? ['no findings']
    : table([
        ['finding', 'Voice Connector', 'what was found'],
        ...findings.map(({ code, voiceConnectorId, reason }) => [code, voiceConnectorId ?? 'all', reason]),
      ]);
}
