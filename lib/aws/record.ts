/** EventBridge: where every decision goes. */
import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { RecordPort, Undelivered } from '../ports.ts';
import { entryBytes, entryOf } from '../record/entry.ts';
import type { AuditEvent } from '../record/event.ts';
import { batchesOf, limited, refusalOf } from './client.ts';

/** A newer limit of 1 MB is not yet in every Region; 256 KB is, for a call's entries together. */
const limits = { entries: 10, bytes: 256 * 1024 };

const attempts = 3;
const pauseMs = 200;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const passing: ReadonlySet<string | undefined> = new Set([
  'InternalFailure',
  'InternalException',
  'ThrottlingException',
]);

type Pending = { readonly event: AuditEvent; readonly entry: PutEventsRequestEntry; readonly bytes: number };

export class Recorder implements RecordPort {
  readonly #client: EventBridgeClient;
  readonly #eventBusName: string;
  readonly #sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;

  constructor(options: {
    readonly client: EventBridgeClient;
    readonly eventBusName: string;
    readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  }) {
    this.#client = options.client;
    this.#eventBusName = options.eventBusName;
    this.#sleep = options.sleep;
  }

  async publish(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]> {
    const undelivered: Undelivered[] = [];
    for (const batch of batchesOf(
      events.map((event) => this.#pending(event)),
      limits,
    )) {
      undelivered.push(...(await this.#put(batch, signal)));
    }
    return undelivered;
  }

  #pending(event: AuditEvent): Pending {
    const { source, detailType, time, detail } = entryOf(event);
    return {
      event,
      entry: {
        Time: new Date(time),
        Source: source,
        DetailType: detailType,
        Detail: detail,
        EventBusName: this.#eventBusName,
      },
      bytes: entryBytes({ source, detailType, time, detail }),
    };
  }

  /** Only the entries that failed for a passing reason are sent again. */
  async #put(batch: readonly Pending[], signal: AbortSignal): Promise<readonly Undelivered[]> {
    const lost: Undelivered[] = [];
    let pending = batch;
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      let results: readonly PutEventsResultEntry[];
      try {
        const command = new PutEventsCommand({ Entries: pending.map(({ entry }) => entry) });
        results = (await this.#client.send(command, limited(signal))).Entries ?? [];
      } catch (error) {
        const { message } = refusalOf(error);
        return [...lost, ...pending.map(({ event }) => ({ event, message }))];
      }
      const failed = failures(pending, results);
      const again = failed.filter(({ code }) => attempt < attempts && passing.has(code));
      lost.push(
        ...failed
          .filter((failure) => !again.includes(failure))
          .map(({ pending: { event }, message }) => ({ event, message })),
      );
      pending = again.map((failure) => failure.pending);
      if (pending.length > 0) await this.#sleep(pauseMs * 2 ** (attempt - 1), signal);
    }
    return lost;
  }
}

/** The answer is 200 even where entries failed; it lists them in the order they were sent. */
const failures = (pending: readonly Pending[], results: readonly PutEventsResultEntry[]) =>
  pending.flatMap((sent, place) => {
    const result = results[place];
    if (result?.EventId !== undefined) return [];
    const code = result?.ErrorCode ?? 'InternalFailure';
    return [
      { pending: sent, code, message: `${code}: ${result?.ErrorMessage ?? 'EventBridge did not answer for it'}` },
    ];
  });
