/** Sending events in batches to a service that answers 200 even where some of them failed. */
import type { Undelivered } from '../ports.ts';
import type { AuditEvent } from '../events/event.ts';
import { limited, refusalOf } from './client.ts';

/** What EventBridge and SQS both take in one call. A newer limit of 1 MB is not yet in every Region; 256 KB is. */
const limits = { entries: 10, bytes: 256 * 1024 };

const attempts = 3;
const pauseMs = 200;

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** An event as the service takes it. */
export type BatchEntry = { readonly event: AuditEvent; readonly bytes: number };

/** What the service did not take, and whether it may at the next attempt. */
export type Failure<Sent extends BatchEntry> = {
  readonly parcel: Sent;
  readonly passes: boolean;
  readonly message: string;
};

/** Delivers the parcels in order; only those that failed for a passing reason are sent again. @returns what was not taken */
export async function deliver<Sent extends BatchEntry>(
  parcels: readonly Sent[],
  send: (batch: readonly Sent[], options: ReturnType<typeof limited>) => Promise<readonly Failure<Sent>[]>,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<readonly Undelivered[]> {
  const lost: Undelivered[] = [];
  for (const batch of batchesOf(parcels)) lost.push(...(await deliverBatch(batch, send, sleep, signal)));
  return lost;
}

async function deliverBatch<Sent extends BatchEntry>(
  batch: readonly Sent[],
  send: (batch: readonly Sent[], options: ReturnType<typeof limited>) => Promise<readonly Failure<Sent>[]>,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<readonly Undelivered[]> {
  const lost: Undelivered[] = [];
  let pending = batch;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    let failed: readonly Failure<Sent>[];
    try {
      failed = await send(pending, limited(signal));
    } catch (error) {
      const { message } = refusalOf(error);
      return [...lost, ...pending.map(({ event }) => ({ event, message }))];
    }
    const isAgain = ({ passes }: Failure<Sent>): boolean => passes && attempt < attempts;
    for (const failure of failed) {
      if (!isAgain(failure)) lost.push({ event: failure.parcel.event, message: failure.message });
    }
    pending = failed.filter(isAgain).map(({ parcel }) => parcel);
    if (pending.length > 0) await sleep(pauseMs * 2 ** (attempt - 1), signal);
  }
  return lost;
}

/** In order, as many together as one call takes; what is too large by itself goes alone, so that it takes no other with it. */
function batchesOf<Sent extends BatchEntry>(parcels: readonly Sent[]): readonly (readonly Sent[])[] {
  const all: Sent[][] = [];
  let batch: Sent[] = [];
  let bytes = 0;
  for (const next of parcels) {
    if (batch.length === 0 || batch.length === limits.entries || bytes + next.bytes > limits.bytes) {
      batch = [];
      bytes = 0;
      all.push(batch);
    }
    batch.push(next);
    bytes += next.bytes;
  }
  return all;
}
