/** Distinguishable events, for tests of their delivery. */
import { runFailedEvent } from '../../lib/audit/event-builders.ts';
import type { AuditEvent, RunIdentity } from '../../lib/events/event.ts';
import { now } from './account.ts';

export const identity: RunIdentity = {
  runId: 'turn-1',
  observedAt: now,
  policyHash: undefined,
  codeVersion: '1.2.3+abc',
  monitorRegion: 'us-east-1',
};

export function numberedEvents(count: number, message = 'no answer in time'): readonly AuditEvent[] {
  return Array.from({ length: count }, (_, number) =>
    runFailedEvent({ ...identity, runId: `turn-${number}` }, now, [{ doing: String(number), message }]),
  );
}

export function numberOf(data: unknown): number {
  return Number((data as { problems: readonly { doing: string }[] }).problems[0]?.doing);
}
