/** The owner's end of a thread that replays ranges. The values of the history are in memory once for all threads. */
import { Worker } from 'node:worker_threads';
import type { History, SharedHistory } from './history.ts';
import type { RangeRequest } from './replay-range.ts';
import type { ReplayedRange, ReplaySetting } from './replay-run.ts';

export type ThreadSetting = { readonly history: SharedHistory; readonly setting: ReplaySetting };

/** More makes a thread no faster, and two of them take 200 MB more. */
const resourceLimits = { maxYoungGenerationSizeMb: 32 };

export class ReplayThread {
  readonly #worker = new Worker(new URL('./replay-worker.ts', import.meta.url), { resourceLimits });

  constructor(history: History, setting: ReplaySetting) {
    const first: ThreadSetting = { history: history.toShared(), setting };
    this.#worker.postMessage(first);
  }

  replay(request: RangeRequest): Promise<ReplayedRange> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', (replayed: ReplayedRange) => {
        this.#worker.off('error', reject);
        resolve(replayed);
      });
      this.#worker.postMessage(request);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
