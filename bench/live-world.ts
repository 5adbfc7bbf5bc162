/** A world that follows a contender's moves, and shows it each minute's metrics when they become visible. */
import type { MinuteOfWorld } from '../sim/world/minute.ts';
import { createWorld } from '../sim/world/world.ts';
import { metricsOf, type ConnectorMetrics } from './connector-metrics.ts';
import { homeOf, lagMinutes, otherOf, type Turn } from './contender.ts';
import { routingOf, worldSpec, type WorldSetting } from './worlds.ts';

export class LiveWorld {
  readonly #world;
  readonly #tops: number[];
  /** The minutes whose metrics are not visible yet, oldest first. */
  readonly #notYetVisible: (readonly ConnectorMetrics[])[] = [];

  constructor(setting: WorldSetting) {
    this.#world = createWorld(worldSpec(setting));
    this.#tops = Array.from({ length: setting.groups ?? 1 }, (_, group) => homeOf(group));
  }

  /** The connector on top, by group. */
  get tops(): readonly number[] {
    return this.#tops;
  }

  /** The run at the start of `minute`; undefined as long as no minute is visible. */
  turnAt(minute: number): Turn | undefined {
    if (this.#notYetVisible.length <= lagMinutes) return undefined;
    const newest = this.#notYetVisible.shift();
    return newest && { minute, newest, tops: this.#tops };
  }

  /** Simulates the next minute with the present tops. */
  runMinute(): MinuteOfWorld {
    const simulated = this.#world.runMinute(routingOf(this.#tops));
    this.#notYetVisible.push(simulated.connectors.map(metricsOf));
    return simulated;
  }

  /** Swaps the connectors of a group. */
  swap(group: number): void {
    const top = this.#tops[group];
    if (top !== undefined) this.#tops[group] = otherOf(top);
  }
}
