/**
 * The limit: Page's test (1954), which no detector beats on average delay for a given false-alarm rate when it is told
 * both distributions (Moustakides 1986; independent calls).
 */
import { Brakes, commonCooldownMinutes, otherOf, type Contender, type Turn } from '../contender.ts';

/** Told the failure ratios with and without the fault. In nats. */
export class Cusum {
  readonly #perFailure: number;
  readonly #perSuccess: number;
  value = 0;

  constructor(baseline: number, faulty: number) {
    this.#perFailure = Math.log(faulty / baseline);
    this.#perSuccess = Math.log((1 - faulty) / (1 - baseline));
  }

  see(attempts: number, failures: number): number {
    const step = failures * this.#perFailure + (attempts - failures) * this.#perSuccess;
    this.value = Math.max(0, this.value + step);
    return this.value;
  }
}

/** A fault comes on top of the baseline, by a cause of its own. */
export function faultyRatio(baseline: number, size: number): number {
  return 1 - (1 - baseline) * (1 - size);
}

/** A CUSUM per connector that leaves an alarmed top for one that is not. */
export class CusumContender implements Contender {
  readonly #baseline: number;
  readonly #faulty: number;
  readonly #threshold: number;
  readonly #detectors = new Map<number, Cusum>();
  readonly #brakes = new Brakes(commonCooldownMinutes);

  constructor(told: { readonly baseline: number; readonly size: number; readonly threshold: number }) {
    this.#baseline = told.baseline;
    this.#faulty = faultyRatio(told.baseline, told.size);
    this.#threshold = told.threshold;
  }

  turn({ minute, newest, tops }: Turn): readonly number[] {
    for (const [connector, { attempts, failures }] of newest.entries()) {
      this.#detector(connector).see(attempts, failures);
    }
    const moves: number[] = [];
    for (const [group, top] of tops.entries()) {
      if (!this.#alarms(top) || this.#alarms(otherOf(top)) || !this.#brakes.allow(group, minute)) continue;
      this.#brakes.moved(group, minute);
      moves.push(group);
    }
    return moves;
  }

  /** A connector that was left stays under alarm: it has no calls that could clear it. */
  #alarms(connector: number): boolean {
    return this.#detector(connector).value >= this.#threshold;
  }

  #detector(connector: number): Cusum {
    const known = this.#detectors.get(connector);
    if (known !== undefined) return known;
    const detector = new Cusum(this.#baseline, this.#faulty);
    this.#detectors.set(connector, detector);
    return detector;
  }
}
