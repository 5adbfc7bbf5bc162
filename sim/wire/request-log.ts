import type { EpochMs } from '../clock.ts';

/** One answered request. */
export type RequestRecord = {
  readonly at: EpochMs;
  /** The signing name. Both it and the Region are `unknown` for an unsigned request. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** The HTTP status; `reset` or `hang` for a request without a reply. */
  readonly status: number | 'reset' | 'hang';
  /** The group, Voice Connector, function, queue or path of the request, if it has exactly one. */
  readonly resource?: string;
};

/** The newest requests, oldest first. Limited, so that a simulation of several days does not run out of memory. */
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
