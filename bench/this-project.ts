/** This project's judge and plan, with data from memory instead of AWS. With connector-history.ts and headroom.ts the only file of the benchmark that imports lib/core. */
import { callsOf } from '../lib/core/judge/connector-calls.ts';
import { natsForBudget } from '../lib/core/judge/likelihood.ts';
import { carriedBeforeChange } from '../lib/core/judge/carried-before-change.ts';
import { judge, type Judgement } from '../lib/core/judge/judge.ts';
import { judgedUntil } from '../lib/core/judge/readings.ts';
import { minuteMs } from '../lib/core/model/time.ts';
import { type GroupPolicy } from '../lib/core/model/group-policy.ts';
import {
  type StandbySignals,
  type Observation,
  type VoiceConnectorObservation,
} from '../lib/core/model/observation.ts';
import { type VoiceConnectorGroup } from '../lib/core/model/group.ts';
import type { PlanInput } from '../lib/core/plan/plan-input.ts';
import { plan } from '../lib/core/plan/plan.ts';
import { findSuspects } from '../lib/core/judge/suspects.ts';
import type { Verdict } from '../lib/core/model/verdict.ts';
import { parsePolicy } from '../infra/policy-text.ts';
import { homeOf, newestMinute, otherOf, type Contender, type Turn } from './contender.ts';
import { Baseline } from './contenders/glr-statistic.ts';
import { ConnectorHistory, metricLagSeconds } from './connector-history.ts';
import { noMetrics } from './connector-metrics.ts';
import { Headroom } from './headroom.ts';
import { connectorId, epoch, groupId } from './worlds.ts';

const mostGroups = 16;
const homes = Array.from({ length: mostGroups }, (_, group) => connectorId(homeOf(group)));

/** The defaults of policy.yml in mode enforce, with the given budget of false moves. */
function policyFor({ budgetPerGroupYear, failsBack }: ProjectSettings): GroupPolicy {
  return {
    ...parsePolicy('version: 1', 'the defaults').defaults,
    mode: 'enforce',
    metricLagSeconds,
    falseMovesPerGroupYear: budgetPerGroupYear,
    ...(failsBack === true ? { failback: 'auto', preferredOrder: homes } : {}),
  };
}

/** The default budget of policy.yml. */
export const defaultBudgetPerGroupYear = parsePolicy('version: 1', 'the defaults').defaults.falseMovesPerGroupYear;

export type ProjectSettings = {
  readonly budgetPerGroupYear: number;
  /** Whether it moves back to the home connector by itself (`failback: auto`). Default: it stays. */
  readonly failsBack?: boolean;
  /** The world's minute 0, in minutes after {@link epoch}. Default 0. */
  readonly startsAtMinute?: number;
  /**
   * Saves work on healthy streams: the judge is skipped if the calls of the top show less evidence than this (in nats, as if
   * calls were independent) against the learned ratio, or against `baselineAtMost` if that is lower; and where the new calls since
   * it last ran cannot have completed a proof ({@link Headroom}). One in `auditEvery` of the skipped runs is made nevertheless, and must hold.
   */
  readonly gate?: { readonly nats: number; readonly baselineAtMost: number; readonly auditEvery: number };
};

/** The judge's baseline has a cap, and a gate with a higher one would hide moves. */
const highestGateBaseline = 0.1;

/**
 * Well below the evidence that the judge requires for a move.
 *
 * @param lowestRatio of failed calls in the world at its best times: a judge that knows the hour may use it as its baseline
 */
export function gateFor(budgetPerGroupYear: number, lowestRatio = Infinity): Required<ProjectSettings>['gate'] {
  return {
    nats: 0.75 * natsForBudget(budgetPerGroupYear),
    baselineAtMost: Math.min(lowestRatio, highestGateBaseline),
    auditEvery: 2_000,
  };
}

export class ProjectContender implements Contender {
  readonly historyDays = 15;
  readonly #startsAt: number;
  readonly #policy: GroupPolicy;
  readonly #gate: ProjectSettings['gate'];
  readonly #histories: ConnectorHistory[] = [];
  readonly #baselines: Baseline[] = [];
  readonly #headrooms: (Headroom | undefined)[] = [];
  readonly #changedAt = new Map<number, number[]>();
  readonly #operatorChangedAt = new Map<number, number>();
  #verdicts = new Map<string, Verdict>();
  readonly #demotedAt = new Map<string, number[]>();
  #skipped = 0;
  audited = 0;
  /** Audited runs with a verdict `unhealthy` although the gate would have skipped them: there must be none. */
  gateFailures = 0;

  constructor(settings: ProjectSettings) {
    this.#policy = policyFor(settings);
    this.#gate = settings.gate;
    this.#startsAt = epoch + (settings.startsAtMinute ?? 0) * minuteMs;
  }

  /** Judges and makes no plan, as in mode observe or under a pause. */
  watch(turn: Turn): void {
    this.learn(turn);
    this.#judge(turn);
  }

  /** The verdict of the newest run; undefined if the gate skipped it. */
  verdictOn(connector: number): Verdict | undefined {
    return this.#verdicts.get(connectorId(connector));
  }

  /** Takes note that an operator changed the order of a group. */
  changedByOperator(group: number, minute: number): void {
    this.#operatorChangedAt.set(group, this.#startsAt + minute * minuteMs);
  }

  learn(turn: Turn): void {
    const startsAt = this.#startsAt + newestMinute(turn) * minuteMs;
    for (const [connector, metrics] of turn.newest.entries()) this.#historyOf(connector).push(startsAt, metrics);
    if (this.#gate === undefined) return;
    for (const [group, top] of turn.tops.entries()) {
      this.#headrooms[group]?.push(turn.newest[top] ?? noMetrics);
      const [home, standby] = turn.newest.slice(2 * group, 2 * group + 2);
      if (home === undefined || standby === undefined) continue;
      (this.#baselines[group] ??= new Baseline()).push(
        home.attempts + standby.attempts,
        home.failures + standby.failures,
      );
    }
  }

  turn(turn: Turn): readonly number[] {
    this.learn(turn);
    this.#verdicts = new Map();
    if (this.#gate === undefined || !this.#isQuiet(turn, this.#gate)) return this.#decide(turn);
    this.#skipped += 1;
    if (this.#skipped % this.#gate.auditEvery !== 0) return [];
    this.audited += 1;
    const moves = this.#decide(turn);
    if ([...this.#verdicts.values()].some(({ health }) => health === 'unhealthy')) this.gateFailures += 1;
    return moves;
  }

  #isQuiet({ minute, tops }: Turn, { nats, baselineAtMost }: Required<ProjectSettings>['gate']): boolean {
    return tops.every((top, group) => {
      // A failback follows from calm, not from evidence.
      if (this.#policy.failback === 'auto' && top !== homeOf(group)) return false;
      if (this.#headrooms[group]?.covers(judgedUntil(this.#startsAt + minute * minuteMs, this.#policy)) === true)
        return true;
      const baseline = Math.min(this.#baselines[group]?.ratio ?? 0, baselineAtMost);
      return this.#historyOf(top).evidenceAgainst(baseline) < nats;
    });
  }

  #judge(turn: Turn): { readonly observation: Observation; readonly judgement: Judgement } {
    const observation = this.#withHistory(this.#observe(turn, this.#startsAt + turn.minute * minuteMs));
    const { regions, verdictsOf } = judge(observation, () => this.#policy);
    const verdicts = new Map(observation.groups.map((group) => [group, verdictsOf(group)]));
    this.#verdicts = new Map([...verdicts.values()].flatMap((ofGroup) => [...ofGroup]));
    if (this.#gate !== undefined) this.#measureHeadrooms(turn, observation);
    return {
      observation,
      judgement: { regions, verdictsOf: (group) => verdicts.get(group) ?? new Map<string, Verdict>() },
    };
  }

  /** Only where the judge knew the past of the calls. */
  #measureHeadrooms({ tops }: Turn, { observedAt, connectors }: Observation): void {
    const until = judgedUntil(observedAt, this.#policy);
    const nats = 0.75 * natsForBudget(this.#policy.falseMovesPerGroupYear);
    for (const [group, top] of tops.entries()) {
      const observed = connectors.get(connectorId(top));
      this.#headrooms[group] =
        observed?.history === undefined ? undefined : Headroom.after(callsOf(observed, until, this.#policy), nats);
    }
  }

  #decide(turn: Turn): readonly number[] {
    const { observation, judgement } = this.#judge(turn);
    const { observedAt } = observation;
    const moves: number[] = [];
    for (const [index, group] of observation.groups.entries()) {
      const planned = this.#plan(index, group, observation, judgement);
      const top = turn.tops[index];
      if (
        planned.kind === 'hold' ||
        planned.kind === 'need-evidence' ||
        top === undefined ||
        planned.promoting !== connectorId(otherOf(top))
      )
        continue;
      this.#changedAt.set(index, [...(this.#changedAt.get(index) ?? []), observedAt]);
      const demotions = this.#demotedAt.get(planned.leaving) ?? [];
      if (planned.kind === 'failover') this.#demotedAt.set(planned.leaving, [...demotions, observedAt]);
      this.#headrooms[index] = undefined;
      moves.push(index);
    }
    return moves;
  }

  /** As the monitor does, reads the past day of suspects only. */
  #withHistory(observation: Observation): Observation {
    const suspected = findSuspects(observation, () => this.#policy);
    if (suspected.size === 0) return observation;
    const connectors = new Map(observation.connectors);
    for (const [connector, shown] of this.#histories.entries()) {
      const observed = connectors.get(connectorId(connector));
      if (observed === undefined || !suspected.has(observed.voiceConnectorId)) continue;
      connectors.set(observed.voiceConnectorId, shown.observeSuspect(connector, observation.observedAt));
    }
    return { ...observation, connectors };
  }

  #plan(
    index: number,
    group: VoiceConnectorGroup,
    observation: Observation,
    { regions, verdictsOf }: Judgement,
  ): ReturnType<typeof plan> {
    const input: PlanInput = {
      observedAt: observation.observedAt,
      group,
      connectorRegions: new Map(
        [...observation.connectors.values()].map(({ voiceConnectorId, region }) => [voiceConnectorId, region ?? '']),
      ),
      verdicts: verdictsOf(group),
      regions,
      override: { kind: 'none' },
      candidateEvidence: undefined,
      carriedBeforeChange: carriedBeforeChange(group, observation),
      policy: this.#policy,
    };
    const first = plan(input);
    if (first.kind !== 'need-evidence') return first;
    const standbySignals = new Map<string, StandbySignals>();
    for (const [connector, shown] of this.#histories.entries())
      standbySignals.set(connectorId(connector), shown.standbySignals());
    const changeRecord = {
      kind: 'read' as const,
      changedAt: this.#changedAt.get(index) ?? [],
      demotedAt: this.#demotedAt,
      promotedAt: new Map<string, readonly number[]>(),
      drilledAt: [],
      ordersSeen: [],
      localFailovers: new Map<number, number>(),
    };
    return plan({ ...input, candidateEvidence: { standbySignals, changeRecord } });
  }

  #updatedAt(group: number): number | undefined {
    const times = [...(this.#changedAt.get(group) ?? []), this.#operatorChangedAt.get(group) ?? -Infinity];
    const newest = Math.max(...times);
    return Number.isFinite(newest) ? newest : undefined;
  }

  #observe({ tops }: Turn, observedAt: number): Observation {
    const groups = tops.map((top, group): VoiceConnectorGroup => ({
      voiceConnectorGroupId: groupId(group),
      name: groupId(group),
      controlRegion: 'us-east-1',
      callDistributionType: 'PriorityWeightedDistribution',
      items: [
        { voiceConnectorId: connectorId(top), priority: 1 },
        { voiceConnectorId: connectorId(otherOf(top)), priority: 2 },
      ],
      createdAt: undefined,
      updatedAt: this.#updatedAt(group),
    }));
    const connectors = new Map<string, VoiceConnectorObservation>();
    for (const [connector, shown] of this.#histories.entries()) {
      connectors.set(connectorId(connector), shown.observe(connector, observedAt));
    }
    return { observedAt, groups, connectors };
  }

  #historyOf(connector: number): ConnectorHistory {
    return (this.#histories[connector] ??= new ConnectorHistory());
  }
}
