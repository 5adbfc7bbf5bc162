/**
 * Envoy's failure-percentage ejection: threshold 85 %, request volume 50, base ejection time 30 s times the number of
 * ejections, at most 300 s, one ejection less per healthy sweep.
 *
 * Envoy sweeps every 10 s and a metric comes every 60 s, so that its times are taken six times as long: 3 min times
 * ejections, at most 30. The volume stays 50 per sweep. Its floor of five hosts is waived, or it would never act; the
 * rule that not all hosts may be ejected stands. A host whose ejection ends receives calls again without a check.
 */
import { homeOf, otherOf, type Contender, type Turn } from '../contender.ts';
import type { ConnectorMetrics } from '../connector-metrics.ts';

const failureShare = 0.85;
const requestVolume = 50;
const baseEjectionMinutes = 3;
const longestEjectionMinutes = 30;

type Host = { ejections: number; ejectedUntil: number };

export class EnvoyContender implements Contender {
  readonly #hosts = new Map<number, Host>();

  turn({ minute, newest, tops }: Turn): readonly number[] {
    for (const [connector, metrics] of newest.entries()) this.#sweep(connector, metrics, minute);
    return tops.flatMap((top, group) => (top === this.#wanted(group, minute) ? [] : [group]));
  }

  #wanted(group: number, minute: number): number {
    const home = homeOf(group);
    return this.#isEjected(home, minute) ? otherOf(home) : home;
  }

  #sweep(connector: number, metrics: ConnectorMetrics, minute: number): void {
    const host = this.#host(connector);
    if (this.#isEjected(connector, minute)) return;
    const fails = metrics.attempts >= requestVolume && metrics.failures >= metrics.attempts * failureShare;
    if (!fails) {
      // Metrics lag: right after its return the visible minutes of a host are still the idle ones of its ejection.
      if (metrics.attempts > 0) host.ejections = Math.max(0, host.ejections - 1);
      return;
    }
    if (this.#isEjected(otherOf(connector), minute)) return;
    host.ejections += 1;
    host.ejectedUntil = minute + Math.min(baseEjectionMinutes * host.ejections, longestEjectionMinutes);
  }

  #isEjected(connector: number, minute: number): boolean {
    return this.#host(connector).ejectedUntil > minute;
  }

  #host(connector: number): Host {
    const known = this.#hosts.get(connector);
    if (known !== undefined) return known;
    const host = { ejections: 0, ejectedUntil: -Infinity };
    this.#hosts.set(connector, host);
    return host;
  }
}
