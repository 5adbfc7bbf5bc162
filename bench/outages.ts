/** The same outage for every contender: the same callers and random numbers, in a world that follows the contender's moves. */
import { type MinuteOfWorld, callsFailedByFaults } from '../sim/world/minute.ts';
import { keyOf, type ContenderSpec } from './contender-spec.ts';
import { createForOutage, movesHome, type LimitThresholds } from './contenders.ts';
import { otherOf, type Contender } from './contender.ts';
import { drawOutage, type Library, type Outage } from './fault-library.ts';
import { isFalseMove } from './false-move.ts';
import { teach } from './history.ts';
import { LiveWorld } from './live-world.ts';

export type OutageJob = {
  readonly kind: 'outages';
  readonly library: Library;
  readonly seed: number;
  readonly from: number;
  readonly until: number;
  readonly contenders: readonly ContenderSpec[];
  readonly limits: LimitThresholds;
};

export type OutageResult = { readonly kind: 'outages'; readonly library: Library; readonly ledgers: readonly Ledger[] };

/** The result of one outage with one contender. */
export type Ledger = {
  readonly index: number;
  /** The contender's. */
  readonly key: string;
  readonly failed: number;
  readonly dropped: number;
  readonly poorAudio: number;
  readonly moves: number;
  readonly falseMoves: number;
  /** Moves to a connector that the group moved away from before. */
  readonly returns: number;
  /** From the start of the fault until the first move away from home. */
  readonly minutesToMove: number | undefined;
};

export function runOutages({ library, seed, from, until, contenders, limits }: OutageJob): OutageResult {
  const ledgers: Ledger[] = [];
  for (let index = from; index < until; index += 1) {
    const outage = drawOutage(seed, index, library);
    for (const spec of contenders) ledgers.push(simulateOutage(outage, spec, createForOutage(spec, outage, limits)));
  }
  return { kind: 'outages', library, ledgers };
}

/** Time to fail back. No call is lost in it. */
const failbackMinutes = 120;

export function simulateOutage(outage: Outage, spec: ContenderSpec, contender: Contender | undefined): Ledger {
  const run = new OutageRun(outage, spec, contender);
  const endsAtMinute = outage.endsAtMinute + (spec.kind === 'ours-failback' ? failbackMinutes : 0);
  for (let minute = 0; minute < endsAtMinute; minute += 1) run.runMinute(minute);
  return run.ledger();
}

class OutageRun {
  readonly #outage: Outage;
  readonly #spec: ContenderSpec;
  readonly #contender: Contender | undefined;
  readonly #world: LiveWorld;
  readonly #counts = { failed: 0, dropped: 0, poorAudio: 0, moves: 0, falseMoves: 0, returns: 0 };
  #minutesToMove: number | undefined;
  readonly #leftBefore = new Set<number>();

  constructor(outage: Outage, spec: ContenderSpec, contender: Contender | undefined) {
    this.#outage = outage;
    this.#spec = spec;
    this.#contender = contender;
    const { seed, traffic, groups, faults, startsAtMinute } = outage;
    this.#world = new LiveWorld({ seed, traffic, groups, faults, startsAtMinute });
    if (contender !== undefined) teach(contender, { traffic, startsAtMinute, groups, flat: false }, this.#world.tops);
  }

  runMinute(minute: number): void {
    this.#act(minute);
    this.#count(this.#world.runMinute());
  }

  ledger(): Ledger {
    return { index: this.#outage.index, key: keyOf(this.#spec), ...this.#counts, minutesToMove: this.#minutesToMove };
  }

  #act(minute: number): void {
    const turn = this.#world.turnAt(minute);
    if (turn === undefined || this.#contender === undefined) return;
    for (const group of this.#contender.turn(turn)) this.#move(group, minute);
  }

  #move(group: number, minute: number): void {
    const from = this.#world.tops[group];
    if (from === undefined) return;
    const to = otherOf(from);
    const { faults, fromMinute } = this.#outage;
    const failsBack = movesHome(this.#spec, this.#contender, from);
    this.#counts.moves += 1;
    if (isFalseMove(faults, { from, to, minute, failsBack })) this.#counts.falseMoves += 1;
    if (this.#leftBefore.has(to)) this.#counts.returns += 1;
    this.#leftBefore.add(from);
    this.#world.swap(group);
    if (minute >= fromMinute) this.#minutesToMove ??= minute - fromMinute;
  }

  #count({ groups }: MinuteOfWorld): void {
    for (const group of groups) {
      this.#counts.failed += callsFailedByFaults(group);
      this.#counts.dropped += group.callsDropped;
      this.#counts.poorAudio += group.callsAnsweredWithPoorAudio;
    }
  }
}
