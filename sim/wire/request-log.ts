import type { EpochMs } from '../clock.ts';

/** One request as it was answered. */
export type RequestRecord = {
  readonly at: EpochMs;
  /** The signing name; `unknown`, like the Region, for a request nobody signed. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** The HTTP status; `reset` or `hang` for a request that got none. */
  readonly status: number | 'reset' | 'hang';
  /** What the request was about, where one name says it: a group, a Voice Connector, a function, a queue, a path. */
  readonly resource?: string;
};

/** The newest requests, oldest first. A simulation that runs for days must not keep them all. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  readonly #limit: number;

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  add(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > this.#limit) this.records.splice(0, Math.ceil(this.#limit / 10));
  }

  clear(): void {
    this.records.length = 0;
  }
}
