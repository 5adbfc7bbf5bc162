/** Runs actors one step at a time in an order that the test chooses, and enumerates every order. */

/** A call that an actor is about to make, and makes when the schedule chooses it. */
export type Step = { readonly actor: string; readonly call: string };

type Waiting = Step & { readonly go: () => void };

/** Chooses the next step: its index among the possible ones. */
export type Choose = (possible: readonly Step[]) => number;

export class Schedule {
  readonly trace: Step[] = [];
  #waiting: Waiting[] = [];

  /** Resolves when the schedule chooses this call. No other actor runs between that and the actor's next call. */
  turnOf(actor: string, call: string): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ actor, call, go });
    });
  }

  async run(actors: readonly (() => Promise<unknown>)[], choose: Choose): Promise<void> {
    const over = Promise.all(actors.map((act) => act()));
    // Between two calls an actor only computes: after that it either waits for its next call or has ended.
    const computed = (): Promise<'waiting'> => new Promise((resolve) => setImmediate(resolve, 'waiting'));
    while ((await Promise.race([over.then(() => 'over' as const), computed()])) === 'waiting') {
      const possible = [...this.#waiting].sort((left, right) => (left.actor < right.actor ? -1 : 1));
      const next = possible[choose(possible)];
      if (next === undefined) throw new Error('no actor can continue');
      this.#waiting = this.#waiting.filter((one) => one !== next);
      this.trace.push({ actor: next.actor, call: next.call });
      next.go();
    }
  }
}

/**
 * Runs every order from the beginning, depth first. Returns their number.
 *
 * @param preemptions how often an actor that could continue may wait for another; any number of times by default
 */
export async function runEveryOrder(
  runOnce: (choose: Choose) => Promise<void>,
  preemptions = Infinity,
): Promise<number> {
  let prefix: readonly number[] = [];
  for (let orders = 1; ; orders += 1) {
    const taken: { readonly pick: number; readonly of: number }[] = [];
    let last: string | undefined;
    let left = preemptions;
    await runOnce((possible) => {
      const current = possible.findIndex(({ actor }) => actor === last);
      const others = possible.map((_, place) => place).filter((place) => place !== current);
      const options = current === -1 ? others : left > 0 ? [current, ...others] : [current];
      const pick = prefix[taken.length] ?? 0;
      taken.push({ pick, of: options.length });
      if (current !== -1 && pick > 0) left -= 1;
      const place = options[pick] ?? 0;
      last = possible[place]?.actor;
      return place;
    });
    const deepest = taken.findLastIndex(({ pick, of }) => pick < of - 1);
    if (deepest === -1) return orders;
    prefix = taken.slice(0, deepest + 1).map(({ pick }, depth) => (depth === deepest ? pick + 1 : pick));
  }
}
