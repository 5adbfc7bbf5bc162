import { noMetrics, together, type ConnectorMetrics } from './connector-metrics.ts';
import { homeOf, lagMinutes, otherOf, type Contender, type Turn } from './contender.ts';
import type { ContenderSpec } from './contender-spec.ts';
import { movesHome } from './contenders.ts';
import { isFalseMove } from './false-move.ts';
import { ProjectContender } from './this-project.ts';

/** A minute of a healthy stream: the inbound calls, and the outbound ones of each connector. */
export type RecordedMinute = {
  readonly inbound: ConnectorMetrics;
  readonly home: ConnectorMetrics;
  readonly standby: ConnectorMetrics;
};

export const nothingRecorded: RecordedMinute = { inbound: noMetrics, home: noMetrics, standby: noMetrics };

/** The metrics of home and standby with one of them on top. */
export function metricsWith(top: number, { inbound, home, standby }: RecordedMinute): Turn['newest'] {
  return top === homeOf(0) ? [together(home, inbound), standby] : [home, together(standby, inbound)];
}

/**
 * One contender on a recorded stream. Without faults the calls do not depend on the connector that carries them, so the contenders can
 * share a stream: its inbound calls appear on the connector that the contender has on top.
 */
export class StreamRun {
  readonly spec: ContenderSpec;
  readonly contender: Contender;
  /** The minutes of its false moves. */
  readonly falseMoves: number[] = [];
  /** Verdicts `unhealthy` that began, whether or not a move followed. Of this project only. */
  falseVerdicts = 0;
  readonly #unhealthy = new Set<number>();
  #top = homeOf(0);
  #movedAt = -Infinity;

  constructor(spec: ContenderSpec, contender: Contender) {
    this.spec = spec;
    this.contender = contender;
  }

  /** `recorded` is the newest visible minute. */
  observe(minute: number, recorded: RecordedMinute, acts: boolean): void {
    const newestVisible = minute - lagMinutes - 1;
    const carrier = newestVisible < this.#movedAt ? otherOf(this.#top) : this.#top;
    const turn = { minute, newest: metricsWith(carrier, recorded), tops: [this.#top] };
    if (!acts && this.contender.learn !== undefined) {
      this.contender.learn(turn);
      return;
    }
    const moves = this.contender.turn(turn);
    this.#noteVerdicts(turn, acts);
    if (moves.length > 0) this.#move(turn, acts);
  }

  #noteVerdicts({ newest }: Turn, counts: boolean): void {
    if (!(this.contender instanceof ProjectContender)) return;
    for (const connector of newest.keys()) {
      if (this.contender.verdictOn(connector)?.health !== 'unhealthy') this.#unhealthy.delete(connector);
      else if (!this.#unhealthy.has(connector)) {
        this.#unhealthy.add(connector);
        if (counts) this.falseVerdicts += 1;
      }
    }
  }

  #move({ minute }: Turn, counts: boolean): void {
    const from = this.#top;
    const to = otherOf(from);
    const failsBack = movesHome(this.spec, this.contender, from);
    if (counts && isFalseMove([], { from, to, minute, failsBack })) this.falseMoves.push(minute);
    this.#top = to;
    this.#movedAt = minute;
  }
}
