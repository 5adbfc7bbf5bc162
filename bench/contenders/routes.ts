/** Peers that give each route a score of its own, and send the calls to the best one. */
import { homeOf, otherOf, type Contender, type Turn } from '../contender.ts';
import type { ConnectorMetrics } from '../connector-metrics.ts';

/** The health of one connector, fed with its metrics minute by minute. */
export interface RouteHealth {
  add(metrics: ConnectorMetrics, minute: number): void;
  /** 1 if nothing is wrong with it, less if something is. */
  readonly score: number;
}

/** Prefers home, the first in the list. Where both are equally bad, nothing changes. None of these peers has a cooldown. */
export class RouteContender implements Contender {
  readonly #create: () => RouteHealth;
  readonly #routes: RouteHealth[] = [];

  constructor(create: () => RouteHealth) {
    this.#create = create;
  }

  turn({ minute, newest, tops }: Turn): readonly number[] {
    for (const [connector, metrics] of newest.entries()) this.#routeOf(connector).add(metrics, minute);
    return tops.flatMap((top, group) => (this.#bestOf(group, top) === top ? [] : [group]));
  }

  #bestOf(group: number, top: number): number {
    const home = homeOf(group);
    const [atHome, atStandby] = [home, otherOf(home)].map((connector) => this.#routeOf(connector).score);
    if (atHome === undefined || atStandby === undefined) return top;
    if (atHome === atStandby) return atHome === 1 ? home : top;
    return atHome > atStandby ? home : otherOf(home);
  }

  #routeOf(connector: number): RouteHealth {
    return (this.#routes[connector] ??= this.#create());
  }
}
