/**
 * The limit: Page's test (1954), which no detector beats on average delay for a given false-alarm rate when it knows
 * both distributions (Moustakides 1986; independent calls).
 */
import { Cooldown, commonCooldownMinutes, otherOf, type Contender, type Turn } from '../contender.ts';

/** Knows the failure ratios with and without the fault. Its value is in nats. */
export class Cusum {
  readonly #perFailure: number;
  readonly #perSuccess: number;
  value = 0;

  constructor(baseline: number, faulty: number) {
    this.#perFailure = Math.log(faulty / baseline);
    this.#perSuccess = Math.log((1 - faulty) / (1 - baseline));
  }

  add(attempts: number, failures: number): number {
    const step = failures * this.#perFailure + (attempts - failures) * this.#perSuccess;
    this.value = Math.max(0, this.value + step);
    return this.value;
  }
}

/** A fault is independent of the cause of the baseline failures, and adds to them. */
export function faultyRatio(baseline: number, size: number): number {
  return 1 - (1 - baseline) * (1 - size);
}

/** A CUSUM per connector that leaves an alarmed top for one that is not. */
export class CusumContender implements Contender {
  readonly #baseline: number;
  readonly #faulty: number;
  readonly #threshold: number;
  readonly #detectors = new Map<number, Cusum>();
  readonly #cooldown = new Cooldown(commonCooldownMinutes);

  constructor(settings: { readonly baseline: number; readonly size: number; readonly threshold: number }) {
    this.#baseline = settings.baseline;
    this.#faulty = faultyRatio(settings.baseline, settings.size);
    this.#threshold = settings.threshold;
  }

  turn({ minute, newest, tops }: Turn): readonly number[] {
    for (const [connector, { attempts, failures }] of newest.entries()) {
      this.#detector(connector).add(attempts, failures);
    }
    const moves: number[] = [];
    for (const [group, top] of tops.entries()) {
      if (!this.#alarms(top) || this.#alarms(otherOf(top)) || !this.#cooldown.allows(group, minute)) continue;
      this.#cooldown.recordMove(group, minute);
      moves.push(group);
    }
    return moves;
  }

  /** The alarm of a previous top persists, because it has no calls that could clear it. */
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
