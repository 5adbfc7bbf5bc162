/**
 * A mixture of Shiryaev–Roberts statistics, one for each size of fault: an e-detector (Shin, Ramdas & Rinaldo 2022). If the calls are
 * independent and the baseline is right, each statistic grows by one a minute on average, so that the threshold
 * ln(minutes between false moves) needs no constant that was fitted.
 */
import type { Calls } from './recent-calls.ts';
import { faultyRatio } from './cusum.ts';
import type { Evidence } from './statistic.ts';

/** The sizes of fault that are considered: the share of calls that it fails. */
export const sizesMixed = [0.05, 0.1, 0.2, 0.4, 0.7, 0.95] as const;

export class ShiryaevRoberts implements Evidence {
  /** ln(1 + R), by size. */
  #logs: readonly number[] = sizesMixed.map(() => 0);

  add({ attempts, failures }: Calls, baseline: number): void {
    this.#logs = sizesMixed.map((size, index) => {
      const faulty = faultyRatio(baseline, size);
      const ratio =
        failures * Math.log(faulty / baseline) + (attempts - failures) * Math.log((1 - faulty) / (1 - baseline));
      return logOfOnePlus(ratio + (this.#logs[index] ?? 0));
    });
  }

  nats(): number {
    const highest = Math.max(...this.#logs);
    const mixed = this.#logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / sizesMixed.length;
    return highest + Math.log(mixed);
  }
}

/** ln(1 + exp(value)), without an overflow. */
function logOfOnePlus(value: number): number {
  return value > 0 ? value + Math.log1p(Math.exp(-value)) : Math.log1p(Math.exp(value));
}
