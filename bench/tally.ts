/** Computes the figures of the report from the results of the jobs. */
import { byYardstick } from './contender-spec.ts';
import { limitKey, type LimitThresholds } from './contenders.ts';
import { sizesTried, drawOutage, type Library, type Outage } from './fault-library.ts';
import type { HealthyResult } from './healthy.ts';
import type { Calibration } from './jobs.ts';
import { defaultBudgetPerGroupYear } from './this-project.ts';
import type { Ledger } from './outages.ts';
import {
  levelAt,
  mergePeaks,
  poissonInterval,
  quantile,
  sum,
  tailOf,
  type Interval,
  type Peaks,
} from './statistics.ts';
import { trafficName, trafficTried } from './worlds.ts';

/** About 50 peaks a year: enough for a fit, and all of them in the tail. */
function peaksFor(years: number): number {
  return Math.max(20, Math.min(200, Math.round(55 * years)));
}

export function pooledPeaks(all: readonly Peaks[]): Peaks {
  return mergePeaks(all, peaksFor(sum(all.map(({ years }) => years))));
}

function resultsOf(results: readonly HealthyResult[], name: string): readonly HealthyResult[] {
  return results.filter(({ traffic }) => trafficName(traffic) === name);
}

/** Thresholds for {@link defaultBudgetPerGroupYear} false alarms a year, from tails fitted to the healthy streams. */
export function calibrate(results: readonly HealthyResult[]): Calibration {
  const ratePerYear = defaultBudgetPerGroupYear;
  const level = (peaks: readonly Peaks[]): number => {
    const tail = tailOf(pooledPeaks(peaks));
    return tail === undefined ? Infinity : levelAt(tail, ratePerYear);
  };
  const limits: Record<string, number> = {};
  for (const traffic of trafficTried) {
    const ofTraffic = resultsOf(results, trafficName(traffic));
    for (const size of sizesTried) {
      const peaks = ofTraffic.flatMap(({ cusumPeaks }) => cusumPeaks[String(size)] ?? []);
      limits[limitKey(traffic, size)] = level(peaks);
    }
  }
  const yardsticks = byYardstick((kind) =>
    Object.fromEntries(
      trafficTried.map((traffic) => {
        const ofTraffic = resultsOf(results, trafficName(traffic));
        return [trafficName(traffic), level(ofTraffic.flatMap(({ yardstickPeaks }) => yardstickPeaks[kind] ?? []))];
      }),
    ),
  );
  return { ratePerYear, limits: limits satisfies LimitThresholds, yardsticks };
}

export type Rate = { readonly count: number; readonly years: number; readonly perYear: number } & Interval;

export function rateOf(count: number, years: number): Rate {
  const { lower, upper } = poissonInterval(count);
  return { count, years, perYear: count / years, lower: lower / years, upper: upper / years };
}

/** A contender's false moves in the healthy worlds that it ran in: with the named traffic, or in all of them together. */
export function falseMoveRate(results: readonly HealthyResult[], key: string, name?: string): Rate {
  const run = name === undefined ? results : resultsOf(results, name);
  return healthyRate(run, ({ falseMoves }) => falseMoves[key]);
}

/** The same for this project's verdicts. */
export function falseVerdictRate(results: readonly HealthyResult[], key: string, name?: string): Rate {
  const run = name === undefined ? results : resultsOf(results, name);
  return healthyRate(run, ({ falseVerdicts }) => falseVerdicts[key]);
}

function healthyRate(results: readonly HealthyResult[], countOf: (result: HealthyResult) => number | undefined): Rate {
  const run = results.filter((result) => countOf(result) !== undefined);
  return rateOf(sum(run.map((result) => countOf(result) ?? 0)), sum(run.map(({ days }) => days)) / 365);
}

export type ScoredOutage = { readonly outage: Outage; readonly ledger: Ledger };

/** Each ledger with its outage, by the contender's key. */
export function byContender(
  seed: number,
  ledgers: readonly Ledger[],
  library: Library = 'faults',
): ReadonlyMap<string, readonly ScoredOutage[]> {
  const outages = new Map<number, Outage>();
  const outageOf = (index: number): Outage => {
    const known = outages.get(index) ?? drawOutage(seed, index, library);
    outages.set(index, known);
    return known;
  };
  return Map.groupBy(
    ledgers.map((ledger) => ({ outage: outageOf(ledger.index), ledger })),
    ({ ledger }) => ledger.key,
  );
}

/** Calls that failed, dropped, or had poor audio. */
export function lostCalls({ failed, dropped, poorAudio }: Ledger): number {
  return failed + dropped + poorAudio;
}

export type Score = {
  readonly outages: number;
  readonly failed: number;
  readonly poorAudio: number;
  readonly lost: number;
  readonly moves: number;
  readonly falseMoves: number;
  readonly returns: number;
};

export function scoreOf(scored: readonly ScoredOutage[]): Score {
  const per = (value: (ledger: Ledger) => number): number =>
    sum(scored.map(({ ledger }) => value(ledger))) / scored.length;
  return {
    outages: scored.length,
    failed: per(({ failed }) => failed),
    poorAudio: per(({ poorAudio }) => poorAudio),
    lost: per(lostCalls),
    moves: per(({ moves }) => moves),
    falseMoves: sum(scored.map(({ ledger }) => ledger.falseMoves)),
    returns: sum(scored.map(({ ledger }) => ledger.returns)),
  };
}

/** The calls that a contender saves compared with no monitor, as a share of those that the oracle saves. */
export function shareOfSavings(
  all: ReadonlyMap<string, readonly ScoredOutage[]>,
  key: string,
  which: (outage: Outage) => boolean = () => true,
): number {
  const total = (one: string): number =>
    sum((all.get(one) ?? []).filter(({ outage }) => which(outage)).map(({ ledger }) => lostCalls(ledger)));
  return (total('none') - total(key)) / (total('none') - total('oracle'));
}

export type Savings = {
  /** Calls per outage that a contender saves compared with no monitor. */
  readonly calls: number;
  /** Those of them that would have had poor audio. */
  readonly audio: number;
};

export function savingsOf(all: ReadonlyMap<string, readonly ScoredOutage[]>, key: string): Savings {
  const [none, own] = [scoreOf(all.get('none') ?? []), scoreOf(all.get(key) ?? [])];
  return { calls: none.lost - own.lost, audio: none.poorAudio - own.poorAudio };
}

/** The share of the outages in which the contender left home. */
export function movedShare(scored: readonly ScoredOutage[]): number {
  return scored.filter(({ ledger }) => ledger.minutesToMove !== undefined).length / scored.length;
}

/** Whether a detector that counts failed calls can see the outage: calls fail, and metrics report it. */
function isVisible({ size, kind }: Outage): boolean {
  return size > 0 && kind !== 'metric loss';
}

/** Minutes to the first move, over the visible outages in which the oracle moves. Infinity stands for no move. */
export function minutesToMove(
  all: ReadonlyMap<string, readonly ScoredOutage[]>,
  key: string,
): { readonly median: number; readonly p95: number; readonly movedShare: number } {
  const useful = new Set(
    (all.get('oracle') ?? [])
      .filter(({ outage, ledger }) => isVisible(outage) && ledger.minutesToMove !== undefined)
      .map(({ outage }) => outage.index),
  );
  const minutes = (all.get(key) ?? [])
    .filter(({ outage }) => useful.has(outage.index))
    .map(({ ledger }) => ledger.minutesToMove ?? Infinity);
  return {
    median: quantile(minutes, 0.5),
    p95: quantile(minutes, 0.95),
    movedShare: minutes.filter(Number.isFinite).length / minutes.length,
  };
}
