/** Milliseconds since the epoch, as everywhere in this project. */
export type EpochMs = number;

const simulated = 0;
const anchor = 1;
const speed = 2;

/**
 * The simulation's time: it starts anywhere, runs `speed` times as fast as the wall, and can be moved ahead at will.
 *
 * Its three numbers live in shared memory, so that a worker thread that was given {@link SimClock.memory} reads the very
 * same time as the thread that moves it.
 */
export class SimClock {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Float64Array;
  readonly #wall: () => EpochMs;

  private constructor(memory: SharedArrayBuffer, wall: () => EpochMs) {
    this.memory = memory;
    this.#numbers = new Float64Array(memory);
    this.#wall = wall;
  }

  /** A clock that shows `startsAt` now. A `speed` of 60 lets a simulated hour pass in a minute; 0 stops it between jumps. */
  static startingAt(startsAt: EpochMs, options: { readonly speed?: number } = {}): SimClock {
    const wall = Date.now.bind(Date);
    const clock = new SimClock(new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT), wall);
    clock.#numbers[speed] = options.speed ?? 1;
    clock.jumpTo(startsAt);
    return clock;
  }

  /** The clock another thread moves. `wall` is that thread's real time, which here may have been replaced already. */
  static attachedTo(memory: SharedArrayBuffer, wall: () => EpochMs = Date.now.bind(Date)): SimClock {
    return new SimClock(memory, wall);
  }

  /** The simulated time now. */
  now(): EpochMs {
    return Math.floor(this.#read(simulated) + (this.#wall() - this.#read(anchor)) * this.#read(speed));
  }

  /** Makes it `time` now; from there it runs on at its speed. */
  jumpTo(time: EpochMs): void {
    this.#numbers[anchor] = this.#wall();
    this.#numbers[simulated] = time;
  }

  #read(slot: number): number {
    const value = this.#numbers[slot];
    if (value === undefined) throw new RangeError(`the clock's memory is too small: slot ${slot} is missing`);
    return value;
  }
}
