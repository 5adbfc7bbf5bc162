/** What the proxy sessions of one Voice Connector in one status come to: a count, or AWS's answer instead of one. */
import type { SessionsReading } from '../ports.ts';

export type SessionCount =
  | { readonly answer: 'listed'; readonly count: number; readonly oldestCreatedAt: string | undefined }
  | { readonly answer: Exclude<SessionsReading['kind'], 'listed'>; readonly message: string };

export function toCount(reading: SessionsReading): SessionCount {
  if (reading.kind !== 'listed') return { answer: reading.kind, message: reading.message };
  const created = reading.sessions.flatMap(({ createdAt }) => createdAt ?? []);
  const oldest = created.length === 0 ? undefined : new Date(Math.min(...created)).toISOString();
  return { answer: 'listed', count: reading.sessions.length, oldestCreatedAt: oldest };
}
