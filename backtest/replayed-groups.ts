/** The groups as a replay has them: in the order that it gave them, beside the order that they really had. */
import type { ChangeRecord } from '../lib/core/model/observation.ts';
import type { Move } from '../lib/core/model/plan.ts';
import { inOrder, sameItems } from '../lib/core/model/priorities.ts';
import type { VoiceConnectorGroup, VoiceConnectorItem } from '../lib/core/model/group.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import { isOrderToBeRecorded } from '../lib/core/plan/last-change.ts';
import type { RecordedAccount, RecordedChange } from './history.ts';

/** The run that was recorded and the replayed one may fall into neighbouring minutes. */
const sameChangeMs = 2 * minuteMs;

type ReadRecord = Extract<ChangeRecord, { readonly kind: 'read' }>;
type OrderSeen = ReadRecord['ordersSeen'][number];

type State = {
  replayed: VoiceConnectorGroup;
  /** The order that the group really had. */
  recorded: readonly VoiceConnectorItem[];
  /** When it really got that order, if it was not there from the beginning. */
  recordedAt: EpochMs | undefined;
  /** Not yet made, oldest first. */
  readonly due: RecordedChange[];
  readonly changedAt: EpochMs[];
  readonly promotedAt: Map<string, EpochMs[]>;
  readonly ordersSeen: OrderSeen[];
};

export class ReplayedGroups {
  readonly #states: ReadonlyMap<string, State>;
  /** Of the whole account, as the record of changes is. */
  readonly #demotedAt = new Map<string, EpochMs[]>();
  readonly #localFailovers = new Map<EpochMs, number>();
  #now = 0;

  constructor({ groups, changes }: RecordedAccount) {
    this.#states = new Map(
      groups.map((group) => [
        group.voiceConnectorGroupId,
        {
          replayed: { ...group },
          recorded: group.items,
          recordedAt: undefined,
          due: changes.filter(({ voiceConnectorGroupId }) => voiceConnectorGroupId === group.voiceConnectorGroupId),
          changedAt: [],
          promotedAt: new Map(),
          ordersSeen: [],
        },
      ]),
    );
  }

  /** The time of the present run. */
  get now(): EpochMs {
    return this.#now;
  }

  get groups(): readonly VoiceConnectorGroup[] {
    return [...this.#states.values()].map(({ replayed }) => replayed);
  }

  groupOf(voiceConnectorGroupId: string): VoiceConnectorGroup {
    return this.#stateOf(voiceConnectorGroupId).replayed;
  }

  /** The primary that the group really had. */
  recordedPrimary(voiceConnectorGroupId: string): string | undefined {
    return inOrder(this.#stateOf(voiceConnectorGroupId).recorded)[0]?.voiceConnectorId;
  }

  /** Whether the calls go where they really went. */
  isAsRecorded(voiceConnectorGroupId: string): boolean {
    const { replayed, recorded } = this.#stateOf(voiceConnectorGroupId);
    return sameItems(replayed.items, recorded);
  }

  /**
   * The changes that were really made until `now`. One that a person made is made in the replay too, as long as the group is as recorded:
   * otherwise it is unknown whether it would have been made. The monitor's own are the replay's to make.
   *
   * @param isReplaying false before the replay begins: then every change is made
   */
  passUntil(now: EpochMs, isReplaying: boolean): void {
    this.#now = now;
    for (const [id, state] of this.#states) {
      for (let next = state.due[0]; next !== undefined && next.at <= now; next = state.due[0]) {
        state.due.shift();
        const isByPerson = next.kind === 'command' || next.kind === 'by-hand';
        this.#pass(state, next, !isReplaying || (isByPerson && this.isAsRecorded(id)));
      }
    }
  }

  #pass(state: State, { at, order, kind }: RecordedChange, isFollowed: boolean): void {
    const before = inOrder(state.recorded)[0]?.voiceConnectorId;
    state.recorded = itemsInOrder(state.recorded, order);
    state.recordedAt = at;
    if (!isFollowed) return;
    state.replayed = { ...state.replayed, items: state.recorded, updatedAt: at };
    const [promoted] = order;
    if (kind === 'by-hand' || promoted === undefined) return;
    this.#remember(state, { at, promoted, demoted: kind === 'failover' ? before : undefined, isLocal: false });
  }

  /**
   * Makes a move of the replay, and the same one that is recorded within two minutes.
   *
   * @returns whether the group really made it: the order that it returns to may be one that it never left
   */
  move(move: Move, voiceConnectorGroupId: string, at: EpochMs): boolean {
    const state = this.#stateOf(voiceConnectorGroupId);
    state.replayed = { ...state.replayed, items: move.after, updatedAt: at };
    const demoted = move.kind === 'failover' ? move.leaving : undefined;
    this.#remember(state, { at, promoted: move.promoting, demoted, isLocal: move.isLocal === true });
    const [next] = state.due;
    const recorded = next && next.at <= at + sameChangeMs ? itemsInOrder(state.recorded, next.order) : undefined;
    if (next !== undefined && recorded !== undefined && sameItems(recorded, move.after)) {
      state.due.shift();
      state.recorded = recorded;
      state.recordedAt = next.at;
    }
    const { recordedAt = -Infinity } = state;
    return recordedAt >= at - sameChangeMs && this.isAsRecorded(voiceConnectorGroupId);
  }

  /** As the monitor does at the end of a run. */
  recordOrders(groups: readonly VoiceConnectorGroup[], observedAt: EpochMs): void {
    for (const group of groups) {
      if (!isOrderToBeRecorded(group, observedAt)) continue;
      const { ordersSeen } = this.#stateOf(group.voiceConnectorGroupId);
      ordersSeen.push({ at: toMinute(observedAt), items: group.items });
    }
  }

  recordOf(voiceConnectorGroupId: string, from: EpochMs): ReadRecord {
    const { changedAt, promotedAt, ordersSeen } = this.#stateOf(voiceConnectorGroupId);
    const since = toMinute(from);
    const recent = (times: readonly EpochMs[]): readonly EpochMs[] => times.filter((at) => at >= since);
    const recentOf = (all: ReadonlyMap<string, readonly EpochMs[]>) =>
      new Map([...all].map(([id, times]) => [id, recent(times)]));
    return {
      kind: 'read',
      changedAt: recent(changedAt),
      demotedAt: recentOf(this.#demotedAt),
      promotedAt: recentOf(promotedAt),
      drilledAt: [],
      ordersSeen: ordersSeen.filter(({ at }) => at >= since),
      localFailovers: new Map([...this.#localFailovers].filter(([at]) => at >= since)),
    };
  }

  #remember(
    { changedAt, promotedAt }: State,
    change: {
      readonly at: EpochMs;
      readonly promoted: string;
      readonly demoted: string | undefined;
      readonly isLocal: boolean;
    },
  ): void {
    const at = toMinute(change.at);
    changedAt.push(at);
    promotedAt.set(change.promoted, [...(promotedAt.get(change.promoted) ?? []), at]);
    const { demoted } = change;
    if (demoted !== undefined) this.#demotedAt.set(demoted, [...(this.#demotedAt.get(demoted) ?? []), at]);
    if (change.isLocal) this.#localFailovers.set(at, (this.#localFailovers.get(at) ?? 0) + 1);
  }

  #stateOf(voiceConnectorGroupId: string): State {
    const state = this.#states.get(voiceConnectorGroupId);
    if (state === undefined) throw new Error(`the history has no group ${voiceConnectorGroupId}`);
    return state;
  }
}

function toMinute(at: EpochMs): EpochMs {
  return Math.floor(at / minuteMs) * minuteMs;
}

/** The same priorities, given to the members in this order. */
export function itemsInOrder(
  items: readonly VoiceConnectorItem[],
  order: readonly string[],
): readonly VoiceConnectorItem[] {
  const priorities = inOrder(items).map(({ priority }) => priority);
  return order.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: priorities[place] }));
}
