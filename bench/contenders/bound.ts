/** A binomial confidence bound on the pooled calls of a few fixed windows: the simplest thing that has a budget. */
import type { Sight } from '../connector-metrics.ts';
import { Detector } from './detector.ts';
import { likelihoodRatio } from './glr-statistic.ts';
import type { GlrSettings } from './glr.ts';

/** Wider ones for few calls, instead of a lower bar. */
const windowsMinutes = [5, 15, 60] as const;
const longestMinutes = 60;
const leastFailures = 3;
/** As much above the baseline as ours takes for worth a move. */
const excessRatio = 0.05;

type Calls = Pick<Sight, 'attempts' | 'failures'>;

/** The bound is Chernoff's: it lies above a ratio exactly where the calls' divergence from that ratio exceeds the threshold. */
export class BoundContender extends Detector {
  readonly #settings: GlrSettings;
  readonly #calls = new Map<number, Calls[]>();

  constructor(settings: GlrSettings) {
    super();
    this.#settings = settings;
  }

  protected override remember(connector: number, { attempts, failures }: Sight): void {
    const calls = this.#callsOf(connector);
    calls.push({ attempts, failures });
    if (calls.length > 2 * longestMinutes) calls.splice(0, longestMinutes);
  }

  protected override convicts(connector: number): boolean {
    const tolerable = this.baselineRatio(connector) + excessRatio;
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
}
