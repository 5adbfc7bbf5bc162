/** EventBridge: publishing the events of a run. */
import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { EventsPort, UndeliveredEvent } from '../ports.ts';
import { entryBytes, entryOf } from '../events/entry.ts';
import type { AuditEvent } from '../events/event.ts';
import { deliver, type BatchEntry, type FailedEntry, type SendBatch, type Sleep } from './delivery.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const transientErrorCodes: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalException',
  'ThrottlingException',
]);

type BusEntry = BatchEntry & { readonly entry: PutEventsRequestEntry };

export class EventBus implements EventsPort {
  readonly #client: EventBridgeClient;
  readonly #eventBusName: string;
  readonly #sleep: Sleep;

  constructor(options: { readonly client: EventBridgeClient; readonly eventBusName: string; readonly sleep: Sleep }) {
    this.#client = options.client;
    this.#eventBusName = options.eventBusName;
    this.#sleep = options.sleep;
  }

  send(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly UndeliveredEvent[]> {
    const sendBatch: SendBatch<BusEntry> = async (batch, options) => {
      const command = new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) });
      return failedEntries(batch, (await this.#client.send(command, options)).Entries ?? []);
    };
    const entries = events.map((event) => this.#entry(event));
    return deliver(entries, sendBatch, this.#sleep, signal);
  }

  #entry(event: AuditEvent): BusEntry {
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

/** The response lists the entries in the order in which they were sent. */
function failedEntries(
  sent: readonly BusEntry[],
  results: readonly PutEventsResultEntry[],
): readonly FailedEntry<BusEntry>[] {
  return sent.flatMap((entry, index) => {
    const result = results[index];
    if (result?.EventId !== undefined) return [];
    const code = result?.ErrorCode ?? 'InternalFailure';
    const message = `${code}: ${result?.ErrorMessage ?? 'EventBridge returned no result for it'}`;
    return [{ entry, isTransient: transientErrorCodes.has(code), message }];
  });
}
