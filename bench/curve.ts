/** False moves against calls lost: our curve, and everybody else as a point. */
import { described, glrSweepKey, peerKeys, sweepKey, sweptBudgets } from './contenders.ts';
import type { Findings } from './findings.ts';
import { byContender, falseMoveRate, rateOf, scoreOf, type Rate, type Scored } from './tally.ts';

export type Point = {
  readonly key: string;
  readonly name: string;
  readonly rate: Rate;
  /** Calls lost per outage, over the outages that every point was played in. */
  readonly lost: number;
};

export type Curve = {
  readonly ours: readonly Point[];
  /** The yardstick at the same budgets. */
  readonly glr: readonly Point[];
  readonly others: readonly Point[];
  /** What no monitor, and the oracle, lose. */
  readonly none: number;
  readonly oracle: number;
};

export function curveOf(findings: Findings): Curve {
  const { healthy, options, calibration } = findings;
  const shared = (scored: readonly Scored[] | undefined): readonly Scored[] =>
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
    name: '(g) told CUSUM',
    rate: rateOf(calibration.ratePerYear * limitYears, limitYears),
    lost: lostBy('limit'),
  };
  return {
    ours: sweptBudgets.map((budget) => pointOf(sweepKey(budget), String(budget))),
    glr: sweptBudgets.map((budget) => pointOf(glrSweepKey(budget), String(budget))),
    others: [...peerKeys.map((key) => pointOf(key, plainName(key))), limit],
    none: lostBy('none'),
    oracle: lostBy('oracle'),
  };
}

function plainName(key: string): string {
  return described[key]?.name ?? key;
}

/** Where nothing was counted, the upper end of the interval stands for the rate. */
export function shownRate({ perYear, upper }: Rate): number {
  return perYear > 0 ? perYear : upper;
}

/** Calls lost on our curve at that rate; beyond its ends, at the nearer end. */
export function lostOnCurve(ours: readonly Point[], ratePerYear: number): number {
  const points = ours
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
