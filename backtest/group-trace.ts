/** What happened to one group in a replay, as stretches: memory grows with the changes, not with the minutes. */
import type { VoiceConnectorGroup } from '../lib/core/model/group.ts';
import type { Plan } from '../lib/core/model/plan.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { Verdict } from '../lib/core/model/verdict.ts';
import { heldFailover } from '../lib/core/plan/held-failover.ts';
import type { PlanInput } from '../lib/core/plan/plan-input.ts';

/** Consecutive minutes in which the same is true. */
export type Stretch<Value> = { readonly from: EpochMs; readonly until: EpochMs; readonly value: Value };

export type Decided = {
  readonly code: string;
  /** As of the first minute. */
  readonly reason: string;
  /** Whether the primary is proven unhealthy, and the group stays. */
  readonly isFailoverHeld: boolean;
};

type ReplayedHealth = Verdict['health'] | 'not read';

export type ReplayedGroup = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  readonly decisions: readonly Stretch<Decided>[];
  /** The Voice Connector that has the calls in the replay. */
  readonly primary: readonly Stretch<string>[];
  /** The one that really had them. */
  readonly recordedPrimary: readonly Stretch<string>[];
  /** By member. A member without a verdict was not read. */
  readonly health: ReadonlyMap<string, readonly Stretch<ReplayedHealth>[]>;
};

export class GroupTrace {
  readonly #group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>;
  readonly #decisions = new Stretches<Decided>(isSameDecision);
  readonly #primary = new Stretches<string>();
  readonly #recordedPrimary = new Stretches<string>();
  readonly #health: ReadonlyMap<string, Stretches<ReplayedHealth>>;

  constructor(group: VoiceConnectorGroup) {
    this.#group = group;
    this.#health = new Map(group.items.map(({ voiceConnectorId }) => [voiceConnectorId, new Stretches()]));
  }

  addDecision(minute: EpochMs, input: PlanInput, plan: Plan): void {
    const code = plan.kind === 'hold' ? plan.code : plan.kind;
    const isFailoverHeld = heldFailover(input, plan) !== undefined;
    this.#decisions.addMinute(minute, { code, reason: plan.reason, isFailoverHeld });
    for (const [id, stretches] of this.#health) {
      stretches.addMinute(minute, input.verdicts.get(id)?.health ?? 'not read');
    }
  }

  addOrder(
    minute: EpochMs,
    { replayed, recorded }: { readonly replayed: string | undefined; readonly recorded: string | undefined },
  ): void {
    this.#primary.addMinute(minute, replayed ?? 'none');
    this.#recordedPrimary.addMinute(minute, recorded ?? 'none');
  }

  /** Adds what happened next, with the same result as minute by minute. */
  append(next: ReplayedGroup): void {
    this.#decisions.append(next.decisions);
    this.#primary.append(next.primary);
    this.#recordedPrimary.append(next.recordedPrimary);
    for (const [id, stretches] of this.#health) stretches.append(next.health.get(id) ?? []);
  }

  result(): ReplayedGroup {
    const { voiceConnectorGroupId, name } = this.#group;
    return {
      voiceConnectorGroupId,
      name,
      decisions: this.#decisions.all,
      primary: this.#primary.all,
      recordedPrimary: this.#recordedPrimary.all,
      health: new Map([...this.#health].map(([id, stretches]) => [id, stretches.all])),
    };
  }
}

function isSameDecision(left: Decided, right: Decided): boolean {
  return left.code === right.code && left.isFailoverHeld === right.isFailoverHeld;
}

class Stretches<Value> {
  readonly all: Stretch<Value>[] = [];
  readonly #isSame: (left: Value, right: Value) => boolean;

  constructor(isSame: (left: Value, right: Value) => boolean = Object.is) {
    this.#isSame = isSame;
  }

  addMinute(minute: EpochMs, value: Value): void {
    this.append([{ from: minute, until: minute + minuteMs, value }]);
  }

  append(stretches: readonly Stretch<Value>[]): void {
    for (const next of stretches) {
      const last = this.all.at(-1);
      const isContinued = last?.until === next.from && this.#isSame(last.value, next.value);
      if (isContinued) this.all[this.all.length - 1] = { ...last, until: next.until };
      else this.all.push(next);
    }
  }
}
