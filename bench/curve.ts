/** False moves against calls lost: a curve for this project and for the GLR, and a point for each other contender. */
import { descriptions, keyOf, peerKinds, sweptBudgets } from './contender-spec.ts';
import type { Findings } from './findings.ts';
import { byContender, falseMoveRate, rateOf, scoreOf, type Rate, type ScoredOutage } from './tally.ts';

export type Point = {
  readonly key: string;
  readonly name: string;
  readonly rate: Rate;
  /** Calls lost per outage, over the outages that every contender ran in. */
  readonly lost: number;
};

export type Curve = {
  readonly ours: readonly Point[];
  /** The GLR at the same budgets. */
  readonly glr: readonly Point[];
  readonly others: readonly Point[];
  /** Calls lost per outage without a monitor, and with the oracle. */
  readonly none: number;
  readonly oracle: number;
};

export function curveOf(findings: Findings): Curve {
  const { healthy, options, calibration } = findings;
  const shared = (scored: readonly ScoredOutage[] | undefined): readonly ScoredOutage[] =>
    (scored ?? []).filter(({ outage }) => outage.index < options.scale.sweptOutages);
  const all = byContender(options.seed, findings.ledgers);
  const lostBy = (key: string): number => scoreOf(shared(all.get(key))).lost;
  const pointOf = (key: string, name: string): Point => ({
    key,
    name,
    rate: falseMoveRate(healthy, key),
    lost: lostBy(key),
  });
  const limitYears = falseMoveRate(healthy, 'glr').years;
  const limit: Point = {
    key: 'limit',
    name: '(g) informed CUSUM',
    rate: rateOf(calibration.ratePerYear * limitYears, limitYears),
    lost: lostBy('limit'),
  };
  return {
    ours: sweptBudgets.map((budget) => pointOf(keyOf({ kind: 'ours', budgetPerGroupYear: budget }), String(budget))),
    glr: sweptBudgets.map((budget) => pointOf(keyOf({ kind: 'glr', budgetPerGroupYear: budget }), String(budget))),
    others: [...peerKinds.map((kind) => pointOf(kind, descriptions[kind].name)), limit],
    none: lostBy('none'),
    oracle: lostBy('oracle'),
  };
}

/** The rate to draw: the upper end of the interval if no false move was counted. */
export function shownRate({ perYear, upper }: Rate): number {
  return perYear > 0 ? perYear : upper;
}

/** Calls lost on a curve at that rate; beyond its ends, at the nearer end. */
export function lostOnCurve(curve: readonly Point[], ratePerYear: number): number {
  const points = curve
    .map(({ rate, lost }) => ({ x: Math.log(shownRate(rate)), lost }))
    .sort((left, right) => left.x - right.x);
  const x = Math.log(ratePerYear);
  const after = points.findIndex((point) => point.x >= x);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return NaN;
  if (after === 0) return first.lost;
  const [left, right] = [points[after - 1], points[after]];
  if (left === undefined || right === undefined) return last.lost;
  return left.lost + ((right.lost - left.lost) * (x - left.x)) / (right.x - left.x);
}
