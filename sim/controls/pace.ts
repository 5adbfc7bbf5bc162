import type { SimClock } from '../clock.ts';

/**
 * How fast the simulated time runs.
 *
 * A clock that is faster than real time stands still while a function runs: at 60 times real time a run of one second would otherwise
 * take a minute, and its evidence would be too old for a write.
 */
export class Pace {
  readonly #clock: SimClock;
  #speed: number;
  #running = 0;

  constructor(clock: SimClock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  /** Simulated seconds per real second while no function runs. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.#apply();
  }

  async during<Result>(run: () => Promise<Result>): Promise<Result> {
    this.#running += 1;
    this.#apply();
    try {
      return await run();
    } finally {
      this.#running -= 1;
      this.#apply();
    }
  }

  #apply(): void {
    this.#clock.runAt(this.#running > 0 && this.#speed > 1 ? 0 : this.#speed);
  }
}
