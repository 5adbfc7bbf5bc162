/** Runs actors one step at a time, in an order that the test chooses, and plays every order there is. */

/** A call that an actor is about to make; it is made when it is its turn. */
export type Step = { readonly actor: string; readonly call: string };

type Waiting = Step & { readonly go: () => void };

/** Which of the steps that could come next does. */
export type Choose = (possible: readonly Step[]) => number;

export class Schedule {
  readonly trace: Step[] = [];
  #waiting: Waiting[] = [];

  /** Comes back when it is this call's turn. Nothing of anybody else's happens between that and the actor's next call. */
  turnOf(actor: string, call: string): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ actor, call, go });
    });
  }

  async play(actors: readonly (() => Promise<unknown>)[], choose: Choose): Promise<void> {
    const over = Promise.all(actors.map((act) => act()));
    // Between two calls actors do nothing but compute: when that is done, each waits or is over.
    const computed = (): Promise<'waiting'> => new Promise((resolve) => setImmediate(resolve, 'waiting'));
    while ((await Promise.race([over.then(() => 'over' as const), computed()])) === 'waiting') {
      const possible = [...this.#waiting].sort((left, right) => (left.actor < right.actor ? -1 : 1));
      const next = possible[choose(possible)];
      if (next === undefined) throw new Error('nobody can go on');
      this.#waiting = this.#waiting.filter((one) => one !== next);
      this.trace.push({ actor: next.actor, call: next.call });
      next.go();
    }
  }
}

/**
 * Plays every order, each from the beginning, depth first. Returns how many there are.
 *
 * @param preemptions how often an actor that could go on may be made to wait for another; without it, any number of times
 */
export async function playEveryOrder(
  playOnce: (choose: Choose) => Promise<void>,
  preemptions = Infinity,
): Promise<number> {
  let prefix: readonly number[] = [];
  for (let orders = 1; ; orders += 1) {
    const taken: { readonly pick: number; readonly of: number }[] = [];
    let last: string | undefined;
    let left = preemptions;
    await playOnce((possible) => {
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
