/** The account limit, for the groups of one run. */
import type { AccountShare } from '../core/model/account-share.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { Hold, Move } from '../core/model/plan.ts';
import { holdByAccountLimit, isLocalFailover, localFailoversLeft } from '../core/plan/account-limit.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';

export class AccountLimit {
  readonly #share: AccountShare;
  /** By Voice Connector that was left, the group that counts for it: others that leave it have the same fault. */
  readonly #leftBy = new Map<string, string>();
  /** By group id, the groups that may still ask for a failover, those that lose the most calls first. */
  readonly #undecided = new Map<string, PromiseWithResolvers<undefined>>();

  constructor(share: AccountShare) {
    this.#share = share;
  }

  /**
   * Announces the groups that are about to be handled side by side, so that which of them may fail over does not depend on which answer of
   * AWS comes first. Each must be finished.
   *
   * @param groups those that lose the most calls first, in which order they must be begun
   */
  expect(groups: readonly VoiceConnectorGroup[]): void {
    for (const { voiceConnectorGroupId } of groups)
      this.#undecided.set(voiceConnectorGroupId, Promise.withResolvers<undefined>());
  }

  /** The group asks for no further failover. */
  finish({ voiceConnectorGroupId }: VoiceConnectorGroup): void {
    this.#undecided.get(voiceConnectorGroupId)?.resolve(undefined);
    this.#undecided.delete(voiceConnectorGroupId);
  }

  /** Lets a move pass, marked if it counts for the account limit, or puts a hold in its place. */
  async admit(move: Move, input: PlanInput): Promise<Move | Hold> {
    const { group } = input;
    const isLocal = isLocalFailover(move, input);
    if (isLocal && !this.#leftBy.has(move.leaving)) await this.#waitForPlace(group, input);
    this.finish(group);
    return isLocal ? this.#limited(move, input) : move;
  }

  #limited(move: Move, input: PlanInput): Move | Hold {
    const held = holdByAccountLimit(move, input, { share: this.#share, leftInThisRun: new Set(this.#leftBy.keys()) });
    if (held !== undefined) return held;
    const { voiceConnectorGroupId } = input.group;
    const countedBy = this.#leftBy.get(move.leaving) ?? voiceConnectorGroupId;
    this.#leftBy.set(move.leaving, countedBy);
    return countedBy === voiceConnectorGroupId ? { ...move, isLocal: true } : move;
  }

  /** Waits until every group that loses more calls has decided, or would find a place beside this one. */
  async #waitForPlace({ voiceConnectorGroupId }: VoiceConnectorGroup, input: PlanInput): Promise<void> {
    const ids = [...this.#undecided.keys()];
    const ahead = ids.slice(0, Math.max(0, ids.indexOf(voiceConnectorGroupId)));
    const most = localFailoversLeft(input, this.#share);
    for (const id of ahead) {
      const undecidedAhead = ahead.filter((each) => this.#undecided.has(each)).length;
      if (this.#leftBy.size + undecidedAhead < most) return;
      await this.#undecided.get(id)?.promise;
    }
  }
}
