/** What this project says and does once a fault is over, compared with the same callers without a fault. */
import { homeOf, newestMinute, type Turn } from './contender.ts';
import { teach } from './history.ts';
import { LiveWorld } from './live-world.ts';
import { drawRecovery, type Recovery } from './recovery-library.ts';
import { defaultBudgetPerGroupYear, ProjectContender } from './this-project.ts';

export type RecoveryJob = {
  readonly kind: 'recoveries';
  readonly seed: number;
  readonly from: number;
  readonly until: number;
};

export const arms = ['fault', 'control'] as const;
/** The control has the same callers, operator and pause, and no fault. */
export type Arm = (typeof arms)[number];

/** A verdict `unhealthy` on a connector without a fault. */
export type FalseVerdict = {
  readonly connector: number;
  readonly minutesAfterEnd: number;
  /** It goes on for too long after the fault, or begins without a new minute of the fault. */
  readonly how: 'lasts' | 'begins';
  readonly reason: string;
};

export type RecoveryLedger = {
  readonly index: number;
  readonly arm: Arm;
  readonly failedOver: boolean;
  readonly returned: boolean;
  /** The first one. */
  readonly falseVerdict: FalseVerdict | undefined;
  readonly falseMoves: number;
};

export type RecoveryResult = { readonly kind: 'recoveries'; readonly ledgers: readonly RecoveryLedger[] };

/** A verdict may last so long after the end of its fault. */
const graceMinutes = 15;

export function runRecoveries({ seed, from, until }: RecoveryJob): RecoveryResult {
  const indexes = Array.from({ length: until - from }, (_, place) => from + place);
  return {
    kind: 'recoveries',
    ledgers: indexes.flatMap((index) => arms.map((arm) => simulateRecovery(drawRecovery(seed, index), arm))),
  };
}

export function simulateRecovery(recovery: Recovery, arm: Arm): RecoveryLedger {
  const run = new RecoveryRun(recovery, arm);
  for (let minute = 0; minute < recovery.endsAtMinute; minute += 1) run.runMinute(minute);
  return run.ledger();
}

class RecoveryRun {
  readonly #recovery: Recovery;
  readonly #arm: Arm;
  readonly #world: LiveWorld;
  readonly #contender: ProjectContender;
  readonly #unhealthy = new Set<number>();
  #falseVerdict: FalseVerdict | undefined;
  #falseMoves = 0;
  #failedOver = false;
  #returned = false;

  constructor(recovery: Recovery, arm: Arm) {
    this.#recovery = recovery;
    this.#arm = arm;
    const { seed, traffic, startsAtMinute, kind } = recovery;
    const faults = arm === 'control' ? [] : recovery.faults;
    this.#world = new LiveWorld({ seed, traffic, faults, startsAtMinute });
    this.#contender = new ProjectContender({
      budgetPerGroupYear: defaultBudgetPerGroupYear,
      failsBack: kind === 'failed over and back',
      startsAtMinute,
    });
    teach(this.#contender, { traffic, startsAtMinute, groups: 1, flat: false }, this.#world.tops);
  }

  runMinute(minute: number): void {
    const turn = this.#world.turnAt(minute);
    if (turn !== undefined) this.#act(turn);
    this.#world.runMinute();
  }

  ledger(): RecoveryLedger {
    return {
      index: this.#recovery.index,
      arm: this.#arm,
      failedOver: this.#failedOver,
      returned: this.#returned,
      falseVerdict: this.#falseVerdict,
      falseMoves: this.#falseMoves,
    };
  }

  #act(turn: Turn): void {
    if (this.#isHeld(turn.minute)) this.#contender.watch(turn);
    else for (const group of this.#contender.turn(turn)) this.#move(group, turn.minute);
    for (const connector of turn.newest.keys()) this.#note(connector, turn);
    this.#restoreByHand(turn.minute);
  }

  #isHeld(minute: number): boolean {
    const { kind, actsAtMinute } = this.#recovery;
    return kind === 'watched' || (kind === 'paused and resumed' && minute < actsAtMinute);
  }

  #restoreByHand(minute: number): void {
    const { kind, actsAtMinute } = this.#recovery;
    const isTime = kind === 'returned by an operator' && minute === actsAtMinute;
    if (!isTime || this.#world.tops[0] === homeOf(0)) return;
    this.#world.swap(0);
    this.#contender.changedByOperator(0, minute);
    this.#returned = true;
  }

  #move(group: number, minute: number): void {
    const from = this.#world.tops[group] ?? homeOf(group);
    this.#world.swap(group);
    // A failback leaves a top that is not unhealthy.
    if (this.#contender.verdictOn(from)?.health !== 'unhealthy') {
      this.#returned = true;
      return;
    }
    this.#failedOver = true;
    if (this.#isFalseMove(minute)) this.#falseMoves += 1;
  }

  /** A pause ends after the fault, so that no move of a resumed group is right. */
  #isFalseMove(minute: number): boolean {
    const { kind, healedAtMinute } = this.#recovery;
    return minute > healedAtMinute + (kind === 'paused and resumed' ? 0 : graceMinutes);
  }

  #note(connector: number, turn: Turn): void {
    const verdict = this.#contender.verdictOn(connector);
    const wasUnhealthy = this.#unhealthy.has(connector);
    if (verdict?.health !== 'unhealthy') {
      this.#unhealthy.delete(connector);
      return;
    }
    this.#unhealthy.add(connector);
    const { healedAtMinute } = this.#recovery;
    const begins = !wasUnhealthy && newestMinute(turn) >= Math.ceil(healedAtMinute);
    if (!begins && turn.minute <= healedAtMinute + graceMinutes) return;
    this.#falseVerdict ??= {
      connector,
      minutesAfterEnd: Math.floor(turn.minute - healedAtMinute),
      how: begins ? 'begins' : 'lasts',
      reason: verdict.reason,
    };
  }
}
