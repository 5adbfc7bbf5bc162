import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';

type PendingTimer = { readonly dueAt: number; readonly fire: () => void; readonly real: NodeJS.Timeout };

/** Event-loop rounds in a row without any activity before a thread counts as waiting for nothing but its timers. */
const quietRounds = 4;

/**
 * Replaces `setTimeout` in the thread of one function: once nothing but timers is left to wait for, the earliest timer fires at once.
 * So the pauses between retries take no real time, while the time limit of a request that is under way stays real.
 *
 * Simulated time does not advance: pauses contain random jitter, and two simulations with one seed must be identical.
 */
export class SkippedPauses {
  readonly #timers = new Map<number, PendingTimer>();
  readonly #requests = new Set<ClientRequest>();
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly #setImmediate = globalThis.setImmediate;
  readonly #now: () => number;
  #isServing = false;
  #isChecking = false;
  #lastId = 0;

  /** @param now real time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  install(): void {
    // Not `http.client.request.start`, which a request without a socket announces only once it is connected.
    subscribe('http.client.request.created', (message) => {
      this.#watchRequest(message);
    });
    globalThis.setTimeout = Object.assign(this.#setTimer, this.#set);
    globalThis.clearTimeout = this.#clearTimer;
  }

  /** Runs one invocation. Between invocations all timers are real. */
  async during<Result>(invocation: () => Promise<Result>): Promise<Result> {
    this.#isServing = true;
    try {
      return await invocation();
    } finally {
      this.#isServing = false;
    }
  }

  #watchRequest(message: unknown): void {
    const request: unknown = Reflect.get(Object(message), 'request');
    if (!(request instanceof ClientRequest)) throw new TypeError('node:http announced something other than a request');
    this.#requests.add(request);
    request.once('close', () => {
      this.#requests.delete(request);
      void this.#fireWhenQuiet();
    });
  }

  /** Ends as soon as a request starts: the end of that request begins a new check. */
  async #fireWhenQuiet(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    let quiet = 0;
    while (this.#isServing && this.#timers.size > 0 && this.#requests.size === 0) {
      await new Promise<void>((resolve) => void this.#setImmediate(resolve));
      quiet = isReadingFiles() ? 0 : quiet + 1;
      if (quiet === quietRounds) this.#fireEarliest();
      quiet %= quietRounds;
    }
    this.#isChecking = false;
  }

  #fireEarliest(): void {
    if (this.#requests.size > 0) return;
    const [earliest] = [...this.#timers].sort(([, left], [, right]) => left.dueAt - right.dueAt);
    if (earliest === undefined) return;
    const [id, { fire, real }] = earliest;
    this.#timers.delete(id);
    this.#clear(real);
    // From a round of its own, so that an error in the callback is uncaught, as it would be in a real timer.
    this.#setImmediate(fire);
  }

  readonly #setTimer = (callback: (...values: unknown[]) => void, milliseconds = 0, ...values: unknown[]) => {
    this.#lastId += 1;
    const id = this.#lastId;
    const fire = () => {
      callback(...values);
    };
    const real = this.#set(() => {
      this.#timers.delete(id);
      fire();
    }, milliseconds);
    this.#timers.set(id, { dueAt: this.#now() + milliseconds, fire, real });
    void this.#fireWhenQuiet();
    return real;
  };

  readonly #clearTimer = (timer: NodeJS.Timeout | string | number | undefined): void => {
    for (const [id, { real }] of this.#timers) if (real === timer) this.#timers.delete(id);
    this.#clear(timer);
  };
}

/** A lazy import reads files: work that ends by itself. */
function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
}
