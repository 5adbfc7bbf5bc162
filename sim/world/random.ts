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

/** Returns the stream of given coordinates: always the same numbers, independent of every other stream. */
export type Streams = (minute: number, occasion?: number) => Stream;

/**
 * The streams of one purpose.
 *
 * A stream depends on its purpose and coordinates, not on earlier draws, so that one call does not change the random numbers of
 * another. Two simulations under different routing are therefore comparable call by call (common random numbers).
 */
export function streamsFor(seed: number, ...purpose: readonly string[]): Streams {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...purpose]))
    .digest();
  const seedParts = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  return (minute, occasion = 0) =>
    new Stream(
      xoroshiro128plusFromState(
        seedParts.map((part, index) => scramble(scramble(part ^ minute) + Math.imul(occasion + 1, 4) + index)),
      ),
    );
}

/** The finalizer of MurmurHash3, which decorrelates neighbouring counters. */
function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
