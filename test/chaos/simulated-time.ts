/** Simulated time for a handler in the test's process: it advances only while nothing else can happen, and then at once. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { simulatedDate } from '../../sim/lambda/simulated-date.ts';
import type { SimClock } from '../../sim/clock.ts';

type Timer = { readonly at: number; readonly act: () => void };

const realSetImmediate = setImmediate;
function nextRound(): Promise<void> {
  return new Promise((resolve) => void realSetImmediate(resolve));
}

/** After so many consecutive rounds of the event loop without activity, only time can continue the work. */
const quietRounds = 4;

const requestStarts = 'http.client.request.start';

/** The id of one attempt of a request. */
export function attemptOf(header: (name: string) => unknown): string {
  return `${String(header('amz-sdk-invocation-id'))} ${String(header('amz-sdk-request'))}`;
}

/**
 * Replaces `Date`, `setTimeout` and `AbortSignal.timeout`. A timer fires only when nothing else is pending: a request that the server
 * answers never times out, however slow the machine is.
 */
export class SimulatedTime {
  /** Requests that will never be answered. */
  readonly unanswered = new Set<string>();
  readonly #clock: () => SimClock;
  /** With their attempts. */
  readonly #inFlight = new Map<ClientRequest, string>();
  readonly #timers = new Map<number, Timer>();
  readonly #real = { Date, setTimeout, clearTimeout, timeout: AbortSignal.timeout.bind(AbortSignal) };
  #lastId = 0;

  /** @param clock called on each use, because every case has its own clock */
  constructor(clock: () => SimClock) {
    this.#clock = clock;
  }

  install(): void {
    subscribe(requestStarts, this.#started);
    globalThis.Date = simulatedDate(this.#real.Date, () => this.#clock().now());
    globalThis.setTimeout = Object.assign(this.#set, this.#real.setTimeout);
    globalThis.clearTimeout = this.#clear as typeof clearTimeout;
    AbortSignal.timeout = (milliseconds) => {
      const controller = new AbortController();
      this.#add(milliseconds, () => {
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      });
      return controller.signal;
    };
  }

  uninstall(): void {
    unsubscribe(requestStarts, this.#started);
    globalThis.Date = this.#real.Date;
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
    AbortSignal.timeout = this.#real.timeout;
  }

  /** Advances time until the work is done or has taken `limitMs`, and then drops the remaining timers. */
  async pass<Answer>(work: Promise<Answer>, limitMs: number): Promise<Answer | 'timed out'> {
    let isOver = false;
    const watched = work.finally(() => {
      isOver = true;
    });
    watched.catch(() => undefined);
    const endsAt = this.#clock().now() + limitMs;
    while (!(await this.#quietOr(() => isOver))) {
      const next = [...this.#timers].sort(([, left], [, right]) => left.at - right.at)[0];
      if (next === undefined) throw new Error('the work waits for neither a request nor a timer');
      const [id, { at, act }] = next;
      if (at > endsAt) return 'timed out';
      this.#timers.delete(id);
      if (at > this.#clock().now()) this.#clock().jumpTo(at);
      act();
    }
    this.#timers.clear();
    return watched;
  }

  readonly #started = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    const attempt = attemptOf((name) => request.getHeader(name));
    this.#inFlight.set(request, attempt);
    request.once('close', () => this.#inFlight.delete(request));
  };

  /** Waits until only time can continue the work, or the work is over. */
  async #quietOr(isOver: () => boolean): Promise<boolean> {
    for (let quiet = 0; quiet < quietRounds; quiet = this.#isBusy() ? 0 : quiet + 1) {
      if (isOver()) return true;
      await nextRound();
    }
    return isOver();
  }

  #isBusy(): boolean {
    return (
      [...this.#inFlight.values()].some((attempt) => !this.unanswered.has(attempt)) ||
      process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'))
    );
  }

  #add(milliseconds: number, act: () => void): number {
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { at: this.#clock().now() + Math.max(0, milliseconds), act });
    return this.#lastId;
  }

  readonly #set = (act: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]): NodeJS.Timeout => {
    const id = this.#add(milliseconds, () => {
      act(...given);
    });
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => true, [Symbol.toPrimitive]: () => id };
    return timer as unknown as NodeJS.Timeout;
  };

  readonly #clear = (timer: NodeJS.Timeout | number | undefined): void => {
    if (timer !== undefined && !this.#timers.delete(Number(timer))) this.#real.clearTimeout(timer);
  };
}
