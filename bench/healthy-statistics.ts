/** The statistics of the informed CUSUMs and of the yardsticks on a healthy stream, without a contender that acts on them. */
import { yardstickKinds, type YardstickKind } from './contender-spec.ts';
import { createYardstick } from './contenders.ts';
import { homeOf } from './contender.ts';
import { Cusum, faultyRatio } from './contenders/cusum.ts';
import { sizesTried } from './fault-library.ts';
import { highestOf, type Peaks } from './statistics.ts';
import { metricsWith, type RecordedMinute } from './stream-run.ts';
import { attemptFailureRatio, type Traffic } from './worlds.ts';

export type StatisticPeaks = {
  /** Peaks of the excursions of the informed CUSUMs, by fault size. */
  readonly cusumPeaks: Readonly<Record<string, Peaks>>;
  readonly yardstickPeaks: Partial<Readonly<Record<YardstickKind, Peaks>>>;
};

export const noPeaks: StatisticPeaks = { cusumPeaks: {}, yardstickPeaks: {} };

const peaksKept = 300;
/** A yardstick's excursion begins above it. */
const leastNats = 3;

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

export class HealthyStatistics {
  readonly #cusums: readonly { readonly size: number; readonly cusum: Cusum; readonly excursions: Excursions }[];
  readonly #yardsticks = yardstickKinds.map((kind) => ({
    kind,
    detector: createYardstick(kind, Infinity),
    excursions: new Excursions(leastNats),
  }));

  constructor(traffic: Traffic) {
    const baseline = attemptFailureRatio(traffic);
    this.#cusums = sizesTried.map((size) => ({
      size,
      cusum: new Cusum(baseline, faultyRatio(baseline, size)),
      excursions: new Excursions(0),
    }));
  }

  /** @param recorded the newest visible minute of the turn */
  add(minute: number, recorded: RecordedMinute, counts: boolean): void {
    const turn = { minute, newest: metricsWith(homeOf(0), recorded), tops: [homeOf(0)] };
    for (const { detector, excursions } of this.#yardsticks) {
      detector.learn(turn);
      if (counts) excursions.add(detector.statistic(homeOf(0)));
    }
    for (const { cusum, excursions } of this.#cusums) {
      const value = cusum.add(recorded.inbound.attempts, recorded.inbound.failures);
      if (counts) excursions.add(value);
    }
  }

  peaks(years: number): StatisticPeaks {
    const cusumPeaks = Object.fromEntries(
      this.#cusums.map(({ size, excursions }) => [String(size), excursions.peaks(years)]),
    );
    const yardstickPeaks = Object.fromEntries(
      this.#yardsticks.map(({ kind, excursions }) => [kind, excursions.peaks(years)]),
    );
    return { cusumPeaks, yardstickPeaks };
  }
}
