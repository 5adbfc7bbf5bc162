/** Weeks without a fault: every move is a false one. */
import { createWorld } from '../sim/world/world.ts';
import { descriptions, keyOf, type ContenderSpec } from './contender-spec.ts';
import { createForHealthy, glrAt } from './contenders.ts';
import { homeOf, lagMinutes, otherOf, type Contender, type Turn } from './contender.ts';
import { Cusum, faultyRatio } from './contenders/cusum.ts';
import { GlrContender } from './contenders/glr.ts';
import { sizesTried } from './fault-library.ts';
import { isFalseMove } from './false-move.ts';
import { ProjectContender } from './this-project.ts';
import { noMetrics, metricsOf, withInboundOf, withoutInbound, type ConnectorMetrics } from './connector-metrics.ts';
import { highestOf, type Peaks } from './statistics.ts';
import { attemptFailureRatio, minutesPerDay, routingOf, spikesIn, worldSpec, type Traffic } from './worlds.ts';

export type HealthyJob = {
  readonly kind: 'healthy';
  readonly traffic: Traffic;
  readonly seed: number;
  readonly days: number;
  readonly contenders: readonly ContenderSpec[];
  /** Whether the statistics are recorded too, for the calibration. */
  readonly calibrates: boolean;
};

export type HealthyResult = {
  readonly kind: 'healthy';
  readonly traffic: Traffic;
  readonly days: number;
  readonly falseMoves: Readonly<Record<string, number>>;
  /** Peaks of the excursions of the informed CUSUMs, by fault size. */
  readonly cusumPeaks: Readonly<Record<string, Peaks>>;
  readonly glrPeaks: Peaks;
  readonly gate: { readonly audited: number; readonly failures: number };
};

export const peaksKept = 300;
const warmUpMinutes = 2 * minutesPerDay;
const minutesPerYear = 365 * minutesPerDay;

/**
 * One contender on a recorded stream. Without faults the calls do not depend on the connector that carries them, so the contenders can
 * share a stream: its inbound calls appear on the connector that the contender has on top.
 */
export class StreamRun {
  readonly spec: ContenderSpec;
  readonly contender: Contender;
  falseMoves = 0;
  #top = homeOf(0);
  #movedAt = -Infinity;

  constructor(spec: ContenderSpec, contender: Contender) {
    this.spec = spec;
    this.contender = contender;
  }

  /** `recorded` is the newest visible minute as it was with home on top. */
  observe(minute: number, recorded: readonly [ConnectorMetrics, ConnectorMetrics], acts: boolean): void {
    const turn = { minute, newest: this.#visible(minute, recorded), tops: [this.#top] };
    if (!acts && this.contender.learn !== undefined) {
      this.contender.learn(turn);
      return;
    }
    const moves = this.contender.turn(turn);
    if (moves.length > 0) this.#move(turn, acts);
  }

  #visible(minute: number, recorded: readonly [ConnectorMetrics, ConnectorMetrics]): Turn['newest'] {
    const [home, standby] = recorded;
    const newestVisible = minute - lagMinutes - 1;
    const top = newestVisible < this.#movedAt ? otherOf(this.#top) : this.#top;
    return top === homeOf(0) ? recorded : [withoutInbound(home), withInboundOf(standby, home)];
  }

  #move({ minute }: Turn, counts: boolean): void {
    const move = { from: this.#top, to: otherOf(this.#top), minute, failsBack: descriptions[this.spec.kind].failsBack };
    if (counts && isFalseMove([], move)) this.falseMoves += 1;
    this.#top = move.to;
    this.#movedAt = minute;
  }
}

/** Keeps the peak of each excursion of a statistic above `floor`. */
class Excursions {
  readonly #floor: number;
  #peaks: number[] = [];
  #peak = 0;

  constructor(floor: number) {
    this.#floor = floor;
  }

  add(value: number): void {
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

/** The statistics alone, without a contender that acts on them. */
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

  add(minute: number, newest: readonly [ConnectorMetrics, ConnectorMetrics], counts: boolean): void {
    this.#glr.learn({ minute, newest, tops: [homeOf(0)] });
    if (counts) this.#glrExcursions.add(this.#glr.statistic(homeOf(0)));
    for (const { cusum, excursions } of this.#cusums) {
      const value = cusum.add(newest[0].attempts, newest[0].failures);
      if (counts) excursions.add(value);
    }
  }

  peaks(years: number): Pick<HealthyResult, 'cusumPeaks' | 'glrPeaks'> {
    const cusumPeaks = Object.fromEntries(
      this.#cusums.map(({ size, excursions }) => [String(size), excursions.peaks(years)]),
    );
    return { cusumPeaks, glrPeaks: this.#glrExcursions.peaks(years) };
  }
}

export function runHealthy({ traffic, seed, days, contenders, calibrates }: HealthyJob): HealthyResult {
  const minutes = days * minutesPerDay;
  const world = createWorld(worldSpec({ seed, traffic, spikes: spikesIn(seed, warmUpMinutes + minutes) }));
  const routing = routingOf([homeOf(0)]);
  const runs = contenders.map((spec) => new StreamRun(spec, createForHealthy(spec)));
  const statistics = calibrates ? new Statistics(traffic) : undefined;
  let visible: readonly [ConnectorMetrics, ConnectorMetrics] = [noMetrics, noMetrics];
  for (let minute = 0; minute < warmUpMinutes + minutes; minute += 1) {
    const { connectors } = world.runMinute(routing);
    const [home, standby] = connectors;
    // This minute is visible at the start of minute + 2, lagMinutes after its end.
    if (home !== undefined && standby !== undefined) visible = [metricsOf(home), metricsOf(standby)];
    const acts = minute >= warmUpMinutes;
    statistics?.add(minute + 1 + lagMinutes, visible, acts);
    for (const run of runs) run.observe(minute + 1 + lagMinutes, visible, acts);
  }
  const ours = runs.flatMap(({ contender }) => (contender instanceof ProjectContender ? [contender] : []));
  return {
    kind: 'healthy',
    traffic,
    days,
    falseMoves: Object.fromEntries(runs.map(({ spec, falseMoves }) => [keyOf(spec), falseMoves])),
    ...(statistics?.peaks(minutes / minutesPerYear) ?? { cusumPeaks: {}, glrPeaks: { years: 0, highest: [] } }),
    gate: {
      audited: ours.reduce((sum, { audited }) => sum + audited, 0),
      failures: ours.reduce((sum, { gateFailures }) => sum + gateFailures, 0),
    },
  };
}
