/** The real judge and plan, fed from memory. The only file of the bench that knows lib/core. */
import { coarseIntervalMinutes, finestMinutes, natsForBudget } from '../lib/core/judge/evidence.ts';
import { judge, type Judgement } from '../lib/core/judge/judge.ts';
import { carriedBeforeChange } from '../lib/core/judge/carried-before-change.ts';
import {
  minuteMs,
  type StandbySignals,
  type MetricsReading,
  type Minute,
  type Observation,
  type VoiceConnectorGroup,
  type VoiceConnectorObservation,
} from '../lib/core/model/model.ts';
import { type GroupPolicy } from '../lib/core/model/group-policy.ts';
import type { PlanInput } from '../lib/core/plan/plan-input.ts';
import { plan } from '../lib/core/plan/plan.ts';
import { findSuspects } from '../lib/core/judge/suspects.ts';
import { parsePolicy } from '../lib/input/policy.ts';
import { newestMinute, otherOf, type Contender, type Turn } from './contender.ts';
import { Baseline, CallWindows } from './contenders/glr-statistic.ts';
import type { Sight } from './sight.ts';
import { connectorId, epoch, groupId, regionOf } from './worlds.ts';

const metricLagSeconds = 60;

/** policy.yml's defaults, enforced, with the budget of false moves as told. */
function policyFor(falseMovesPerGroupYear: number): GroupPolicy {
  return {
    ...parsePolicy('version: 1', 'the defaults').defaults,
    mode: 'enforce',
    metricLagSeconds,
    falseMovesPerGroupYear,
  };
}

/** The budget that policy.yml comes with. */
export const defaultBudgetPerGroupYear = parsePolicy('version: 1', 'the defaults').defaults.falseMovesPerGroupYear;

const coarseMs = coarseIntervalMinutes * minuteMs;
const dayMs = 24 * 60 * minuteMs;

/** Written out only if somebody asks. */
class Published {
  readonly startsAt: number;
  readonly #sight: Sight;
  #minute: Minute | undefined;

  constructor(startsAt: number, sight: Sight) {
    this.startsAt = startsAt;
    this.#sight = sight;
  }

  get minute(): Minute {
    return (this.#minute ??= minuteOf(this.startsAt, this.#sight));
  }
}

/** What one connector showed, as CloudWatch would give it out. */
class Shown {
  readonly #windows = new CallWindows();
  readonly #minutes: Published[] = [];
  readonly #coarse: { startsAt: number; attempts: number; failures: number; throttles: number }[] = [];
  #lastPingAt: number | undefined;

  push(startsAt: number, sight: Sight): void {
    this.#windows.push(sight.attempts, sight.failures);
    if (sight.pinged) this.#lastPingAt = startsAt;
    if (sight.published) this.#minutes.push(new Published(startsAt, sight));
    if (this.#minutes.length > 4 * finestMinutes) this.#minutes.splice(0, 2 * finestMinutes);
    if (sight.published) this.#pushCoarse(startsAt, sight);
  }

  /** Five-minute sums of the past day, as CloudWatch would make them. */
  history(observedAt: number): MetricsReading {
    const minutes = this.#coarse
      .filter(({ startsAt }) => startsAt >= observedAt - dayMs)
      .map(({ startsAt, attempts, failures, throttles }) => ({
        startsAt,
        InboundCallAttempts: attempts,
        InboundCallFailures: failures,
        Throttles: throttles,
      }));
    return { kind: 'read', minutes };
  }

  #pushCoarse(at: number, { attempts, failures, throttles }: Sight): void {
    const startsAt = Math.floor(at / coarseMs) * coarseMs;
    let newest = this.#coarse.at(-1);
    if (newest?.startsAt !== startsAt) {
      newest = { startsAt, attempts: 0, failures: 0, throttles: 0 };
      this.#coarse.push(newest);
      if (this.#coarse.length > (2 * dayMs) / coarseMs) this.#coarse.splice(0, dayMs / coarseMs);
    }
    newest.attempts += attempts;
    newest.failures += failures;
    newest.throttles += throttles;
  }

  evidenceAgainst(baseline: number): number {
    return this.#windows.strongest(baseline);
  }

  observe(connector: number, observedAt: number): VoiceConnectorObservation {
    const since = observedAt - (finestMinutes + metricLagSeconds / 60) * minuteMs;
    const minutes = this.#minutes.filter(({ startsAt }) => startsAt >= since).map(({ minute }) => minute);
    const voiceConnectorId = connectorId(connector);
    return { voiceConnectorId, region: regionOf(connector), inbound: { kind: 'read', minutes }, history: undefined };
  }

  standbySignals(): StandbySignals {
    return {
      reachability: { kind: 'read', lastOptionsPingAt: this.#lastPingAt, origination: 'ready' },
      outbound: { kind: 'read', minutes: this.#minutes.map(({ minute }) => minute) },
    };
  }
}

function minuteOf(startsAt: number, sight: Sight): Minute {
  return {
    startsAt,
    InboundCallAttempts: sight.attempts,
    InboundCallFailures: sight.failures,
    Throttles: sight.throttles,
    OutboundCallAttempts: sight.outboundAttempts,
    OutboundCallFailures: sight.outboundFailures,
    ...(sight.mosCustomer === undefined ? {} : { MOSBetweenVcAndCustomer: sight.mosCustomer }),
    ...(sight.mosRemote === undefined ? {} : { MOSBetweenVcAndRemote: sight.mosRemote }),
  };
}

export type OursSettings = {
  readonly budgetPerGroupYear: number;
  /**
   * Saves work on healthy streams: the judge is not asked where the top's calls show less evidence than this (nats, as if
   * calls were independent), but at one in `auditEvery` of those turns, where it must hold.
   */
  readonly gate?: { readonly nats: number; readonly auditEvery: number };
};

/** Well below what the judge asks for, for which luck alone is improbable enough. */
export function gateFor(budgetPerGroupYear: number): Required<OursSettings>['gate'] {
  return {
    nats: 0.75 * natsForBudget(budgetPerGroupYear),
    auditEvery: 2_000,
  };
}

export class OursContender implements Contender {
  readonly #policy: GroupPolicy;
  readonly #gate: OursSettings['gate'];
  readonly #shown: Shown[] = [];
  readonly #baselines: Baseline[] = [];
  readonly #changedAt = new Map<number, number[]>();
  readonly #demotedAt = new Map<string, number[]>();
  #spared = 0;
  audited = 0;
  /** Audited turns in which the judge moved although the gate would have spared it: there must be none. */
  gateFailures = 0;

  constructor(settings: OursSettings) {
    this.#policy = policyFor(settings.budgetPerGroupYear);
    this.#gate = settings.gate;
  }

  learn(turn: Turn): void {
    const startsAt = epoch + newestMinute(turn) * minuteMs;
    for (const [connector, sight] of turn.newest.entries()) this.#shownBy(connector).push(startsAt, sight);
    if (this.#gate === undefined) return;
    for (const group of turn.tops.keys()) {
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
    if (this.#gate === undefined || !this.#isQuiet(turn, this.#gate.nats)) return this.#decide(turn);
    this.#spared += 1;
    if (this.#spared % this.#gate.auditEvery !== 0) return [];
    this.audited += 1;
    const moves = this.#decide(turn);
    this.gateFailures += moves.length;
    return moves;
  }

  #isQuiet({ tops }: Turn, nats: number): boolean {
    return tops.every((top, group) => {
      const baseline = this.#baselines[group]?.ratio ?? 0;
      return this.#shownBy(top).evidenceAgainst(baseline) < nats;
    });
  }

  #decide(turn: Turn): readonly number[] {
    const observedAt = epoch + turn.minute * minuteMs;
    const observation = this.#examined(this.#observe(turn, observedAt));
    const judgement = judge(observation, () => this.#policy);
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
      moves.push(index);
    }
    return moves;
  }

  /** As the turn does: the past is looked at where something gives reason to. */
  #examined(observation: Observation): Observation {
    const suspected = findSuspects(observation, () => this.#policy);
    if (suspected.size === 0) return observation;
    const connectors = new Map(observation.connectors);
    for (const [connector, shown] of this.#shown.entries()) {
      const observed = connectors.get(connectorId(connector));
      if (observed === undefined || !suspected.has(observed.voiceConnectorId)) continue;
      connectors.set(observed.voiceConnectorId, { ...observed, history: shown.history(observation.observedAt) });
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
    for (const [connector, shown] of this.#shown.entries())
      standbySignals.set(connectorId(connector), shown.standbySignals());
    const changeRecord = {
      kind: 'read' as const,
      changedAt: this.#changedAt.get(index) ?? [],
      demotedAt: this.#demotedAt,
    };
    return plan({ ...input, candidateEvidence: { standbySignals, changeRecord } });
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
      updatedAt: this.#changedAt.get(group)?.at(-1),
    }));
    const connectors = new Map<string, VoiceConnectorObservation>();
    for (const [connector, shown] of this.#shown.entries()) {
      connectors.set(connectorId(connector), shown.observe(connector, observedAt));
    }
    return { observedAt, groups, connectors };
  }

  #shownBy(connector: number): Shown {
    return (this.#shown[connector] ??= new Shown());
  }
}
