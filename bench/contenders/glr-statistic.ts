/** The likelihood ratio of every window that ends now, and the baseline that it compares with. */

export const longestWindowMinutes = 240;
const shortestWindowMinutes = 2;
const leastFailingMinutes = 2;

/** The newest calls of one connector, by minute. */
export class CallWindows {
  readonly #attempts = new Float64Array(longestWindowMinutes);
  readonly #failures = new Float64Array(longestWindowMinutes);
  #minutes = 0;

  push(attempts: number, failures: number): void {
    const slot = this.#minutes % longestWindowMinutes;
    this.#attempts[slot] = attempts;
    this.#failures[slot] = failures;
    this.#minutes += 1;
  }

  /** The strongest evidence, over all windows, that more than `baseline` fail: n × KL(window ‖ baseline) in nats. */
  strongest(baseline: number): number {
    let [best, attempts, failures, failingMinutes] = [0, 0, 0, 0];
    const longest = Math.min(this.#minutes, longestWindowMinutes);
    for (let length = 1; length <= longest; length += 1) {
      const slot = (this.#minutes - length) % longestWindowMinutes;
      const failed = this.#failures[slot] ?? 0;
      attempts += this.#attempts[slot] ?? 0;
      failures += failed;
      if (failed > 0) failingMinutes += 1;
      const excess = failures - attempts * baseline;
      if (excess <= 0 || failingMinutes < leastFailingMinutes || length < shortestWindowMinutes) continue;
      // KL is at most chi-squared, which needs no logarithm.
      if (excess * excess <= best * attempts * baseline * (1 - baseline)) continue;
      best = Math.max(best, likelihoodRatio(failures, attempts, baseline));
    }
    return best;
  }
}

/** n × KL(failures/n ‖ baseline). */
export function likelihoodRatio(failures: number, attempts: number, baseline: number): number {
  const successes = attempts - failures;
  const ofFailures = failures === 0 ? 0 : failures * Math.log(failures / (attempts * baseline));
  const ofSuccesses = successes === 0 ? 0 : successes * Math.log(successes / (attempts * (1 - baseline)));
  return ofFailures + ofSuccesses;
}

const learningMinutes = 1440;
const priorAttempts = 50;
const priorRatio = 0.02;
const leastBaseline = 0.005;

/** The failure ratio of a day of calls that ended before the longest window began. */
export class Baseline {
  readonly #attempts = new Float64Array(learningMinutes + longestWindowMinutes);
  readonly #failures = new Float64Array(learningMinutes + longestWindowMinutes);
  #minutes = 0;
  #attemptsSum = 0;
  #failuresSum = 0;

  push(attempts: number, failures: number): void {
    const size = this.#attempts.length;
    const slot = this.#minutes % size;
    const entering = (this.#minutes + size - longestWindowMinutes) % size;
    this.#attemptsSum += (this.#attempts[entering] ?? 0) - (this.#attempts[slot] ?? 0);
    this.#failuresSum += (this.#failures[entering] ?? 0) - (this.#failures[slot] ?? 0);
    this.#attempts[slot] = attempts;
    this.#failures[slot] = failures;
    this.#minutes += 1;
  }

  get ratio(): number {
    const ratio = (this.#failuresSum + priorAttempts * priorRatio) / (this.#attemptsSum + priorAttempts);
    return Math.max(leastBaseline, ratio);
  }
}
