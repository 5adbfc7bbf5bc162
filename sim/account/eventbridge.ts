import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import { clientError } from './errors.ts';
import type { BusPlace } from './event-rules.ts';
import type { IdCounter } from './ids.ts';

/** One entry of PutEvents as received, complete or not. */
export type EventEntry = {
  readonly source?: string | undefined;
  readonly detailType?: string | undefined;
  readonly detail?: string | undefined;
  readonly eventBusName?: string | undefined;
  readonly time?: EpochMs | undefined;
  readonly resources?: readonly string[] | undefined;
};

/** An event that reached a bus. */
export type StoredEvent = {
  readonly id: string;
  readonly region: string;
  readonly eventBusName: string;
  readonly source: string;
  readonly detailType: string;
  /** Parsed. */
  readonly detail: unknown;
  readonly time: EpochMs;
  readonly resources: readonly string[];
};

export type EventResult = { readonly eventId: string } | { readonly errorCode: string; readonly errorMessage: string };

export const eventBridgeSchema = z.object({
  /** The Region and the name of each. */
  buses: z.array(z.string()),
  events: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      eventBusName: z.string(),
      source: z.string(),
      detailType: z.string(),
      detail: z.unknown(),
      time: z.number(),
      resources: z.array(z.string()),
    }),
  ),
});

const maxEntries = 10;
/** Months of the example account, and more than a run over a thousand groups publishes. */
const maxEvents = 20_000;
const maxDetailTypeLength = 128;
const defaultBus = 'default';

/** The event buses, per Region, and the events that reached them. */
export class EventBridge {
  /** The newest events that reached a bus, in order; limited to about {@link maxEvents}, as a simulation may run for weeks. */
  readonly events: StoredEvent[] = [];
  /** 256 KB in the service model; AWS raised it to 1 MB in January 2026, so set 1,048,576 to try that. */
  maxEntryBytes = 256 * 1024;
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #onEvent: (event: StoredEvent) => void;
  readonly #buses = new Set<string>();

  /** @param dependencies.onEvent gets each event that reached a bus */
  constructor(dependencies: {
    readonly now: () => EpochMs;
    readonly ids: IdCounter;
    readonly onEvent: (event: StoredEvent) => void;
  }) {
    this.#now = dependencies.now;
    this.#ids = dependencies.ids;
    this.#onEvent = dependencies.onEvent;
  }

  kept(): z.input<typeof eventBridgeSchema> {
    return {
      buses: [...this.#buses],
      events: this.events.map((event) => ({ ...event, resources: [...event.resources] })),
    };
  }

  /** Rules and targets do not get these events again. */
  restore({ buses, events }: z.output<typeof eventBridgeSchema>): void {
    this.#buses.clear();
    for (const bus of buses) this.#buses.add(bus);
    this.events.splice(0, this.events.length, ...events);
  }

  /** Adds a bus. Every Region has the bus `default`. */
  seedBus(region: string, eventBusName: string): void {
    this.#buses.add(`${region} ${eventBusName}`);
  }

  /** @throws ResourceAlreadyExistsException, and ValidationException for no valid name */
  createBus(region: string, eventBusName: string): void {
    if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(eventBusName)) {
      throw clientError('ValidationException', `${eventBusName} does not match [.\\-_A-Za-z0-9]{1,256}`);
    }
    if (this.#hasBus(region, eventBusName)) {
      throw clientError('ResourceAlreadyExistsException', `Event bus ${eventBusName} already exists.`);
    }
    this.seedBus(region, eventBusName);
  }

  /** @param nameOrArn default: `default`. @throws ResourceNotFoundException */
  busPlace(region: string, nameOrArn: string | undefined): BusPlace {
    const eventBusName = busNameOf(nameOrArn);
    if (this.#hasBus(region, eventBusName)) return { region, eventBusName };
    throw clientError('ResourceNotFoundException', `Event bus ${eventBusName} does not exist.`);
  }

  #hasBus(region: string, eventBusName: string): boolean {
    return eventBusName === defaultBus || this.#buses.has(`${region} ${eventBusName}`);
  }

  /**
   * Entries fail independently; the result has one element for each, in order. `injected` makes the entry at an index fail.
   *
   * @throws ValidationException for no or more than ten entries, and if no entry has source, detail type and detail.
   */
  putEvents(
    region: string,
    entries: readonly EventEntry[],
    injected: (index: number) => { readonly errorCode: string; readonly errorMessage: string } | undefined = () =>
      undefined,
  ): readonly EventResult[] {
    if (entries.length === 0 || entries.length > maxEntries) {
      const rule = `Member must have length ${entries.length === 0 ? 'greater than or equal to 1' : 'less than or equal to 10'}`;
      throw clientError(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: ${rule}`,
      );
    }
    if (entries.every((entry) => missingPart(entry) !== undefined)) {
      throw clientError('ValidationException', 'Each entry lacks one of Source, DetailType and Detail.');
    }
    return entries.map((entry, index) => injected(index) ?? this.#put(region, entry));
  }

  /** An event of an AWS service, which is on the bus `default`. {@link events} has none of them. */
  sendFromService(region: string, event: Pick<StoredEvent, 'source' | 'detailType' | 'detail' | 'resources'>): void {
    this.#onEvent({ ...event, id: this.#ids.uuid(), region, eventBusName: defaultBus, time: this.#now() });
  }

  #put(region: string, entry: EventEntry): EventResult {
    const missing = missingPart(entry);
    if (missing !== undefined) {
      return {
        errorCode: 'InvalidArgument',
        errorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
      };
    }
    const { source = '', detailType = '', detail = '', resources = [], time = this.#now() } = entry;
    if (detailType.length > maxDetailTypeLength) {
      const errorMessage = `Parameter DetailType is not valid. Reason: DetailType is longer than ${maxDetailTypeLength}.`;
      return { errorCode: 'InvalidArgument', errorMessage };
    }
    if (entryBytes(entry) > this.maxEntryBytes) {
      return {
        errorCode: 'InvalidArgument',
        errorMessage: `Total size of the entry is more than ${this.maxEntryBytes} bytes.`,
      };
    }
    const parsed = parsedObject(detail);
    if (parsed === undefined) return { errorCode: 'MalformedDetail', errorMessage: 'Detail is malformed.' };
    const eventBusName = busNameOf(entry.eventBusName);
    const eventId = this.#ids.uuid();
    // AWS accepts an event for a bus that does not exist and drops it: github.com/aws/aws-cli/issues/9186.
    if (this.#hasBus(region, eventBusName)) {
      this.#keep({ id: eventId, region, eventBusName, source, detailType, detail: parsed, time, resources });
    }
    return { eventId };
  }

  #keep(event: StoredEvent): void {
    this.events.push(event);
    if (this.events.length > maxEvents) this.events.splice(0, maxEvents / 10);
    this.#onEvent(event);
  }
}

function missingPart({ source, detailType, detail }: EventEntry): string | undefined {
  if (!source) return 'Source';
  if (!detailType) return 'DetailType';
  return detail ? undefined : 'Detail';
}

/** The documented sum: 14 bytes for a time, and the UTF-8 bytes of everything else. */
function entryBytes({ time, source, detailType, detail, resources = [] }: EventEntry): number {
  const texts = [source, detailType, detail, ...resources];
  const bytes = texts.reduce((total, text) => total + Buffer.byteLength(text ?? ''), 0);
  return bytes + (time === undefined ? 0 : 14);
}

/** Undefined unless the text is a JSON object. */
function parsedObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Requests identify a bus by its name or by its ARN, `arn:aws:events:region:account:event-bus/name`. */
function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:[^:]*:events:[^:]*:[^:]*:event-bus\//, '') ?? defaultBus;
}
