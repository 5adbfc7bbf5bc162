import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import { clientError } from './errors.ts';
import type { IdCounter } from './ids.ts';
import { matcherOf } from './log-pattern.ts';
import { listingName, offsetOf, tokenAt } from './paging.ts';

export type LogEvent = {
  readonly eventId: string;
  readonly logStreamName: string;
  readonly timestamp: EpochMs;
  readonly ingestionTime: EpochMs;
  readonly message: string;
};

export type LogFilter = {
  readonly logGroupName: string;
  /** Inclusive, like `endTime`. */
  readonly startTime?: EpochMs | undefined;
  readonly endTime?: EpochMs | undefined;
  readonly filterPattern?: string | undefined;
  readonly limit?: number | undefined;
  readonly nextToken?: string | undefined;
};

export type LogPage = { readonly events: readonly LogEvent[]; readonly nextToken: string | undefined };

export const logsSchema = z.array(
  z.object({
    /** The Region and the name. */
    key: z.string(),
    events: z.array(
      z.object({
        eventId: z.string(),
        logStreamName: z.string(),
        timestamp: z.number(),
        ingestionTime: z.number(),
        message: z.string(),
      }),
    ),
  }),
);

/** The documented size of a page: 1 MB or 10,000 events, whichever is reached first. */
const maxPageBytes = 1024 * 1024;
const maxPageEvents = 10_000;

/** How many events one request searches. AWS does not document its number: a page may be empty although there are more. */
const searchedEvents = 20_000;

/** A simulation of days would fill the memory: the oldest events of a group are dropped beyond it. */
const keptEvents = 50_000;

/** CloudWatch Logs, per Region: the log groups of the functions. */
export class Logs {
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #groups = new Map<string, LogEvent[]>();

  constructor({ now, ids }: { readonly now: () => EpochMs; readonly ids: IdCounter }) {
    this.#now = now;
    this.#ids = ids;
  }

  createGroup(region: string, logGroupName: string): void {
    const key = keyOf(region, logGroupName);
    if (!this.#groups.has(key)) this.#groups.set(key, []);
  }

  kept(): z.output<typeof logsSchema> {
    return [...this.#groups].map(([key, events]) => ({ key, events }));
  }

  restore(groups: z.output<typeof logsSchema>): void {
    this.#groups.clear();
    for (const { key, events } of groups) this.#groups.set(key, events);
  }

  /** Writes a line as the runtime of a function does. The group exists from its first line. */
  write(region: string, { logGroupName, logStreamName = 'local', message }: WrittenLine): void {
    this.createGroup(region, logGroupName);
    const events = this.#groups.get(keyOf(region, logGroupName)) ?? [];
    const now = this.#now();
    events.push({ eventId: this.#ids.uuid(), logStreamName, timestamp: now, ingestionTime: now, message });
    if (events.length > keptEvents) events.splice(0, events.length - keptEvents);
  }

  /**
   * One page of the events that match, oldest first.
   *
   * @throws ResourceNotFoundException for an unknown group; InvalidParameterException for a pattern, a limit or a token that is none
   */
  filter(region: string, request: LogFilter): LogPage {
    const { logGroupName, startTime = 0, endTime = Infinity, filterPattern = '', limit = maxPageEvents } = request;
    const events = this.#groups.get(keyOf(region, logGroupName));
    if (events === undefined) throw clientError('ResourceNotFoundException', 'The specified log group does not exist.');
    requireLimit(limit);
    const matches = matcherOf(filterPattern, invalid);
    const listing = listingName('FilterLogEvents', region, logGroupName, startTime, endTime, filterPattern);
    const from = offsetOf(request.nextToken, listing, () => invalid('The specified nextToken is invalid.'));
    const isWanted = ({ timestamp, message }: LogEvent): boolean =>
      timestamp >= startTime && timestamp <= endTime && matches(message);
    const { found, next } = pageFrom(events, from, limit, isWanted);
    return { events: found, nextToken: next < events.length ? tokenAt(listing, next) : undefined };
  }
}

/** What one request finds, and where the next one goes on. */
function pageFrom(
  events: readonly LogEvent[],
  from: number,
  limit: number,
  isWanted: (event: LogEvent) => boolean,
): { readonly found: readonly LogEvent[]; readonly next: number } {
  const found: LogEvent[] = [];
  let bytes = 0;
  let next = from;
  for (const event of events.slice(from, from + searchedEvents)) {
    if (isWanted(event)) {
      bytes += Buffer.byteLength(event.message);
      if (found.length === limit || (bytes > maxPageBytes && found.length > 0)) break;
      found.push(event);
    }
    next += 1;
  }
  return { found, next };
}

type WrittenLine = {
  readonly logGroupName: string;
  readonly logStreamName?: string | undefined;
  readonly message: string;
};

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageEvents) return;
  throw invalid(`limit must be between 1 and ${maxPageEvents}`);
}

function keyOf(region: string, logGroupName: string): string {
  return `${region} ${logGroupName}`;
}

function invalid(message: string) {
  return clientError('InvalidParameterException', message);
}
