/** EventBridge: where every decision goes. */
import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { EventBusPort, Undelivered } from '../ports.ts';
import { entryBytes, entryOf } from '../events/entry.ts';
import type { AuditEvent } from '../events/event.ts';
import { deliver, type Failure, type BatchEntry, type Sleep } from './delivery.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const passing: ReadonlySet<string> = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);

type Entry = BatchEntry & { readonly entry: PutEventsRequestEntry };

export class EventBus implements EventBusPort {
  readonly #client: EventBridgeClient;
  readonly #eventBusName: string;
  readonly #sleep: Sleep;

  constructor(options: { readonly client: EventBridgeClient; readonly eventBusName: string; readonly sleep: Sleep }) {
    this.#client = options.client;
    this.#eventBusName = options.eventBusName;
    this.#sleep = options.sleep;
  }

  publish(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]> {
    const send = async (batch: readonly Entry[], options: { abortSignal: AbortSignal }) => {
      const command = new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) });
      return failures(batch, (await this.#client.send(command, options)).Entries ?? []);
    };
    const entries = events.map((event) => this.#entry(event));
    return deliver(entries, send, this.#sleep, signal);
  }

  #entry(event: AuditEvent): Entry {
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
}

/** The answer lists the entries in the order they were sent. */
function failures(sent: readonly Entry[], results: readonly PutEventsResultEntry[]): readonly Failure<Entry>[] {
  return sent.flatMap((parcel, place) => {
    const result = results[place];
    if (result?.EventId !== undefined) return [];
    const code = result?.ErrorCode ?? 'InternalFailure';
    const message = `${code}: ${result?.ErrorMessage ?? 'EventBridge did not answer for it'}`;
    return [{ parcel, passes: passing.has(code), message }];
  });
}
