/** Sums of a connector's last minutes. */
import type { ConnectorMetrics } from '../connector-metrics.ts';

export type Calls = { readonly attempts: number; readonly failures: number };

export class RecentCalls {
  readonly #longest: number;
  #minutes: readonly ConnectorMetrics[] = [];

  constructor(minutes: number) {
    this.#longest = minutes;
  }

  push(metrics: ConnectorMetrics): void {
    this.#minutes = [...this.#minutes, metrics].slice(-this.#longest);
  }

  clear(): void {
    this.#minutes = [];
  }

  get inbound(): Calls {
    return {
      attempts: this.#sum(({ attempts }) => attempts),
      failures: this.#sum(({ failures }) => failures),
    };
  }

  get outbound(): Calls {
    return {
      attempts: this.#sum(({ outboundAttempts }) => outboundAttempts),
      failures: this.#sum(({ outboundFailures }) => outboundFailures),
    };
  }

  get measured(): number {
    return this.#sum(({ measured }) => measured);
  }

  /** The average MOS of the worse leg; undefined if nothing was measured. */
  get mos(): number | undefined {
    const { measured } = this;
    if (measured === 0) return undefined;
    const customer = this.#sum((minute) => (minute.mosCustomer ?? 0) * minute.measured);
    const remote = this.#sum((minute) => (minute.mosRemote ?? 0) * minute.measured);
    return Math.min(customer, remote) / measured;
  }

  #sum(value: (metrics: ConnectorMetrics) => number): number {
    return this.#minutes.reduce((sum, metrics) => sum + value(metrics), 0);
  }
}
