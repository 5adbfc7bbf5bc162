/** When this process made its last run. It decides nothing: it saves that an event is published again by a run that follows soon. */
import type { EpochMs } from '../core/model/time.ts';
import type { RunResult } from './result.ts';

export class RememberedRuns {
  #lastAt: EpochMs | undefined;

  get lastAt(): EpochMs | undefined {
    return this.#lastAt;
  }

  /** A run over one group has published nothing about the others. */
  note({ trigger, observedAt }: Pick<RunResult, 'trigger' | 'observedAt'>): void {
    if (trigger.kind === 'manual' && trigger.groupId !== undefined) return;
    this.#lastAt = Date.parse(observedAt);
  }
}
