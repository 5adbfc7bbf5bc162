/** Milliseconds since the epoch, as everywhere in this project. */
export type EpochMs = number;

const headerBytes = 8;
const simulated = 0;
const anchor = 1;
const speed = 2;
const slots = 3;

/**
 * The simulation's time: it starts anywhere, runs `speed` times as fast as the wall, and can be moved ahead at will.
 *
 * Its numbers live in shared memory, so that a worker thread that was given {@link SimClock.memory} reads the very same
 * time as the thread that moves it. One thread moves it; any number may read.
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
   * A clock that shows `startsAt` now. A `speed` of 60 lets a simulated hour pass in a minute; 0 stops it between jumps.
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

  /** The clock another thread moves. `wall` is that thread's real time, which here may have been replaced already. */
  static attachedTo(memory: SharedArrayBuffer, wall: () => EpochMs = Date.now.bind(Date)): SimClock {
    return new SimClock(memory, wall);
  }

  /** The simulated time now. */
  now(): EpochMs {
    for (;;) {
      const before = Atomics.load(this.#revision, 0);
      const time = this.#read(simulated) + (this.#wall() - this.#read(anchor)) * this.#read(speed);
      // An odd revision, or another one, means the numbers were being changed: half of them may be old.
      if (before % 2 === 0 && Atomics.load(this.#revision, 0) === before) return Math.floor(time);
    }
  }

  /**
   * Makes it `time` now; from there it runs on at its speed.
   *
   * @throws {RangeError} if `time` is not finite
   */
  jumpTo(time: EpochMs): void {
    this.#set(time, this.#read(speed));
  }

  /**
   * Goes on from the time it is, `newSpeed` times as fast as the wall; 0 stops it.
   *
   * @throws {RangeError} if `newSpeed` is not finite or negative
   */
  runAt(newSpeed: number): void {
    this.#set(this.now(), newSpeed);
  }

  #set(time: EpochMs, newSpeed: number): void {
    if (!Number.isFinite(time)) throw new RangeError(`a clock cannot show ${time}`);
    if (!Number.isFinite(newSpeed) || newSpeed < 0) throw new RangeError(`a clock cannot run at speed ${newSpeed}`);
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
