/** A binomial confidence bound on the pooled calls of a few fixed windows: the simplest thing that has a budget. */
import { Brakes, commonCooldownMinutes, otherOf, type Contender, type Turn } from '../contender.ts';
import { Baseline, likelihoodRatio } from './glr.ts';

/** Wider ones for few calls, instead of a lower bar. */
const windowsMinutes = [5, 15, 60] as const;
const longestMinutes = 60;
const leastFailures = 3;
/** As much above the baseline as ours takes for worth a move. */
const excessRatio = 0.05;

export type BoundSettings = { readonly thresholdNats: number; readonly dispersion: number };

type Calls = { readonly attempts: number; readonly failures: number };

/** The bound is Chernoff's: it lies above a ratio exactly where the calls' divergence from that ratio exceeds the threshold. */
export class BoundContender implements Contender {
  readonly #settings: BoundSettings;
  readonly #calls = new Map<number, Calls[]>();
  readonly #baselines = new Map<number, Baseline>();
  readonly #brakes = new Brakes(commonCooldownMinutes);

  constructor(settings: BoundSettings) {
    this.#settings = settings;
  }

  learn({ newest }: Turn): void {
    for (const [connector, { attempts, failures }] of newest.entries()) {
      const calls = this.#callsOf(connector);
      calls.push({ attempts, failures });
      if (calls.length > 2 * longestMinutes) calls.splice(0, longestMinutes);
    }
    for (let group = 0; 2 * group < newest.length; group += 1) {
      const pair = newest.slice(2 * group, 2 * group + 2);
      this.#baselineOf(group).push(
        pair.reduce((sum, { attempts }) => sum + attempts, 0),
        pair.reduce((sum, { failures }) => sum + failures, 0),
      );
    }
  }

  turn(turn: Turn): readonly number[] {
    this.learn(turn);
    const moves: number[] = [];
    for (const [group, top] of turn.tops.entries()) {
      if (!this.#brakes.allow(group, turn.minute) || !this.#isConvicted(top)) continue;
      if (this.#isConvicted(otherOf(top))) continue;
      this.#brakes.moved(group, turn.minute);
      moves.push(group);
    }
    return moves;
  }

  #isConvicted(connector: number): boolean {
    const tolerable = this.#baselineOf(Math.floor(connector / 2)).ratio + excessRatio;
    const { thresholdNats, dispersion } = this.#settings;
    return windowsMinutes.some((minutes) => {
      const window = this.#callsOf(connector).slice(-minutes);
      const attempts = window.reduce((sum, call) => sum + call.attempts, 0);
      const failures = window.reduce((sum, call) => sum + call.failures, 0);
      return (
        failures >= leastFailures &&
        failures > attempts * tolerable &&
        likelihoodRatio(failures, attempts, tolerable) / dispersion >= thresholdNats
      );
    });
  }

  #callsOf(connector: number): Calls[] {
    const known = this.#calls.get(connector);
    if (known !== undefined) return known;
    const calls: Calls[] = [];
    this.#calls.set(connector, calls);
    return calls;
  }

  #baselineOf(group: number): Baseline {
    const known = this.#baselines.get(group);
    if (known !== undefined) return known;
    const baseline = new Baseline();
    this.#baselines.set(group, baseline);
    return baseline;
  }
}
