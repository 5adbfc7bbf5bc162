/** Listens in on every client: what AWS let us ask, and what time it is there. */
import type { ApiCallOutcome, ServerTime } from '../core/readiness/account.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { AnswersPort, ObservedCalls } from '../ports.ts';
import { refusalOf } from './client.ts';

type Next<Argument, Result> = (argument: Argument) => Promise<Result>;

/** As much of an SDK client as listening takes. */
type Audible = {
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

export class Answers implements AnswersPort {
  readonly #clock: () => EpochMs;
  #answers: ApiCallOutcome[] = [];
  #serverTimes: ServerTime[] = [];

  constructor(options: { readonly clock: () => EpochMs }) {
    this.#clock = options.clock;
  }

  take(): ObservedCalls {
    const heard = { answers: this.#answers, serverTimes: this.#serverTimes };
    this.#answers = [];
    this.#serverTimes = [];
    return heard;
  }

  /**
   * @param prefix the service's in IAM
   * @returns the client itself
   */
  of<Client extends Audible>(prefix: string, region: string, client: Client): Client {
    // The first step is the last to see how a question ended, its repetitions included.
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (argument) => {
          const action = `${prefix}:${commandName.replace(/Command$/, '')}`;
          try {
            const result = await next(argument);
            this.#answers.push({ action, region, outcome: 'answered', message: '' });
            return result;
          } catch (error) {
            this.#answers.push({ action, region, ...outcomeOf(error) });
            throw error;
          }
        },
      { step: 'initialize', name: 'answers' },
    );
    // The last step before the wire sees each repetition, answered or refused.
    client.middlewareStack.add(
      (next) => async (argument) => {
        const sentAt = this.#clock();
        const result = await next(argument);
        const date = dateOf(result.response);
        if (date !== undefined) this.#serverTimes.push({ region, date, sentAt, receivedAt: this.#clock() });
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'serverTimes' },
    );
    return client;
  }
}

/** Who is told that there is nothing was allowed to ask. */
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
