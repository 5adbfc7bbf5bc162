/** What detectors of the top's failed calls share: a learned baseline per group, the common cooldown, and a standby that is no worse. */
import { Brakes, commonCooldownMinutes, otherOf, type Contender, type Turn } from '../contender.ts';
import type { Sight } from '../connector-metrics.ts';
import { Baseline } from './glr-statistic.ts';

/** One baseline per group: its callers are the same whoever carries their calls. */
export abstract class Detector implements Contender {
  readonly #baselines = new Map<number, Baseline>();
  readonly #brakes = new Brakes(commonCooldownMinutes);

  protected abstract remember(connector: number, sight: Sight): void;
  protected abstract convicts(connector: number): boolean;

  learn({ newest }: Turn): void {
    for (const [connector, sight] of newest.entries()) this.remember(connector, sight);
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
      if (!this.#brakes.allow(group, turn.minute) || !this.convicts(top) || this.convicts(otherOf(top))) continue;
      this.#brakes.moved(group, turn.minute);
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
