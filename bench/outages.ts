/** The same outage for every contender: same callers, same luck, and a world that answers to the moves. */
import { type MinuteOfWorld, callsFailedByFaults } from '../sim/world/minute.ts';
import { createWorld } from '../sim/world/world.ts';
import { createForOutage, failsBack, type LimitThresholds } from './contenders.ts';
import { homeOf, lagMinutes, otherOf, type Contender } from './contender.ts';
import { drawOutage, type Outage } from './fault-library.ts';
import { isFalseMove } from './false-move.ts';
import { historyBefore } from './history.ts';
import { sightOf, type Sight } from './connector-metrics.ts';
import { epoch, routingOf, worldSpec } from './worlds.ts';

export type OutageJob = {
  readonly kind: 'outages';
  readonly seed: number;
  readonly from: number;
  readonly until: number;
  readonly keys: readonly string[];
  readonly limits: LimitThresholds;
};

export type OutageResult = { readonly kind: 'outages'; readonly ledgers: readonly Ledger[] };

/** What one contender made of one outage. */
export type Ledger = {
  readonly index: number;
  readonly key: string;
  readonly failed: number;
  readonly dropped: number;
  readonly poorAudio: number;
  readonly moves: number;
  readonly falseMoves: number;
  /** Moves onto a connector that was left before. */
  readonly returns: number;
  /** From the fault's beginning until the first move away from home. */
  readonly minutesToMove: number | undefined;
};

export function runOutages({ seed, from, until, keys, limits }: OutageJob): OutageResult {
  const ledgers: Ledger[] = [];
  for (let index = from; index < until; index += 1) {
    const outage = drawOutage(seed, index);
    for (const key of keys) ledgers.push(playOutage(outage, key, createForOutage(key, outage, limits)));
  }
  return { kind: 'outages', ledgers };
}

export function playOutage(outage: Outage, key: string, contender: Contender | undefined): Ledger {
  const play = new Play(outage, key, contender);
  for (let minute = 0; minute < outage.endsAtMinute; minute += 1) play.runMinute(minute);
  return play.ledger();
}

class Play {
  readonly #outage: Outage;
  readonly #key: string;
  readonly #contender: Contender | undefined;
  readonly #world;
  readonly #tops: number[];
  /** The minutes that nobody can see yet, oldest first. */
  readonly #hidden: (readonly Sight[])[] = [];
  readonly #counts = { failed: 0, dropped: 0, poorAudio: 0, moves: 0, falseMoves: 0, returns: 0 };
  #minutesToMove: number | undefined;
  readonly #left = new Set<number>();

  constructor(outage: Outage, key: string, contender: Contender | undefined) {
    this.#outage = outage;
    this.#key = key;
    this.#contender = contender;
    const { seed, traffic, groups, faults, startsAtMinute } = outage;
    const startsAt = epoch + startsAtMinute * 60_000;
    this.#world = createWorld(worldSpec({ seed, traffic, groups, faults, startsAt }));
    this.#tops = Array.from({ length: groups }, (_, group) => homeOf(group));
    if (contender?.learn === undefined) return;
    for (const { minute, newest } of historyBefore(traffic, startsAtMinute, { groups, flat: false })) {
      contender.learn({ minute, newest, tops: this.#tops });
    }
  }

  runMinute(minute: number): void {
    this.#act(minute);
    const played = this.#world.runMinute(routingOf(this.#tops));
    this.#hidden.push(played.connectors.map(sightOf));
    this.#count(played);
  }

  ledger(): Ledger {
    return { index: this.#outage.index, key: this.#key, ...this.#counts, minutesToMove: this.#minutesToMove };
  }

  #act(minute: number): void {
    if (this.#hidden.length <= lagMinutes) return;
    const newest = this.#hidden.shift();
    if (newest === undefined || this.#contender === undefined) return;
    for (const group of this.#contender.turn({ minute, newest, tops: this.#tops })) this.#move(group, minute);
  }

  #move(group: number, minute: number): void {
    const from = this.#tops[group];
    if (from === undefined) return;
    const to = otherOf(from);
    const { faults, fromMinute } = this.#outage;
    this.#counts.moves += 1;
    if (isFalseMove(faults, { from, to, minute, failsBack: failsBack(this.#key) })) this.#counts.falseMoves += 1;
    if (this.#left.has(to)) this.#counts.returns += 1;
    this.#left.add(from);
    this.#tops[group] = to;
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
