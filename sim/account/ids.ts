import { createHash } from 'node:crypto';

/**
 * Ids in AWS's format that are equal in two runs of the same script: a counter, hashed so that the ids do not reveal an order.
 */
export class IdCounter {
  #issued = 0;

  /** How many ids were issued. Set it to go on where another counter was. */
  get issued(): number {
    return this.#issued;
  }

  set issued(count: number) {
    this.#issued = count;
  }

  /** Lower-case letters and digits, as in the ids of Voice Connectors and groups: recorded ones have 21 characters. */
  opaque(length = 21): string {
    const digest = BigInt(`0x${this.#digest()}`).toString(36).padStart(length, '0');
    return `${'abcdefghij'.charAt(this.#issued % 10)}${digest.slice(0, length - 1)}`;
  }

  uuid(): string {
    const hex = this.#digest();
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  #digest(): string {
    this.#issued += 1;
    return createHash('sha256').update(`id ${this.#issued}`).digest('hex');
  }
}
