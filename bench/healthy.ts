/** Weeks in which nothing is wrong: every move is a false one. */
import { createWorld } from '../sim/world/world.ts';
import { attemptFailureRatio, createPeer, createStatistician, failsBack, glrAt, isPeer } from './contenders.ts';
import { homeOf, lagMinutes, otherOf, type Contender, type Turn } from './contender.ts';
import { Cusum, faultyRatio } from './contenders/cusum.ts';
import { GlrContender } from './contenders/glr.ts';
import { sizesTried } from './fault-library.ts';
import { isFalseMove } from './false-move.ts';
import { OursContender } from './this-project.ts';
import { silent, sightOf, withInboundOf, withoutInbound, type Sight } from './connector-metrics.ts';
import { highestOf, type Peaks } from './statistics.ts';
import { minutesPerDay, routingOf, spikesIn, worldSpec, type Traffic } from './worlds.ts';

export type HealthyJob = {
  readonly kind: 'healthy';
  readonly traffic: Traffic;
  readonly seed: number;
  readonly days: number;
  readonly keys: readonly string[];
  /** Whether the statistics are followed too, to calibrate by. */
  readonly calibrates: boolean;
};

export type HealthyResult = {
  readonly kind: 'healthy';
  readonly traffic: Traffic;
  readonly days: number;
  readonly falseMoves: Readonly<Record<string, number>>;
  /** Peaks of the told CUSUMs' excursions, by fault size. */
  readonly cusumPeaks: Readonly<Record<string, Peaks>>;
  readonly glrPeaks: Peaks;
  readonly gate: { readonly audited: number; readonly failures: number };
};

export const peaksKept = 300;
const warmUpMinutes = 2 * minutesPerDay;
const minutesPerYear = 365 * minutesPerDay;

/**
 * One contender on a recorded stream. Without faults the callers do not care who carries their calls, so that the
 * stream can be shared: its inbound side is shown on whichever connector the contender has on top.
 */
export class Watch {
  readonly key: string;
  readonly contender: Contender;
  falseMoves = 0;
  #top = homeOf(0);
  #movedAt = -Infinity;

  constructor(key: string, contender: Contender) {
    this.key = key;
    this.contender = contender;
  }

  /** `recorded` is the newest visible minute as it was with home on top. */
  look(minute: number, recorded: readonly [Sight, Sight], acts: boolean): void {
    const turn = { minute, newest: this.#shown(minute, recorded), tops: [this.#top] };
    if (!acts && this.contender.learn !== undefined) {
      this.contender.learn(turn);
      return;
    }
    const moves = this.contender.turn(turn);
    if (moves.length > 0) this.#move(turn, acts);
  }

  #shown(minute: number, recorded: readonly [Sight, Sight]): Turn['newest'] {
    const [home, standby] = recorded;
    const seen = minute - lagMinutes - 1;
    const top = seen < this.#movedAt ? otherOf(this.#top) : this.#top;
    return top === homeOf(0) ? recorded : [withoutInbound(home), withInboundOf(standby, home)];
  }

  #move({ minute }: Turn, counts: boolean): void {
    const move = { from: this.#top, to: otherOf(this.#top), minute, failsBack: failsBack(this.key) };
    if (counts && isFalseMove([], move)) this.falseMoves += 1;
    this.#top = move.to;
    this.#movedAt = minute;
  }
}

/** Follows a statistic and keeps the peak of each excursion above `floor`. */
class Excursions {
  readonly #floor: number;
  #peaks: number[] = [];
  #peak = 0;

  constructor(floor: number) {
    this.#floor = floor;
  }

  see(value: number): void {
    if (value > this.#floor) {
      this.#peak = Math.max(this.#peak, value);
      return;
    }
    this.#close();
  }

  peaks(years: number): Peaks {
    this.#close();
    return { years, highest: highestOf(this.#peaks, peaksKept) };
  }

  #close(): void {
    if (this.#peak === 0) return;
    this.#peaks.push(this.#peak);
    this.#peak = 0;
    if (this.#peaks.length > 20 * peaksKept) this.#peaks = [...highestOf(this.#peaks, peaksKept)];
  }
}

/** The statistics without anybody who acts on them. */
class Statistics {
  readonly #cusums: readonly { readonly size: number; readonly cusum: Cusum; readonly excursions: Excursions }[];
  readonly #glr = new GlrContender({ ...glrAt(1), thresholdNats: Infinity });
  readonly #glrExcursions = new Excursions(3);

  constructor(traffic: Traffic) {
    const baseline = attemptFailureRatio(traffic);
    this.#cusums = sizesTried.map((size) => ({
      size,
      cusum: new Cusum(baseline, faultyRatio(baseline, size)),
      excursions: new Excursions(0),
    }));
  }

  see(minute: number, newest: readonly [Sight, Sight], counts: boolean): void {
    this.#glr.learn({ minute, newest, tops: [homeOf(0)] });
    if (counts) this.#glrExcursions.see(this.#glr.statistic(homeOf(0)));
    for (const { cusum, excursions } of this.#cusums) {
      const value = cusum.see(newest[0].attempts, newest[0].failures);
      if (counts) excursions.see(value);
    }
  }

  peaks(years: number): Pick<HealthyResult, 'cusumPeaks' | 'glrPeaks'> {
    const cusumPeaks = Object.fromEntries(
      this.#cusums.map(({ size, excursions }) => [String(size), excursions.peaks(years)]),
    );
    return { cusumPeaks, glrPeaks: this.#glrExcursions.peaks(years) };
  }
}

function createForHealthy(key: string): Contender {
  return isPeer(key) ? createPeer(key) : createStatistician(key, true);
}

export function runHealthy({ traffic, seed, days, keys, calibrates }: HealthyJob): HealthyResult {
  const minutes = days * minutesPerDay;
  const world = createWorld(worldSpec({ seed, traffic, spikes: spikesIn(seed, warmUpMinutes + minutes) }));
  const routing = routingOf([homeOf(0)]);
  const watches = keys.map((key) => new Watch(key, createForHealthy(key)));
  const statistics = calibrates ? new Statistics(traffic) : undefined;
  let visible: readonly [Sight, Sight] = [silent, silent];
  for (let minute = 0; minute < warmUpMinutes + minutes; minute += 1) {
    const { connectors } = world.runMinute(routing);
    const [home, standby] = connectors;
    // A turn at the start of minute + 2 sees this one: lagMinutes after its end.
    if (home !== undefined && standby !== undefined) visible = [sightOf(home), sightOf(standby)];
    const acts = minute >= warmUpMinutes;
    statistics?.see(minute + 1 + lagMinutes, visible, acts);
    for (const watch of watches) watch.look(minute + 1 + lagMinutes, visible, acts);
  }
  const ours = watches.flatMap(({ contender }) => (contender instanceof OursContender ? [contender] : []));
  return {
    kind: 'healthy',
    traffic,
    days,
    falseMoves: Object.fromEntries(watches.map(({ key, falseMoves }) => [key, falseMoves])),
    ...(statistics?.peaks(minutes / minutesPerYear) ?? { cusumPeaks: {}, glrPeaks: { years: 0, highest: [] } }),
    gate: {
      audited: ours.reduce((sum, { audited }) => sum + audited, 0),
      failures: ours.reduce((sum, { gateFailures }) => sum + gateFailures, 0),
    },
  };
}
