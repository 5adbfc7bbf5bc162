/** The account limit, for the groups of one run. */
import type { AccountShare } from '../core/model/account-share.ts';
import type { Hold, Move } from '../core/model/plan.ts';
import { holdByAccountLimit, isLocalFailover } from '../core/plan/account-limit.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';

export class AccountLimit {
  readonly #share: AccountShare;
  /** By Voice Connector that was left, the group that counts for it: others that leave it have the same fault. */
  readonly #leftBy = new Map<string, string>();

  constructor(share: AccountShare) {
    this.#share = share;
  }

  /** Lets a move pass, marked if it counts for the account limit, or puts a hold in its place. */
  admit(move: Move, input: PlanInput): Move | Hold {
    if (!isLocalFailover(move, input)) return move;
    const held = holdByAccountLimit(move, input, { share: this.#share, leftInThisRun: new Set(this.#leftBy.keys()) });
    if (held !== undefined) return held;
    const { voiceConnectorGroupId } = input.group;
    const countedBy = this.#leftBy.get(move.leaving) ?? voiceConnectorGroupId;
    this.#leftBy.set(move.leaving, countedBy);
    return countedBy === voiceConnectorGroupId ? { ...move, isLocal: true } : move;
  }
}
