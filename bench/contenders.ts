/** Creates the contenders. */
import {
  descriptions,
  isPeer,
  yardstickKinds,
  type BudgetedKind,
  type BudgetedSpec,
  type ContenderSpec,
  type PeerKind,
  type YardstickKind,
} from './contender-spec.ts';
import type { Outage } from './fault-library.ts';
import type { Contender } from './contender.ts';
import { BoundContender } from './contenders/bound.ts';
import { BetaBinomial } from './contenders/beta-binomial.ts';
import { CusumContender } from './contenders/cusum.ts';
import { EnvoyContender } from './contenders/envoy.ts';
import { Focus } from './contenders/focus.ts';
import { GlrContender, type GlrSettings } from './contenders/glr.ts';
import { OracleContender } from './contenders/oracle.ts';
import { RouteContender } from './contenders/routes.ts';
import { ShiryaevRoberts } from './contenders/shiryaev-roberts.ts';
import { EvidenceDetector, type StatisticDetector } from './contenders/statistic.ts';
import { haproxy, route53, RuleContender, sampleAlarms, threeOfFive } from './contenders/rules.ts';
import { BreakerHealth, MinAsrHealth, optionsProbe, QroutingHealth, TestCallHealth } from './contenders/telephony.ts';
import { defaultBudgetPerGroupYear, gateFor, ProjectContender, type ProjectSettings } from './this-project.ts';
import { attemptFailureRatio, trafficName, type Traffic } from './worlds.ts';

const minutesPerYear = 525_600;

/** Windows overlap and callers redial. */
const dispersion = 2;

/** The threshold is −ln of the budget's share of the minutes. */
export function glrAt(budgetPerGroupYear: number): GlrSettings {
  return { thresholdNats: Math.log(minutesPerYear / budgetPerGroupYear), dispersion };
}

export const glrBudget = 1;

function isYardstick(kind: BudgetedKind): kind is YardstickKind {
  return yardstickKinds.some((yardstick) => yardstick === kind);
}

export function createYardstick(kind: YardstickKind, thresholdNats: number): StatisticDetector {
  switch (kind) {
    case 'glr':
      return new GlrContender({ thresholdNats, dispersion });
    case 'focus':
      return new EvidenceDetector(() => new Focus(dispersion), thresholdNats);
    case 'shiryaev-roberts':
      return new EvidenceDetector(() => new ShiryaevRoberts(), thresholdNats);
    case 'beta-binomial':
      return new EvidenceDetector(() => new BetaBinomial(), thresholdNats);
    default:
      return kind satisfies never;
  }
}

export function createPeer(kind: PeerKind): Contender {
  switch (kind) {
    case 'sample-alarms':
      return new RuleContender(sampleAlarms);
    case 'three-of-five':
      return new RuleContender(threeOfFive);
    case 'route53':
      return new RuleContender(route53);
    case 'haproxy':
      return new RuleContender(haproxy);
    case 'envoy':
      return new EnvoyContender();
    case 'qrouting':
      return new RouteContender(() => new QroutingHealth());
    case 'min-asr':
      return new RouteContender(() => new MinAsrHealth());
    case 'test-calls':
      return new RouteContender(() => new TestCallHealth());
    case 'breaker':
      return new RouteContender(() => new BreakerHealth());
    case 'options-probe':
      return new RuleContender(optionsProbe);
    default:
      return kind satisfies never;
  }
}

function createBudgeted(
  { kind, budgetPerGroupYear }: BudgetedSpec,
  settings: Pick<ProjectSettings, 'startsAtMinute'> & {
    /** Set in healthy worlds: the lowest of the usual failure ratios. */
    readonly lowestRatio?: number;
  },
): Contender {
  const budget = budgetPerGroupYear ?? (kind === 'glr' ? glrBudget : defaultBudgetPerGroupYear);
  if (isYardstick(kind)) return createYardstick(kind, Math.log(minutesPerYear / budget));
  if (kind === 'bound') return new BoundContender(glrAt(budget));
  const { startsAtMinute = 0, lowestRatio } = settings;
  const gate = lowestRatio === undefined ? {} : { gate: gateFor(budget, lowestRatio) };
  return new ProjectContender({
    budgetPerGroupYear: budget,
    startsAtMinute,
    failsBack: kind === 'ours-failback',
    ...gate,
  });
}

/** Thresholds of the informed CUSUM, by {@link limitKey}. */
export type LimitThresholds = Readonly<Record<string, number>>;

export function limitKey(traffic: Traffic, size: number): string {
  return `${trafficName(traffic)}, ${size}`;
}

/** @returns the contender at the start of an outage; undefined for no monitor */
export function createForOutage(spec: ContenderSpec, outage: Outage, limits: LimitThresholds): Contender | undefined {
  if (isPeer(spec)) return createPeer(spec.kind);
  switch (spec.kind) {
    case 'none':
      return undefined;
    case 'oracle':
      return new OracleContender(outage.faults);
    case 'limit': {
      const threshold = limits[limitKey(outage.traffic, outage.size)] ?? Infinity;
      return new CusumContender({ baseline: attemptFailureRatio(outage.traffic), size: outage.size, threshold });
    }
    default:
      return createBudgeted(spec, { startsAtMinute: outage.startsAtMinute });
  }
}

/**
 * @param lowestRatio of the calls that fail in the world at its best times
 * @throws RangeError for a contender that needs to know the faults
 */
export function createForHealthy(spec: ContenderSpec, lowestRatio: number): Contender {
  if (isPeer(spec)) return createPeer(spec.kind);
  if (spec.kind === 'none' || spec.kind === 'limit' || spec.kind === 'oracle') {
    throw new RangeError(`${spec.kind} does not run in healthy worlds`);
  }
  return createBudgeted(spec, { lowestRatio });
}

/** Whether a move away from that connector is a failback. This project fails back from a top that is not unhealthy. */
export function movesHome({ kind }: ContenderSpec, contender: Contender | undefined, from: number): boolean {
  if (contender instanceof ProjectContender && contender.verdictOn(from)?.health === 'unhealthy') return false;
  return descriptions[kind].failsBack;
}
