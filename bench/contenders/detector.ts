/** The common part of detectors of failed calls: a learned baseline per group, the common cooldown, and no move to a failing standby. */
import { Cooldown, commonCooldownMinutes, otherOf, type Contender, type Turn } from '../contender.ts';
import type { ConnectorMetrics } from '../connector-metrics.ts';
import { Baseline } from './glr-statistic.ts';

/** There is one baseline per group, because the group has the same callers on either connector. */
export abstract class Detector implements Contender {
  readonly #baselines = new Map<number, Baseline>();
  readonly #cooldown = new Cooldown(commonCooldownMinutes);

  protected abstract remember(connector: number, metrics: ConnectorMetrics): void;
  protected abstract isFailing(connector: number): boolean;

  learn({ newest }: Turn): void {
    for (const [connector, metrics] of newest.entries()) this.remember(connector, metrics);
    for (let group = 0; 2 * group < newest.length; group += 1) {
      const pair = newest.slice(2 * group, 2 * group + 2);
      this.#baselineOf(group).push(
        pair.reduce((sum, { attempts }) => sum + attempts, 0),
        pair.reduce((sum, { failures }) => sum + failures, 0),
      );
    }
  }

  turn(turn: Turn): readonly number[] {
    this.learn(turn);
    const moves: number[] = [];
    for (const [group, top] of turn.tops.entries()) {
      if (!this.#cooldown.allows(group, turn.minute) || !this.isFailing(top) || this.isFailing(otherOf(top))) continue;
      this.#cooldown.recordMove(group, turn.minute);
      moves.push(group);
    }
    return moves;
  }

  protected baselineRatio(connector: number): number {
    return this.#baselineOf(Math.floor(connector / 2)).ratio;
  }

  #baselineOf(group: number): Baseline {
    const known = this.#baselines.get(group);
    if (known !== undefined) return known;
    const baseline = new Baseline();
    this.#baselines.set(group, baseline);
    return baseline;
  }
}
