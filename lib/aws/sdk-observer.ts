/** Observes the SDK clients of a function: counts requests, and collects the outcome of each call and the time of AWS's servers. */
import type { ApiCallOutcome } from '../core/readiness/account.ts';
import type { ServerTime } from '../core/model/server-clock.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { ObservedCalls, SdkObserverPort } from '../ports.ts';
import { refusalOf } from './refusal.ts';

type Next<Argument, Result> = (argument: Argument) => Promise<Result>;

/** The part of an SDK client that the observer uses. */
type ObservableClient = {
  readonly middlewareStack: {
    add(
      middleware: <Argument, Result>(
        next: Next<Argument, Result>,
        context: { readonly commandName?: string },
      ) => Next<Argument, Result>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
    add(
      middleware: <Argument, Result extends { readonly response: unknown }>(
        next: Next<Argument, Result>,
      ) => Next<Argument, Result>,
      options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
};

class Collection {
  apiCalls = 0;
  readonly callOutcomes: ApiCallOutcome[] = [];
  readonly serverTimes: ServerTime[] = [];

  read(): ObservedCalls {
    return { apiCalls: this.apiCalls, callOutcomes: [...this.callOutcomes], serverTimes: [...this.serverTimes] };
  }
}

export class SdkObserver implements SdkObserverPort {
  readonly #clock: () => EpochMs;
  readonly #answers = new Map<string, number>();
  #collection: Collection | undefined;

  constructor(options: { readonly clock: () => EpochMs }) {
    this.#clock = options.clock;
  }

  start(): () => ObservedCalls {
    const collection = new Collection();
    this.#collection = collection;
    return () => collection.read();
  }

  /** Of the collection that was started last. */
  serverTimes(): readonly ServerTime[] {
    return [...(this.#collection?.serverTimes ?? [])];
  }

  /** When a service in a Region answered last, in milliseconds of `performance.now()`: with any status, to any attempt. */
  lastAnswerMs(service: string, region: string): number | undefined {
    return this.#answers.get(`${service} in ${region}`);
  }

  /**
   * @param service the service's prefix in IAM actions, such as `chime`
   * @returns the client itself
   */
  observe<Client extends ObservableClient>(service: string, region: string, client: Client): Client {
    // The outermost step sees each call once, whatever the number of its attempts.
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (argument) => {
          const action = `${service}:${commandName.replace(/Command$/, '')}`;
          try {
            const result = await next(argument);
            this.#collection?.callOutcomes.push({ action, region, outcome: 'answered', message: '' });
            return result;
          } catch (error) {
            this.#collection?.callOutcomes.push({ action, region, ...outcomeOf(error) });
            throw error;
          }
        },
      { step: 'initialize', name: 'observeCalls' },
    );
    // The innermost step, just before the HTTP handler, sees every attempt, including the failed ones.
    client.middlewareStack.add(
      (next) => async (argument) => {
        if (this.#collection !== undefined) this.#collection.apiCalls += 1;
        const sentAt = this.#clock();
        const result = await next(argument);
        this.#answers.set(`${service} in ${region}`, performance.now());
        const date = dateOf(result.response);
        if (date !== undefined) this.#collection?.serverTimes.push({ region, date, sentAt, receivedAt: this.#clock() });
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'observeAttempts' },
    );
    return client;
  }
}

/** An error such as NotFound counts as answered: it proves that the call was permitted. */
function outcomeOf(error: unknown): Pick<ApiCallOutcome, 'outcome' | 'message'> {
  const { kind, message } = refusalOf(error);
  if (kind === 'forbidden') return { outcome: 'forbidden', message };
  if (kind === 'throttled' || kind === 'unavailable') return { outcome: 'failed', message };
  return { outcome: 'answered', message: '' };
}

function dateOf(response: unknown): EpochMs | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}
