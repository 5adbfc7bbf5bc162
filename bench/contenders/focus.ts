/**
 * The likelihood ratio over every window and every size of fault, without a longest window: FOCuS (Ward, Dilillo, Eckley & Fearnhead 2023)
 * for calls that fail or do not. A window can be the strongest one only if its beginning is a corner of the lower convex hull of
 * the points (attempts so far, failures so far); the others are forgotten.
 */
import { likelihoodRatio } from './glr-statistic.ts';
import type { Calls } from './recent-calls.ts';
import type { Evidence } from './statistic.ts';

export class Focus implements Evidence {
  /** Where a window may begin, oldest first: the ratios from each to the next rise. */
  #beginnings: Calls[] = [];
  #now: Calls = { attempts: 0, failures: 0 };
  readonly #dispersion: number;

  /** @param dispersion divides the evidence, because callers redial */
  constructor(dispersion: number) {
    this.#dispersion = dispersion;
  }

  add({ attempts, failures }: Calls, baseline: number): void {
    this.#beginAt(this.#now);
    this.#now = { attempts: this.#now.attempts + attempts, failures: this.#now.failures + failures };
    this.#beginnings = this.#beginnings.filter((beginning) => ratioBetween(beginning, this.#now) > baseline);
  }

  nats(baseline: number): number {
    const strongest = this.#beginnings.reduce((most, beginning) => {
      const attempts = this.#now.attempts - beginning.attempts;
      const failures = this.#now.failures - beginning.failures;
      if (failures <= attempts * baseline) return most;
      return Math.max(most, likelihoodRatio(failures, attempts, baseline));
    }, 0);
    return strongest / this.#dispersion;
  }

  #beginAt(point: Calls): void {
    const hull = this.#beginnings;
    for (;;) {
      const [before, last] = hull.slice(-2);
      if (before === undefined || last === undefined) break;
      if (ratioBetween(before, last) < ratioBetween(last, point)) break;
      hull.pop();
    }
    hull.push(point);
  }
}

function ratioBetween(from: Calls, to: Calls): number {
  return (to.failures - from.failures) / (to.attempts - from.attempts);
}
