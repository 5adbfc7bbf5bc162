/** A generalised likelihood ratio over every window that ends now, against a learned baseline. A yardstick for this project. */
import type { ConnectorMetrics } from '../connector-metrics.ts';
import { Detector } from './detector.ts';
import { CallWindows } from './glr-statistic.ts';

export type GlrSettings = { readonly thresholdNats: number; readonly dispersion: number };

export class GlrContender extends Detector {
  readonly #settings: GlrSettings;
  readonly #windows = new Map<number, CallWindows>();

  constructor(settings: GlrSettings) {
    super();
    this.#settings = settings;
  }

  /** Evidence against a connector in nats, divided by the dispersion. */
  statistic(connector: number): number {
    return this.#windowsOf(connector).strongest(this.baselineRatio(connector)) / this.#settings.dispersion;
  }

  protected override remember(connector: number, { attempts, failures }: ConnectorMetrics): void {
    this.#windowsOf(connector).push(attempts, failures);
  }

  protected override isFailing(connector: number): boolean {
    return this.statistic(connector) >= this.#settings.thresholdNats;
  }

  #windowsOf(connector: number): CallWindows {
    const known = this.#windows.get(connector);
    if (known !== undefined) return known;
    const windows = new CallWindows();
    this.#windows.set(connector, windows);
    return windows;
  }
}
