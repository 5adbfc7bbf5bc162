import type { FaultSpec } from '../../sim/world/spec.ts';
import { newestMinute, otherOf, type Contender, type Turn } from '../contender.ts';
import { severityAt } from '../false-move.ts';

/** Knows every fault as of the newest visible minute, and acts once a minute as every contender does. */
export class OracleContender implements Contender {
  readonly #faults: readonly FaultSpec[];

  constructor(faults: readonly FaultSpec[]) {
    this.#faults = faults;
  }

  turn(turn: Turn): readonly number[] {
    const minute = newestMinute(turn);
    return turn.tops.flatMap((top, group) => {
      const here = severityAt(this.#faults, top, minute);
      return here > 0 && severityAt(this.#faults, otherOf(top), minute) < here ? [group] : [];
    });
  }
}
