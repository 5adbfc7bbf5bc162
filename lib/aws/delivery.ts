/** Sends events in batches to a service that returns 200 even if some entries of a batch failed. */
import type { AuditEvent } from '../events/event.ts';
import type { UndeliveredEvent } from '../ports.ts';
import { limited } from './client.ts';
import { refusalOf } from './refusal.ts';

/** What EventBridge and SQS both accept in one call. Their newer limit of 1 MB is not in every Region yet. */
const maxEntries = 10;
const maxBytes = 256 * 1024;

const maxAttempts = 3;
const firstPauseMs = 200;

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** An event and the size of its entry in a batch. */
export type BatchEntry = { readonly event: AuditEvent; readonly bytes: number };

/** An entry that the service did not accept. If the failure is transient, a retry may succeed. */
export type FailedEntry<Entry extends BatchEntry> = {
  readonly entry: Entry;
  readonly isTransient: boolean;
  readonly message: string;
};

/** @returns the entries of a batch that failed */
export type SendBatch<Entry extends BatchEntry> = (
  batch: readonly Entry[],
  options: ReturnType<typeof limited>,
) => Promise<readonly FailedEntry<Entry>[]>;

/** Delivers the entries in order and retries those that failed transiently. @returns the events that were not accepted */
export async function deliver<Entry extends BatchEntry>(
  entries: readonly Entry[],
  send: SendBatch<Entry>,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<readonly UndeliveredEvent[]> {
  const undelivered: UndeliveredEvent[] = [];
  for (const batch of batchesOf(entries)) undelivered.push(...(await deliverBatch(batch, send, sleep, signal)));
  return undelivered;
}

async function deliverBatch<Entry extends BatchEntry>(
  batch: readonly Entry[],
  send: SendBatch<Entry>,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<readonly UndeliveredEvent[]> {
  const undelivered: UndeliveredEvent[] = [];
  let pending = batch;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    let failed: readonly FailedEntry<Entry>[];
    try {
      failed = await send(pending, limited(signal));
    } catch (error) {
      const { message } = refusalOf(error);
      return [...undelivered, ...pending.map(({ event }) => ({ event, message }))];
    }
    const isRetried = ({ isTransient }: FailedEntry<Entry>): boolean => isTransient && attempt < maxAttempts;
    for (const failure of failed) {
      if (!isRetried(failure)) undelivered.push({ event: failure.entry.event, message: failure.message });
    }
    pending = failed.filter(isRetried).map(({ entry }) => entry);
    if (pending.length > 0) await sleep(firstPauseMs * 2 ** (attempt - 1), signal);
  }
  return undelivered;
}

/** In order. An entry above the size limit gets a batch of its own, so that no other entry fails with it. */
function batchesOf<Entry extends BatchEntry>(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length === 0 || batch.length === maxEntries || bytes + entry.bytes > maxBytes) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(entry);
    bytes += entry.bytes;
  }
  return batches;
}
