import type { LocalAws } from '../local-aws.ts';
import { writeStateFile, type WrittenStateFile } from './file.ts';

/** Of the real time at most this share is spent with the file, however large it becomes. */
const largestShare = 0.1;

/** Writes the file of `--state` while the local AWS runs, and when it ends. */
export class StateKeeper {
  readonly #path: string;
  readonly #world: WrittenStateFile['world'];
  readonly #aws: Pick<LocalAws, 'kept'>;
  #notBeforeMs = 0;

  constructor(parts: {
    readonly path: string;
    readonly world: WrittenStateFile['world'];
    readonly aws: Pick<LocalAws, 'kept'>;
  }) {
    this.#path = parts.path;
    this.#world = parts.world;
    this.#aws = parts.aws;
  }

  /** After each simulated minute. Leaves some out where the file takes long. @throws {CommandLineError} */
  async keepSometimes(): Promise<void> {
    if (performance.now() >= this.#notBeforeMs) await this.keep();
  }

  /** @throws {CommandLineError} */
  async keep(): Promise<void> {
    const beganAtMs = performance.now();
    await writeStateFile(this.#path, { world: this.#world, state: this.#aws.kept() });
    const endedAtMs = performance.now();
    this.#notBeforeMs = endedAtMs + (endedAtMs - beganAtMs) / largestShare;
  }
}
