/** A generalised likelihood ratio over every window that ends now, against a learned baseline. A yardstick for ours. */
import { Brakes, commonCooldownMinutes, otherOf, type Contender, type Turn } from '../contender.ts';

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
export const likelihoodRatio = (failures: number, attempts: number, baseline: number): number => {
  const successes = attempts - failures;
  const ofFailures = failures === 0 ? 0 : failures * Math.log(failures / (attempts * baseline));
  const ofSuccesses = successes === 0 ? 0 : successes * Math.log(successes / (attempts * (1 - baseline)));
  return ofFailures + ofSuccesses;
};

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

export type GlrSettings = { readonly thresholdNats: number; readonly dispersion: number };

/** Windows per connector, one baseline per group: its callers are the same whoever carries their calls. */
export class GlrContender implements Contender {
  readonly #settings: GlrSettings;
  readonly #windows = new Map<number, CallWindows>();
  readonly #baselines = new Map<number, Baseline>();
  readonly #brakes = new Brakes(commonCooldownMinutes);

  constructor(settings: GlrSettings) {
    this.#settings = settings;
  }

  learn({ newest }: Turn): void {
    for (const [connector, { attempts, failures }] of newest.entries()) {
      this.#windowsOf(connector).push(attempts, failures);
    }
    for (let group = 0; 2 * group < newest.length; group += 1) {
      const pair = newest.slice(2 * group, 2 * group + 2);
      this.#baselineOf(group).push(
        pair.reduce((sum, { attempts }) => sum + attempts, 0),
        pair.reduce((sum, { failures }) => sum + failures, 0),
      );
    }
  }

  /** Evidence against a connector in nats, dispersion taken off. */
  statistic(connector: number): number {
    const baseline = this.#baselineOf(Math.floor(connector / 2)).ratio;
    return this.#windowsOf(connector).strongest(baseline) / this.#settings.dispersion;
  }

  turn(turn: Turn): readonly number[] {
    this.learn(turn);
    const { thresholdNats } = this.#settings;
    const moves: number[] = [];
    for (const [group, top] of turn.tops.entries()) {
      if (!this.#brakes.allow(group, turn.minute) || this.statistic(top) < thresholdNats) continue;
      if (this.statistic(otherOf(top)) >= thresholdNats) continue;
      this.#brakes.moved(group, turn.minute);
      moves.push(group);
    }
    return moves;
  }

  #windowsOf(connector: number): CallWindows {
    const known = this.#windows.get(connector);
    if (known !== undefined) return known;
    const windows = new CallWindows();
    this.#windows.set(connector, windows);
    return windows;
  }

  #baselineOf(group: number): Baseline {
    const known = this.#baselines.get(group);
    if (known !== undefined) return known;
    const baseline = new Baseline();
    this.#baselines.set(group, baseline);
    return baseline;
  }
}
