/** Replays the monitor's judge and plan over a history, minute by minute. */
import { wholeAccount } from '../lib/core/model/account-share.ts';
import type { MoveKind, Plan } from '../lib/core/model/plan.ts';
import type { Verdict } from '../lib/core/model/verdict.ts';
import { primaryOf } from '../lib/core/model/priorities.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { VoiceConnectorGroup } from '../lib/core/model/group.ts';
import { heldFailover } from '../lib/core/plan/held-failover.ts';
import { decideGroup } from '../lib/core/plan/pinned.ts';
import type { PlanInput } from '../lib/core/plan/plan-input.ts';
import type { Policy } from '../lib/input/policy.ts';
import { AccountLimit } from '../lib/monitor/account-limit.ts';
import { byNeed } from '../lib/monitor/rescue-first.ts';
import { observeForMonitor } from '../lib/observe/monitor-reads.ts';
import { decideWithEvidence, judgeNow, planInputOf, type JudgedNow } from '../lib/observe/snapshot.ts';
import { AssumedCalls, type UsualFailures } from './assumed-calls.ts';
import type { History } from './history.ts';
import { replayPorts, type ReplayPorts } from './replay-ports.ts';
import { ReplayedGroups } from './replayed-groups.ts';
import { ReplayedMetrics } from './replayed-metrics.ts';

export type ReplayOptions = {
  /** The minute of the first run. */
  readonly from: EpochMs;
  /** Exclusive. */
  readonly until: EpochMs;
  /** How far into each minute its run begins, in ms. Default: 4 s. */
  readonly runDelayMs?: number;
  readonly onMinute?: (at: EpochMs) => void;
};

export type ReplayedMove = {
  readonly at: EpochMs;
  readonly voiceConnectorGroupId: string;
  readonly kind: MoveKind;
  readonly leaving: string;
  readonly promoting: string;
  /** The judge's evidence and the planner's choice, with the numbers that were compared. */
  readonly reason: string;
  /** Whether the group really made this move within two minutes. */
  readonly wasMade: boolean;
};

/** Consecutive minutes in which the same is true. */
export type Stretch<Value> = { readonly from: EpochMs; readonly until: EpochMs; readonly value: Value };

export type Decided = {
  readonly code: string;
  /** As of the first minute. */
  readonly reason: string;
  /** Whether the primary is proven unhealthy, and the group stays. */
  readonly isFailoverHeld: boolean;
};

export type ReplayedGroup = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  readonly decisions: readonly Stretch<Decided>[];
  /** The Voice Connector that has the calls in the replay. */
  readonly primary: readonly Stretch<string>[];
  /** The one that really had them. */
  readonly recordedPrimary: readonly Stretch<string>[];
  /** By member. A member without a verdict was not read. */
  readonly health: ReadonlyMap<string, readonly Stretch<Verdict['health'] | 'not read'>[]>;
};

export type Replay = {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly groups: readonly ReplayedGroup[];
  readonly moves: readonly ReplayedMove[];
  /** The calls of a minute in the replay. */
  readonly callsOf: (voiceConnectorId: string, at: EpochMs) => { readonly attempts: number; readonly failures: number };
  readonly usualOf: (voiceConnectorId: string) => UsualFailures;
};

export async function replay(history: History, policy: Policy, options: ReplayOptions): Promise<Replay> {
  const { from, until, runDelayMs = 4000, onMinute } = options;
  const groups = new ReplayedGroups(history.account);
  const metrics = new ReplayedMetrics(history);
  const calls = new AssumedCalls(history, metrics);
  const run = new ReplayRun({ groups, ports: replayPorts(history, groups, metrics), policy });
  groups.passUntil(from - 1, false);
  for (let minute = from; minute < until; minute += minuteMs) {
    const observedAt = minute + runDelayMs;
    groups.passUntil(observedAt, true);
    await run.decide(minute, observedAt);
    calls.assume(groups, minute);
    onMinute?.(minute);
  }
  return {
    from,
    until,
    groups: run.result(),
    moves: run.moves,
    callsOf: (id, at) => ({
      attempts: metrics.value(id, 'InboundCallAttempts', at) ?? 0,
      failures: metrics.value(id, 'InboundCallFailures', at) ?? 0,
    }),
    usualOf: (id) => calls.usualOf(id),
  };
}

type Wiring = { readonly groups: ReplayedGroups; readonly ports: ReplayPorts; readonly policy: Policy };

/** Nothing aborts a replay. */
const never = new AbortController().signal;

class ReplayRun {
  readonly moves: ReplayedMove[] = [];
  readonly #wiring: Wiring;
  readonly #traces: ReadonlyMap<string, GroupTrace>;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
    this.#traces = new Map(wiring.groups.groups.map((group) => [group.voiceConnectorGroupId, new GroupTrace(group)]));
  }

  /** The stages of lib/monitor/turn.ts, except for what writes and publishes. */
  async decide(minute: EpochMs, observedAt: EpochMs): Promise<void> {
    const { groups, ports, policy } = this.#wiring;
    const observed = await observeForMonitor(ports, policy, observedAt, never);
    const judged = judgeNow(observed, policy);
    const limit = new AccountLimit(wholeAccount(observed.observation.groups.length));
    for (const group of byNeed(observed.observation.groups, judged)) {
      const { input, plan } = await this.#planned(group, judged, limit, observedAt);
      this.#note(minute, input, plan);
      if (plan.kind !== 'hold') this.#move(plan, group, observedAt);
      this.#traces.get(group.voiceConnectorGroupId)?.noteOrder(minute, {
        replayed: primaryOf(groups.groupOf(group.voiceConnectorGroupId)),
        recorded: groups.recordedPrimary(group.voiceConnectorGroupId),
      });
    }
    groups.recordOrders(observed.observation.groups, observedAt);
  }

  async #planned(
    group: VoiceConnectorGroup,
    judged: JudgedNow,
    limit: AccountLimit,
    observedAt: EpochMs,
  ): Promise<{ readonly input: PlanInput; readonly plan: Plan }> {
    const { ports, policy } = this.#wiring;
    const planned = planInputOf({ policy, identity: { observedAt } }, judged, group);
    const context = { ports, signals: { work: never } };
    const { input, decision } = await decideWithEvidence(context, judged, planned, decideGroup);
    return { input, plan: decision.kind === 'hold' ? decision : limit.admit(decision, input) };
  }

  #note(minute: EpochMs, input: PlanInput, plan: Plan): void {
    this.#traces.get(input.group.voiceConnectorGroupId)?.noteDecision(minute, input, plan);
  }

  #move(
    move: Extract<Plan, { readonly leaving: string }>,
    { voiceConnectorGroupId }: VoiceConnectorGroup,
    at: EpochMs,
  ): void {
    const { groups } = this.#wiring;
    groups.move(move, voiceConnectorGroupId, at);
    const { kind, leaving, promoting, reason } = move;
    const wasMade = groups.isAsRecorded(voiceConnectorGroupId);
    this.moves.push({ at, voiceConnectorGroupId, kind, leaving, promoting, reason, wasMade });
  }

  result(): readonly ReplayedGroup[] {
    return [...this.#traces.values()].map((trace) => trace.result());
  }
}

/** What happened to one group, as stretches: memory grows with the changes, not with the minutes. */
class GroupTrace {
  readonly #group: VoiceConnectorGroup;
  readonly #decisions = new Stretches<Decided>(isSameDecision);
  readonly #primary = new Stretches<string>();
  readonly #recordedPrimary = new Stretches<string>();
  readonly #health: ReadonlyMap<string, Stretches<Verdict['health'] | 'not read'>>;

  constructor(group: VoiceConnectorGroup) {
    this.#group = group;
    this.#health = new Map(group.items.map(({ voiceConnectorId }) => [voiceConnectorId, new Stretches()]));
  }

  noteDecision(minute: EpochMs, input: PlanInput, plan: Plan): void {
    const code = plan.kind === 'hold' ? plan.code : plan.kind;
    this.#decisions.add(minute, { code, reason: plan.reason, isFailoverHeld: heldFailover(input, plan) !== undefined });
    for (const [id, stretches] of this.#health) stretches.add(minute, input.verdicts.get(id)?.health ?? 'not read');
  }

  noteOrder(
    minute: EpochMs,
    { replayed, recorded }: { readonly replayed: string | undefined; readonly recorded: string | undefined },
  ): void {
    this.#primary.add(minute, replayed ?? 'none');
    this.#recordedPrimary.add(minute, recorded ?? 'none');
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

  add(minute: EpochMs, value: Value): void {
    const last = this.all.at(-1);
    const until = minute + minuteMs;
    if (last?.until === minute && this.#isSame(last.value, value)) this.all[this.all.length - 1] = { ...last, until };
    else this.all.push({ from: minute, until, value });
  }
}
