/** The real judge and plan, fed from memory. The only file of the bench that knows lib/core. */
import { judgeGroup, judgeRegions, historyMinutes } from '../lib/core/judge.ts';
import {
  minuteMs,
  type GroupPolicy,
  type Liveness,
  type Minute,
  type Observation,
  type Plan,
  type RegionVerdicts,
  type VoiceConnectorGroup,
  type VoiceConnectorObservation,
} from '../lib/core/model.ts';
import { plan } from '../lib/core/plan.ts';
import { newestMinute, otherOf, type Contender, type Turn } from './contender.ts';
import { Baseline, CallWindows } from './contenders/glr.ts';
import type { Sight } from './sight.ts';
import { connectorId, epoch, groupId, regionOf } from './worlds.ts';

const minutesPerYear = 525_600;
const metricLagSeconds = 60;

/** policy.yml's defaults, enforced, with the budget of false failovers as told. */
const policyFor = (budgetPerGroupYear: number): GroupPolicy => ({
  mode: 'enforce',
  preferredOrder: undefined,
  failback: 'never',
  metricLagSeconds,
  judgingMinutes: 5,
  minAttempts: 10,
  minFailures: 3,
  tolerableFailureRatio: 0.1,
  falseAlarmProbability: budgetPerGroupYear / minutesPerYear,
  degradedMos: 3.5,
  optionsPingFreshMinutes: 5,
  riseMinutes: 10,
  cooldownMinutes: 10,
  failbackHoldMinutes: 30,
  evidenceLimitSeconds: 90,
});

/** The budget that policy.yml comes with. */
export const defaultBudgetPerGroupYear = 1e-6 * minutesPerYear;

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
  #lastPingAt: number | undefined;

  push(startsAt: number, sight: Sight): void {
    this.#windows.push(sight.attempts, sight.failures);
    if (sight.pinged) this.#lastPingAt = startsAt;
    if (sight.published) this.#minutes.push(new Published(startsAt, sight));
    if (this.#minutes.length > 4 * historyMinutes) this.#minutes.splice(0, 2 * historyMinutes);
  }

  evidenceAgainst(baseline: number): number {
    return this.#windows.strongest(baseline);
  }

  observe(connector: number, observedAt: number): VoiceConnectorObservation {
    const since = observedAt - (historyMinutes + metricLagSeconds / 60) * minuteMs;
    const minutes = this.#minutes.filter(({ startsAt }) => startsAt >= since).map(({ minute }) => minute);
    const voiceConnectorId = connectorId(connector);
    return { voiceConnectorId, region: regionOf(connector), inbound: { kind: 'read', minutes } };
  }

  liveness(): Liveness {
    return {
      signs: { kind: 'read', lastOptionsPingAt: this.#lastPingAt, origination: 'ready' },
      outbound: { kind: 'read', minutes: this.#minutes.map(({ minute }) => minute) },
    };
  }
}

const minuteOf = (startsAt: number, sight: Sight): Minute => ({
  startsAt,
  InboundCallAttempts: sight.attempts,
  InboundCallFailures: sight.failures,
  Sip5xxCodes: sight.serverErrors,
  Throttles: sight.throttles,
  OutboundCallAttempts: sight.outboundAttempts,
  OutboundCallFailures: sight.outboundFailures,
  ...(sight.mosCustomer === undefined ? {} : { MOSBetweenVcAndCustomer: sight.mosCustomer }),
  ...(sight.mosRemote === undefined ? {} : { MOSBetweenVcAndRemote: sight.mosRemote }),
});

export type OursSettings = {
  readonly budgetPerGroupYear: number;
  /**
   * Saves work on healthy streams: the judge is not asked where the top's calls show less evidence than this (nats, as if
   * calls were independent), but at one in `auditEvery` of those turns, where it must hold.
   */
  readonly gate?: { readonly nats: number; readonly auditEvery: number };
};

export class OursContender implements Contender {
  readonly #policy: GroupPolicy;
  readonly #gate: OursSettings['gate'];
  readonly #shown: Shown[] = [];
  readonly #baselines: Baseline[] = [];
  readonly #changedAt = new Map<number, number>();
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
    const observation = this.#observe(turn, observedAt);
    const regions = judgeRegions(observation, this.#policy);
    const moves: number[] = [];
    for (const [index, group] of observation.groups.entries()) {
      const planned = this.#plan(group, observation, regions);
      const top = turn.tops[index];
      if (planned.kind === 'hold' || top === undefined || planned.promoting !== connectorId(otherOf(top))) continue;
      this.#changedAt.set(index, observedAt);
      moves.push(index);
    }
    return moves;
  }

  #plan(group: VoiceConnectorGroup, observation: Observation, regions: RegionVerdicts): Plan {
    const { observedAt } = observation;
    const verdicts = judgeGroup(group, observation, regions, this.#policy);
    const connectorRegions = new Map(
      [...observation.connectors.values()].map(({ voiceConnectorId, region }) => [voiceConnectorId, region ?? '']),
    );
    const shared = { observedAt, group, connectorRegions, verdicts, regions, policy: this.#policy };
    const first = plan({ ...shared, override: { kind: 'none' }, liveness: new Map() });
    const unexamined = first.rejected.filter(({ code }) => code === 'not-examined');
    if (unexamined.length === 0) return first;
    const liveness = new Map<string, Liveness>();
    for (const [connector, shown] of this.#shown.entries()) liveness.set(connectorId(connector), shown.liveness());
    return plan({ ...shared, override: { kind: 'none' }, liveness });
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
      updatedAt: this.#changedAt.get(group),
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
