/**
 * The groups of a replay, as far as it has come. It judges the next minutes, or makes moves that are known already: what a minute leaves
 * behind for later ones depends on the moves and on the history only.
 */
import { isDeepStrictEqual } from 'node:util';
import { wholeAccount } from '../lib/core/model/account-share.ts';
import type { Move, Plan } from '../lib/core/model/plan.ts';
import { primaryOf } from '../lib/core/model/priorities.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { VoiceConnectorGroup } from '../lib/core/model/group.ts';
import { decideGroup } from '../lib/core/plan/pinned.ts';
import type { PlanInput } from '../lib/core/plan/plan-input.ts';
import type { Policy } from '../lib/input/policy.ts';
import { AccountLimit } from '../lib/monitor/account-limit.ts';
import { byNeed } from '../lib/monitor/rescue-first.ts';
import { observeForMonitor } from '../lib/observe/monitor-reads.ts';
import { decideWithEvidence, judgeNow, planInputOf, type JudgedNow } from '../lib/observe/snapshot.ts';
import { AssumedCalls, type UsualFailures } from './assumed-calls.ts';
import { GroupTrace, type ReplayedGroup } from './group-trace.ts';
import type { History } from './history.ts';
import { replayPorts, type ReplayPorts } from './replay-ports.ts';
import { ReplayedGroups } from './replayed-groups.ts';
import { ReplayedMetrics } from './replayed-metrics.ts';

export type ReplaySetting = {
  readonly policy: Policy;
  /** The minute of the first run. */
  readonly from: EpochMs;
  /** How far into each minute its run begins, in ms. */
  readonly runDelayMs: number;
};

export type MadeMove = {
  readonly at: EpochMs;
  readonly voiceConnectorGroupId: string;
  readonly move: Move;
  /** Whether the group really made this move within two minutes. */
  readonly wasMade: boolean;
};

/** What the minutes of a range showed. */
export type ReplayedRange = {
  readonly until: EpochMs;
  readonly moves: readonly MadeMove[];
  readonly groups: readonly ReplayedGroup[];
};

/** Nothing aborts a replay. */
const never = new AbortController().signal;

export class ReplayRun {
  readonly #moves: MadeMove[] = [];
  readonly #setting: ReplaySetting;
  readonly #groups: ReplayedGroups;
  readonly #metrics: ReplayedMetrics;
  readonly #calls: AssumedCalls;
  readonly #ports: ReplayPorts;
  #minute: EpochMs;

  constructor(history: History, setting: ReplaySetting) {
    this.#setting = setting;
    this.#groups = new ReplayedGroups(history.account);
    this.#metrics = new ReplayedMetrics(history);
    this.#calls = new AssumedCalls(history, this.#metrics);
    this.#ports = replayPorts(history, this.#groups, this.#metrics);
    this.#minute = setting.from;
    this.#groups.passUntil(setting.from - 1, false);
  }

  get moves(): readonly MadeMove[] {
    return this.#moves;
  }

  /** The calls of a minute in the replay. */
  callsOf(voiceConnectorId: string, at: EpochMs): { readonly attempts: number; readonly failures: number } {
    return {
      attempts: this.#metrics.value(voiceConnectorId, 'InboundCallAttempts', at) ?? 0,
      failures: this.#metrics.value(voiceConnectorId, 'InboundCallFailures', at) ?? 0,
    };
  }

  usualOf(voiceConnectorId: string): UsualFailures {
    return this.#calls.usualOf(voiceConnectorId);
  }

  /** Whether it can go on to `from`, where these are all moves before it: it has not come further, and made no other move. */
  canSkipTo(from: EpochMs, moves: readonly MadeMove[]): boolean {
    const soFar = moves.filter(({ at }) => at < this.#minute);
    return this.#minute <= from && isDeepStrictEqual(this.#moves, soFar);
  }

  /** Passes the minutes before `until` without judging them. */
  skipTo(until: EpochMs, moves: readonly MadeMove[]): void {
    const byTime = Map.groupBy(moves, ({ at }) => at);
    while (this.#minute < until) {
      const observedAt = this.#beginMinute();
      const { groups } = this.#groups;
      for (const { move, voiceConnectorGroupId } of byTime.get(observedAt) ?? []) {
        this.#move(move, voiceConnectorGroupId, observedAt);
      }
      this.#endMinute(groups, observedAt);
    }
  }

  /** Judges each minute before `until`, and makes the moves that the monitor would make. */
  async replayTo(until: EpochMs): Promise<ReplayedRange> {
    const traces = new Map(this.#groups.groups.map((group) => [group.voiceConnectorGroupId, new GroupTrace(group)]));
    const movesBefore = this.#moves.length;
    while (this.#minute < until) {
      const observedAt = this.#beginMinute();
      const groups = await this.#decide(traces, observedAt);
      this.#endMinute(groups, observedAt);
    }
    return {
      until,
      moves: this.#moves.slice(movesBefore),
      groups: [...traces.values()].map((trace) => trace.result()),
    };
  }

  #beginMinute(): EpochMs {
    const observedAt = this.#minute + this.#setting.runDelayMs;
    this.#groups.passUntil(observedAt, true);
    return observedAt;
  }

  /** @param groups as the run found them */
  #endMinute(groups: readonly VoiceConnectorGroup[], observedAt: EpochMs): void {
    this.#groups.recordOrders(groups, observedAt);
    this.#calls.assume(this.#groups, this.#minute);
    this.#minute += minuteMs;
  }

  /** The stages of lib/monitor/turn.ts, except for what writes and publishes. */
  async #decide(traces: ReadonlyMap<string, GroupTrace>, observedAt: EpochMs): Promise<readonly VoiceConnectorGroup[]> {
    const { policy } = this.#setting;
    const observed = await observeForMonitor(this.#ports, policy, observedAt, never);
    const judged = judgeNow(observed, policy);
    const { groups } = observed.observation;
    const limit = new AccountLimit(wholeAccount(groups.length));
    for (const group of byNeed(groups, judged)) {
      const { voiceConnectorGroupId: id } = group;
      const { input, plan } = await this.#planned(group, judged, limit, observedAt);
      if (plan.kind !== 'hold') this.#move(plan, id, observedAt);
      const trace = traces.get(id);
      trace?.addDecision(this.#minute, input, plan);
      trace?.addOrder(this.#minute, {
        replayed: primaryOf(this.#groups.groupOf(id)),
        recorded: this.#groups.recordedPrimary(id),
      });
    }
    return groups;
  }

  async #planned(
    group: VoiceConnectorGroup,
    judged: JudgedNow,
    limit: AccountLimit,
    observedAt: EpochMs,
  ): Promise<{ readonly input: PlanInput; readonly plan: Plan }> {
    const planned = planInputOf({ policy: this.#setting.policy, identity: { observedAt } }, judged, group);
    const context = { ports: this.#ports, signals: { work: never } };
    const { input, decision } = await decideWithEvidence(context, judged, planned, decideGroup);
    return { input, plan: decision.kind === 'hold' ? decision : await limit.admit(decision, input) };
  }

  #move(move: Move, voiceConnectorGroupId: string, at: EpochMs): void {
    const wasMade = this.#groups.move(move, voiceConnectorGroupId, at);
    this.#moves.push({ at, voiceConnectorGroupId, move, wasMade });
  }
}
