/** Simulates a process that crashes at a given request: it does nothing more, but requests that it already sent take effect. */
import type { LogLine, SdkClient, TurnOptions } from '../wire-support/turns.ts';

export type CrashPoint = {
  /** The index of the request, counted from 0 in the order of sending. */
  readonly request: number;
  /** Before the request is sent, or after AWS carried it out and before the process receives the answer. */
  readonly moment: 'before' | 'after';
};

type Handler = (args: unknown) => Promise<unknown>;
type Stack = { add(middleware: (next: Handler, context: Context) => Handler, options: object): void };
type Context = { readonly commandName?: string };

const forever = new Promise<never>(() => undefined);

export class CrashingProcess {
  /** The requests, by the names of the SDK's commands. */
  readonly asked: string[] = [];
  /** The log lines until the crash. */
  readonly lines: LogLine[] = [];
  readonly #crashPoint: CrashPoint;
  readonly #crashed = Promise.withResolvers<'crashed'>();
  #hasCrashed = false;

  constructor(crashPoint: CrashPoint) {
    this.#crashPoint = crashPoint;
  }

  /** Runs until the turn is over or the process crashes. */
  async run(turn: (options: TurnOptions) => Promise<unknown>): Promise<'crashed' | 'completed'> {
    const options: TurnOptions = {
      onClient: (client) => {
        this.#watch(client);
      },
      adapted: (ports) => ({
        ...ports,
        log: { info: this.#write('info'), warn: this.#write('warn'), error: this.#write('error') },
      }),
    };
    return Promise.race([turn(options).then(() => 'completed' as const), this.#crashed.promise]);
  }

  #write(level: LogLine['level']) {
    return (message: string, fields: LogLine['fields']): void => {
      if (!this.#hasCrashed) this.lines.push({ level, message, fields });
    };
  }

  #watch({ middlewareStack }: SdkClient): void {
    const middleware =
      (next: Handler, { commandName = '' }: Context): Handler =>
      async (args) => {
        const request = this.asked.push(commandName) - 1;
        await this.#crashAt(request, 'before');
        try {
          return await next(args);
        } finally {
          await this.#crashAt(request, 'after');
        }
      };
    const plugin = {
      applyToStack: (stack: Stack) => {
        // The last step before the wire, which the SDK's retries pass too.
        stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'crash' });
      },
    };
    middlewareStack.use(plugin as never);
  }

  async #crashAt(request: number, moment: CrashPoint['moment']): Promise<void> {
    if (request === this.#crashPoint.request && moment === this.#crashPoint.moment) {
      this.#hasCrashed = true;
      this.#crashed.resolve('crashed');
    }
    if (this.#hasCrashed) await forever;
  }
}
