/** A process that dies at a request of its choice: nothing of it happens any more, but what it already asked of AWS. */
import type { LogLine, SdkClient, TurnOptions } from '../wire-support/turns.ts';

export type Death = {
  /** Which of its requests, counted from 0 in the order they are sent. */
  readonly request: number;
  /** Before it is sent, or after AWS did what it asks and before the answer is heard. */
  readonly moment: 'before' | 'after';
};

type Handler = (args: unknown) => Promise<unknown>;
type Stack = { add(middleware: (next: Handler, context: Context) => Handler, options: object): void };
type Context = { readonly commandName?: string };

const forever = new Promise<never>(() => undefined);

export class Mortal {
  /** What it asked, by the names of the commands. */
  readonly asked: string[] = [];
  /** What it wrote to its log while it lived. */
  readonly lines: LogLine[] = [];
  readonly #death: Death;
  readonly #dead = Promise.withResolvers<'dead'>();
  #isDead = false;

  constructor(death: Death) {
    this.#death = death;
  }

  /** Lives until the turn is over, or until it dies. */
  async live(turn: (options: TurnOptions) => Promise<unknown>): Promise<'dead' | 'alive'> {
    const options: TurnOptions = {
      uponClient: (client) => {
        this.#watch(client);
      },
      adapted: (ports) => ({ ...ports, log: { info: this.#write('info'), error: this.#write('error') } }),
    };
    return Promise.race([turn(options).then(() => 'alive' as const), this.#dead.promise]);
  }

  #write(level: LogLine['level']) {
    return (message: string, fields: LogLine['fields']): void => {
      if (!this.#isDead) this.lines.push({ level, message, fields });
    };
  }

  #watch({ middlewareStack }: SdkClient): void {
    const middleware =
      (next: Handler, { commandName = '' }: Context): Handler =>
      async (args) => {
        const request = this.asked.push(commandName) - 1;
        await this.#lives(request, 'before');
        try {
          return await next(args);
        } finally {
          await this.#lives(request, 'after');
        }
      };
    const plugin = {
      applyToStack: (stack: Stack) => {
        // The last step before the wire: the SDK's own repetitions pass here too.
        stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'mortality' });
      },
    };
    middlewareStack.use(plugin as never);
  }

  async #lives(request: number, moment: Death['moment']): Promise<void> {
    if (request === this.#death.request && moment === this.#death.moment) {
      this.#isDead = true;
      this.#dead.resolve('dead');
    }
    if (this.#isDead) await forever;
  }
}
