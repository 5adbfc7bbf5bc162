/**
 * CUSUMs for several sizes of fault, where the failures of a minute are correlated: beta-binomial, with a correlation that is learned from a
 * past day. The strongest of them counts.
 */
import { logGamma } from '../statistics.ts';
import { faultyRatio } from './cusum.ts';
import { longestWindowMinutes } from './glr-statistic.ts';
import type { Calls } from './recent-calls.ts';
import { sizesMixed } from './shiryaev-roberts.ts';
import type { Evidence } from './statistic.ts';

const learningMinutes = 1440;
const mostCorrelation = 0.5;
/** Below it, the beta-binomial probabilities are those of independent calls, to the last digit that matters. */
const leastCorrelation = 1e-4;

export class BetaBinomial implements Evidence {
  #cusums: readonly number[] = sizesMixed.map(() => 0);
  readonly #learned: Calls[] = [];
  #correlation = leastCorrelation;
  #minutes = 0;

  add(calls: Calls, baseline: number): void {
    this.#learn(calls, baseline);
    const healthy = logProbability(calls, baseline, this.#correlation);
    this.#cusums = sizesMixed.map((size, index) => {
      const faulty = logProbability(calls, faultyRatio(baseline, size), this.#correlation);
      return Math.max(0, (this.#cusums[index] ?? 0) + faulty - healthy);
    });
  }

  nats(): number {
    return Math.max(...this.#cusums);
  }

  /** Once an hour, from a day of minutes with calls that ended four hours ago. */
  #learn(calls: Calls, baseline: number): void {
    this.#learned.push(calls);
    this.#minutes += 1;
    if (this.#learned.length > learningMinutes + longestWindowMinutes + 60) this.#learned.splice(0, 60);
    if (this.#minutes % 60 !== 0) return;
    this.#correlation = correlationOf(this.#learned.slice(0, -longestWindowMinutes), baseline);
  }
}

/** By moments: how far the variance of a minute's failures exceeds that of independent calls. */
export function correlationOf(minutes: readonly Calls[], ratio: number): number {
  let [excess, whole] = [0, 0];
  for (const { attempts, failures } of minutes) {
    const variance = attempts * ratio * (1 - ratio);
    excess += (failures - attempts * ratio) ** 2 - variance;
    whole += (attempts - 1) * variance;
  }
  return whole > 0 ? Math.min(mostCorrelation, Math.max(leastCorrelation, excess / whole)) : leastCorrelation;
}

/** ln P(failures | attempts), up to a term that does not depend on the ratio. */
export function logProbability({ attempts, failures }: Calls, ratio: number, correlation: number): number {
  const concentration = 1 / correlation - 1;
  const [alpha, beta] = [ratio * concentration, (1 - ratio) * concentration];
  return logBeta(failures + alpha, attempts - failures + beta) - logBeta(alpha, beta);
}

function logBeta(left: number, right: number): number {
  return logGamma(left) + logGamma(right) - logGamma(left + right);
}
