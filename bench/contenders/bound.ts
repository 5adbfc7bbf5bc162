/** A binomial confidence bound on the pooled calls of a few fixed windows: the simplest detector with a budget. */
import type { ConnectorMetrics } from '../connector-metrics.ts';
import { Detector } from './detector.ts';
import { likelihoodRatio } from './glr-statistic.ts';
import type { GlrSettings } from './glr.ts';

/** Low traffic gets longer windows rather than a lower threshold. */
const windowsMinutes = [5, 15, 60] as const;
const longestMinutes = 60;
const leastFailures = 3;
/** The excess over the baseline that this project requires for a move. */
const excessRatio = 0.05;

type Calls = Pick<ConnectorMetrics, 'attempts' | 'failures'>;

/** Chernoff's bound: it is above a ratio exactly if the divergence of the calls from that ratio exceeds the threshold. */
export class BoundContender extends Detector {
  readonly #settings: GlrSettings;
  readonly #calls = new Map<number, Calls[]>();

  constructor(settings: GlrSettings) {
    super();
    this.#settings = settings;
  }

  protected override remember(connector: number, { attempts, failures }: ConnectorMetrics): void {
    const calls = this.#callsOf(connector);
    calls.push({ attempts, failures });
    if (calls.length > 2 * longestMinutes) calls.splice(0, longestMinutes);
  }

  protected override isFailing(connector: number): boolean {
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
