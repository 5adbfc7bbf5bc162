/** Commands and runs over the wire, one request at a time, in an order that the test chooses. */
import type { SdkClient } from '../wire-support/turns.ts';
import type { Choose, Step } from './schedule.ts';

/** Requests that another actor can notice, or that decide what an actor does; the others are sent at once. */
const scheduled = new Set([
  'GetParametersByPathCommand',
  'GetParameterCommand',
  'PutParameterCommand',
  'DeleteParameterCommand',
  'GetVoiceConnectorGroupCommand',
  'UpdateVoiceConnectorGroupCommand',
]);

type Next = (args: unknown) => Promise<unknown>;
type Context = { readonly commandName?: string };

type Waiting = Step & { readonly go: () => void };

export class WireSchedule {
  readonly trace: Step[] = [];
  #waiting: Waiting[] = [];
  #underWay = 0;
  /** Grows with every request and answer. */
  #changes = 0;

  /** Makes each request of a client wait until the schedule chooses it. */
  holding(actor: string): (client: SdkClient) => void {
    const middleware = (next: Next, { commandName = '' }: Context): Next => {
      return async (args) => {
        this.#changes += 1;
        if (scheduled.has(commandName)) {
          await new Promise<void>((go) => this.#waiting.push({ actor, call: commandName, go }));
        }
        this.#underWay += 1;
        try {
          return await next(args);
        } finally {
          this.#underWay -= 1;
          this.#changes += 1;
        }
      };
    };
    const plugin = {
      applyToStack: (stack: { add(middleware: unknown, options: unknown): void }): void => {
        stack.add(middleware, { step: 'initialize', name: 'schedule' });
      },
    };
    return (client) => {
      client.middlewareStack.use(plugin as never);
    };
  }

  async run(actors: readonly (() => Promise<unknown>)[], choose: Choose): Promise<void> {
    let left = actors.length;
    const over = Promise.all(
      actors.map(async (act) => {
        await act();
        left -= 1;
        this.#changes += 1;
      }),
    );
    while (left > 0) {
      // An actor that fails must fail the test, and not leave it waiting.
      await Promise.race([this.#quiet(), over]);
      if (left === 0) break;
      const possible = [...this.#waiting].sort((one, other) => (one.actor < other.actor ? -1 : 1));
      const next = possible[choose(possible)];
      if (next === undefined) throw new Error('no actor can continue');
      this.#waiting = this.#waiting.filter((one) => one !== next);
      this.trace.push({ actor: next.actor, call: next.call });
      next.go();
    }
    await over;
  }

  /** Resolves when every actor waits for the schedule or has ended: nothing is under way, and nothing changes any more. */
  async #quiet(): Promise<void> {
    const quietTicks = 4;
    let seen = -1;
    for (let ticks = 0; ticks < quietTicks; ticks += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underWay > 0 || seen !== this.#changes) ticks = -1;
      seen = this.#changes;
    }
  }
}
