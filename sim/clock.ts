/** Milliseconds since the epoch. */
export type EpochMs = number;

const headerBytes = 8;
const simulated = 0;
const anchor = 1;
const speed = 2;
const slots = 3;

/**
 * The simulated time. It runs `speed` times as fast as real time and can jump.
 *
 * The state is in shared memory, so that worker threads with {@link SimClock.memory} read the same time as the thread that sets
 * it. Only one thread may set the time; any number may read it.
 */
export class SimClock {
  readonly memory: SharedArrayBuffer;
  readonly #revision: Int32Array;
  readonly #numbers: Float64Array;
  readonly #wall: () => EpochMs;

  private constructor(memory: SharedArrayBuffer, wall: () => EpochMs) {
    this.memory = memory;
    this.#revision = new Int32Array(memory, 0, 1);
    this.#numbers = new Float64Array(memory, headerBytes, slots);
    this.#wall = wall;
  }

  /**
   * Creates a clock that shows `startsAt` now. With a `speed` of 60 a simulated hour takes a real minute; 0 stops the clock.
   *
   * @throws {RangeError} if a number is not finite, or the speed is negative
   */
  static startingAt(
    startsAt: EpochMs,
    options: { readonly speed?: number; readonly wall?: () => EpochMs } = {},
  ): SimClock {
    const memory = new SharedArrayBuffer(headerBytes + slots * Float64Array.BYTES_PER_ELEMENT);
    const clock = new SimClock(memory, options.wall ?? Date.now.bind(Date));
    clock.#set(startsAt, options.speed ?? 1);
    return clock;
  }

  /** Attaches to the clock of another thread. Pass the real `Date.now` as `wall` if this thread's `Date` is simulated. */
  static attachedTo(memory: SharedArrayBuffer, wall: () => EpochMs = Date.now.bind(Date)): SimClock {
    return new SimClock(memory, wall);
  }

  /** The simulated time. */
  now(): EpochMs {
    for (;;) {
      const before = Atomics.load(this.#revision, 0);
      const time = this.#read(simulated) + (this.#wall() - this.#read(anchor)) * this.#read(speed);
      // An odd or changed revision means that the state was being written: the values may be inconsistent.
      if (before % 2 === 0 && Atomics.load(this.#revision, 0) === before) return Math.floor(time);
    }
  }

  /**
   * Sets the time to `time` and keeps the speed.
   *
   * @throws {RangeError} if `time` is not finite
   */
  jumpTo(time: EpochMs): void {
    this.#set(time, this.#read(speed));
  }

  /**
   * Keeps the time and sets the speed; 0 stops the clock.
   *
   * @throws {RangeError} if `newSpeed` is not finite or negative
   */
  runAt(newSpeed: number): void {
    this.#set(this.now(), newSpeed);
  }

  #set(time: EpochMs, newSpeed: number): void {
    if (!Number.isFinite(time)) throw new RangeError(`Expected a finite time, got ${time}`);
    if (!Number.isFinite(newSpeed) || newSpeed < 0)
      throw new RangeError(`Expected a speed of 0 or more, got ${newSpeed}`);
    Atomics.add(this.#revision, 0, 1);
    this.#numbers[simulated] = time;
    this.#numbers[anchor] = this.#wall();
    this.#numbers[speed] = newSpeed;
    Atomics.add(this.#revision, 0, 1);
  }

  #read(slot: number): number {
    const value = this.#numbers[slot];
    if (value === undefined) throw new RangeError(`the clock's memory is too small: slot ${slot} is missing`);
    return value;
  }
}
