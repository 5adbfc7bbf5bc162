/** The account limit, for the groups of one run. */
import type { Hold, Move } from '../core/model/plan.ts';
import { holdByAccountLimit, isLocalFailover } from '../core/plan/account-limit.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';

export class AccountLimit {
  readonly #groups: number;
  /** By Voice Connector that was left, the group that counts for it: others that leave it have the same fault. */
  readonly #leftBy = new Map<string, string>();

  /** @param groups of the account */
  constructor(groups: number) {
    this.#groups = groups;
  }

  /** Lets a move pass, marked if it counts for the account limit, or puts a hold in its place. */
  admit(move: Move, input: PlanInput): Move | Hold {
    if (!isLocalFailover(move, input)) return move;
    const held = holdByAccountLimit(move, input, { groups: this.#groups, leftInThisRun: new Set(this.#leftBy.keys()) });
    if (held !== undefined) return held;
    const { voiceConnectorGroupId } = input.group;
    const countedBy = this.#leftBy.get(move.leaving) ?? voiceConnectorGroupId;
    this.#leftBy.set(move.leaving, countedBy);
    return countedBy === voiceConnectorGroupId ? { ...move, isLocal: true } : move;
  }
}
