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
import { Delivery, type BatchEntry, type FailedEntry, type Sleep } from './delivery.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const transientErrorCodes: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalException',
  'ThrottlingException',
]);

type BusEntry = BatchEntry & { readonly entry: PutEventsRequestEntry };

export class EventBus implements EventsPort {
  readonly #eventBusName: string;
  readonly #delivery: Delivery<BusEntry>;

  constructor(options: { readonly client: EventBridgeClient; readonly eventBusName: string; readonly sleep: Sleep }) {
    const { client, eventBusName, sleep } = options;
    this.#eventBusName = eventBusName;
    this.#delivery = new Delivery(async (batch, limits) => {
      const command = new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) });
      return failedEntries(batch, (await client.send(command, limits)).Entries ?? []);
    }, sleep);
  }

  send(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly UndeliveredEvent[]> {
    const entries = events.map((event) => this.#entry(event));
    return this.#delivery.deliver(entries, signal);
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
