/** A generalised likelihood ratio over every window that ends now, against a learned baseline. A yardstick for this project. */
import type { ConnectorMetrics } from '../connector-metrics.ts';
import { CallWindows } from './glr-statistic.ts';
import { StatisticDetector } from './statistic.ts';

export type GlrSettings = { readonly thresholdNats: number; readonly dispersion: number };

export class GlrContender extends StatisticDetector {
  readonly #dispersion: number;
  readonly #windows = new Map<number, CallWindows>();

  constructor({ thresholdNats, dispersion }: GlrSettings) {
    super(thresholdNats);
    this.#dispersion = dispersion;
  }

  /** Evidence against a connector in nats, divided by the dispersion. */
  override statistic(connector: number): number {
    return this.#windowsOf(connector).strongest(this.baselineRatio(connector)) / this.#dispersion;
  }

  protected override remember(connector: number, { attempts, failures }: ConnectorMetrics): void {
    this.#windowsOf(connector).push(attempts, failures);
  }

  #windowsOf(connector: number): CallWindows {
    const known = this.#windows.get(connector);
    if (known !== undefined) return known;
    const windows = new CallWindows();
    this.#windows.set(connector, windows);
    return windows;
  }
}
