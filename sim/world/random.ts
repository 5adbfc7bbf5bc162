import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** An endless sequence of numbers, uniform in [0, 1). */
export class Stream {
  readonly #generator: RandomGenerator;

  constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log1p(-uniformFloat64(this.#generator));
  }
}

/** The stream of one occasion: the same numbers whenever it is asked for, unrelated to those of any other occasion. */
export type Streams = (minute: number, occasion?: number) => Stream;

/**
 * The streams of one purpose.
 *
 * Because a stream is found by what it is for and not by what was drawn before, nothing that happens to one call changes
 * the luck of another. That makes two runs under different routing comparable call by call (common random numbers).
 */
export function streamsFor(seed: number, ...purpose: readonly string[]): Streams {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...purpose]))
    .digest();
  const words = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  return (minute, occasion = 0) =>
    new Stream(
      xoroshiro128plusFromState(
        words.map((word, index) => scramble(scramble(word ^ minute) + Math.imul(occasion + 1, 4) + index)),
      ),
    );
}

/** The finaliser of MurmurHash3: neighbouring counters come out unrelated. */
function scramble(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
