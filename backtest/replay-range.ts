/** Replays ranges of time of one history, given the moves that were made before each. */
import type { EpochMs } from '../lib/core/model/time.ts';
import type { History } from './history.ts';
import { ReplayRun, type MadeMove, type ReplayedRange, type ReplaySetting } from './replay-run.ts';

export type RangeRequest = {
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** Every move of the replay before `from`. */
  readonly movesBefore: readonly MadeMove[];
};

export class RangeReplay {
  readonly #history: History;
  readonly #setting: ReplaySetting;
  #run: ReplayRun;

  constructor(history: History, setting: ReplaySetting, run = new ReplayRun(history, setting)) {
    this.#history = history;
    this.#setting = setting;
    this.#run = run;
  }

  replay({ from, until, movesBefore }: RangeRequest): Promise<ReplayedRange> {
    // An earlier range was replayed without a move that was made before it: what the run assumed since is wrong.
    if (!this.#run.canSkipTo(from, movesBefore)) this.#run = new ReplayRun(this.#history, this.#setting);
    this.#run.skipTo(from, movesBefore);
    return this.#run.replayTo(until);
  }
}
