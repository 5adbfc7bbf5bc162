/**
 * Envoy's failure-percentage ejection: threshold 85 %, request volume 50, base ejection time 30 s times the number of
 * ejections, at most 300 s, one ejection less per healthy sweep.
 *
 * Envoy sweeps every 10 s and a metric comes every 60 s, so that its times are taken six times as long: 3 min times
 * ejections, at most 30. The volume stays 50 per sweep. Its floor of five hosts is waived, or it would never act; the
 * rule that not all hosts may be ejected stands. A host whose ejection ends gets its calls back unasked.
 */
import { homeOf, otherOf, type Contender, type Turn } from '../contender.ts';
import type { Sight } from '../connector-metrics.ts';

const failureShare = 0.85;
const requestVolume = 50;
const baseEjectionMinutes = 3;
const longestEjectionMinutes = 30;

type Host = { ejections: number; ejectedUntil: number };

export class EnvoyContender implements Contender {
  readonly #hosts = new Map<number, Host>();

  turn({ minute, newest, tops }: Turn): readonly number[] {
    for (const [connector, sight] of newest.entries()) this.#sweep(connector, sight, minute);
    return tops.flatMap((top, group) => (top === this.#wanted(group, minute) ? [] : [group]));
  }

  #wanted(group: number, minute: number): number {
    const home = homeOf(group);
    return this.#isEjected(home, minute) ? otherOf(home) : home;
  }

  #sweep(connector: number, sight: Sight, minute: number): void {
    const host = this.#host(connector);
    if (this.#isEjected(connector, minute)) return;
    const fails = sight.attempts >= requestVolume && sight.failures >= sight.attempts * failureShare;
    if (!fails) {
      // Metrics lag: right after its return a host still shows the idle minutes of its ejection, which prove nothing.
      if (sight.attempts > 0) host.ejections = Math.max(0, host.ejections - 1);
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
