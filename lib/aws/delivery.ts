/** Sends events in batches to a service that returns 200 even if some entries of a batch failed. */
import pMap from 'p-map';
import type { AuditEvent } from '../events/event.ts';
import type { UndeliveredEvent } from '../ports.ts';
import { limited } from './client.ts';
import { refusalOf } from './refusal.ts';

/** What EventBridge and SQS both accept in one call. Their newer limit of 1 MB is not in every Region yet. */
const maxEntries = 10;
const maxBytes = 256 * 1024;

/** Batches on their way at the same time. The smallest Regions accept 400 requests a second. */
const concurrency = 10;

/** For one call: a rescue waits for it, and what was not accepted in time is stored elsewhere. */
const callLimitMs = 3000;
/** A timer may end a fraction of a millisecond before its time. */
const timerEarlyMs = 10;

/** For so long a service that did not answer is not called again: neither the next rescue nor the end of the run waits for it. */
const restMs = 20_000;

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

/** Delivers to one service. */
export class Delivery<Entry extends BatchEntry> {
  readonly #send: SendBatch<Entry>;
  readonly #sleep: Sleep;
  #restingUntilMs = 0;

  constructor(send: SendBatch<Entry>, sleep: Sleep) {
    this.#send = send;
    this.#sleep = sleep;
  }

  /** Sends the entries, batches beside each other, and retries those that failed transiently. @returns the events that were not accepted */
  async deliver(entries: readonly Entry[], signal: AbortSignal): Promise<readonly UndeliveredEvent[]> {
    const undelivered = await pMap(batchesOf(entries), (batch) => this.#deliverBatch(batch, signal), { concurrency });
    return undelivered.flat();
  }

  async #deliverBatch(batch: readonly Entry[], signal: AbortSignal): Promise<readonly UndeliveredEvent[]> {
    const undelivered: UndeliveredEvent[] = [];
    let pending = batch;
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      const failed = await this.#attempt(pending, signal);
      if (typeof failed === 'string')
        return [...undelivered, ...pending.map(({ event }) => ({ event, message: failed }))];
      const isRetried = ({ isTransient }: FailedEntry<Entry>): boolean => isTransient && attempt < maxAttempts;
      for (const failure of failed) {
        if (!isRetried(failure)) undelivered.push({ event: failure.entry.event, message: failure.message });
      }
      pending = failed.filter(isRetried).map(({ entry }) => entry);
      if (pending.length > 0) await this.#sleep(firstPauseMs * 2 ** (attempt - 1), signal);
    }
    return undelivered;
  }

  /** @returns the entries that failed, or why all of them did */
  async #attempt(batch: readonly Entry[], signal: AbortSignal): Promise<readonly FailedEntry<Entry>[] | string> {
    const startedMs = performance.now();
    if (startedMs < this.#restingUntilMs) return 'not called, because it did not answer a moment ago';
    try {
      return await this.#send(batch, limited(signal, callLimitMs));
    } catch (error) {
      if (performance.now() - startedMs >= callLimitMs - timerEarlyMs)
        this.#restingUntilMs = performance.now() + restMs;
      return refusalOf(error).message;
    }
  }
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
