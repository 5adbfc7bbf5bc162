/** Who competes. */
import type { Outage } from './fault-library.ts';
import type { Contender } from './contender.ts';
import { BoundContender } from './contenders/bound.ts';
import { CusumContender } from './contenders/cusum.ts';
import { EnvoyContender } from './contenders/envoy.ts';
import { GlrContender, type GlrSettings } from './contenders/glr.ts';
import { OracleContender } from './contenders/oracle.ts';
import { haproxy, route53, RuleContender, sampleAlarms, threeOfFive } from './contenders/rules.ts';
import { defaultBudgetPerGroupYear, gateFor, OursContender } from './this-project.ts';
import { trafficName, type Traffic } from './worlds.ts';

export const peerKeys = ['sample-alarms', 'three-of-five', 'route53', 'haproxy', 'envoy'] as const;
export type PeerKey = (typeof peerKeys)[number];

export const sweptBudgets: readonly number[] = [0.01, 0.1, 1, 10, 100, 1000];
function keysOf(budgets: readonly number[]): readonly string[] {
  return [...budgets.map(sweepKey), ...budgets.map(glrSweepKey)];
}
export const sweptKeys = keysOf(sweptBudgets);
/** Those whose false moves are rare, and take years to count; and those that move every day, and take long to judge. */
export const tightlySweptKeys = keysOf(sweptBudgets.filter((budget) => budget <= 1));
export const looselySweptKeys = keysOf(sweptBudgets.filter((budget) => budget > 1));

export function sweepKey(budget: number): string {
  return `ours ${budget}`;
}

export function glrSweepKey(budget: number): string {
  return `glr ${budget}`;
}

/** Everybody who is run through outages, in the order of the table. */
export const outageKeys: readonly string[] = ['none', ...peerKeys, 'bound', 'glr', 'limit', 'oracle', 'ours'];

export type Described = { readonly name: string; readonly brakes: string; readonly failsBack: boolean };

const common = '10 min cooldown';

export const described: Readonly<Record<string, Described>> = {
  none: { name: '(a) no monitor', brakes: '–', failsBack: false },
  'sample-alarms': { name: '(b) AWS sample alarms', brakes: common, failsBack: false },
  'three-of-five': { name: '(c) CloudWatch 3 of 5', brakes: common, failsBack: false },
  route53: { name: '(d) Route 53 style 3/3', brakes: 'none; fails back', failsBack: true },
  haproxy: { name: '(e) HAProxy style 3/2', brakes: 'none; fails back', failsBack: true },
  envoy: { name: '(f) Envoy style 85 %', brakes: 'escalating ejection', failsBack: true },
  bound: { name: 'binomial bound', brakes: common, failsBack: false },
  glr: { name: 'GLR yardstick', brakes: common, failsBack: false },
  limit: { name: '(g) limit: told CUSUM', brakes: common, failsBack: false },
  oracle: { name: '(h) oracle', brakes: '–', failsBack: true },
  ours: { name: '**ours, default budget**', brakes: common, failsBack: false },
};

export function failsBack(key: string): boolean {
  return described[key]?.failsBack ?? false;
}

const minutesPerYear = 525_600;

/** A budget as −ln of its share of the minutes; windows overlap and callers redial, hence the dispersion. */
export function glrAt(budgetPerGroupYear: number): GlrSettings {
  return {
    thresholdNats: Math.log(minutesPerYear / budgetPerGroupYear),
    dispersion: 2,
  };
}

export const glrBudget = 1;

export function createPeer(key: PeerKey): Contender {
  switch (key) {
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
    default:
      return key satisfies never;
  }
}

export function isPeer(key: string): key is PeerKey {
  return peerKeys.some((peer) => peer === key);
}

/** The budget that a swept key names, or else the default. */
export function budgetOf(key: string, byDefault: number): number {
  const [, budget] = key.split(' ');
  return budget === undefined ? byDefault : Number(budget);
}

function isGlr(key: string): boolean {
  return key.startsWith('glr');
}

/** The bound, the GLR or ours, at the budget that the key names. */
export function createStatistician(key: string, gated: boolean): Contender {
  if (isGlr(key)) return new GlrContender(glrAt(budgetOf(key, glrBudget)));
  const budgetPerGroupYear = budgetOf(key, defaultBudgetPerGroupYear);
  if (key === 'bound') return new BoundContender(glrAt(budgetPerGroupYear));
  return new OursContender(gated ? { budgetPerGroupYear, gate: gateFor(budgetPerGroupYear) } : { budgetPerGroupYear });
}

/** Thresholds of the told CUSUM, by {@link limitKey}. */
export type LimitThresholds = Readonly<Record<string, number>>;

export function limitKey(traffic: Traffic, size: number): string {
  return `${trafficName(traffic)}, ${size}`;
}

/** Whoever it is, at the start of an outage. Nobody, for no monitor. */
export function createForOutage(key: string, outage: Outage, limits: LimitThresholds): Contender | undefined {
  if (key === 'none') return undefined;
  if (isPeer(key)) return createPeer(key);
  if (key === 'oracle') return new OracleContender(outage.faults);
  if (key !== 'limit') return createStatistician(key, false);
  const threshold = limits[limitKey(outage.traffic, outage.size)] ?? Infinity;
  return new CusumContender({ baseline: attemptFailureRatio(outage.traffic), size: outage.size, threshold });
}

/** Share of attempts that fail in a healthy world, redials counted. */
export function attemptFailureRatio({ baseline }: Traffic): number {
  const { probability, atMost, failureRatio } = { probability: 0.5, atMost: 5, failureRatio: 0.7 };
  let attempts = 1;
  let failures = baseline;
  let stillFailing = baseline;
  for (let redial = 1; redial <= atMost; redial += 1) {
    const redials = stillFailing * probability;
    attempts += redials;
    stillFailing = redials * failureRatio;
    failures += stillFailing;
  }
  return failures / attempts;
}
