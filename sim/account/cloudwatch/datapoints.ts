import type { EpochMs } from '../../clock.ts';

export const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export type Statistics = {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
};

export type Datapoint = Statistics & {
  /** The start of its minute. */
  readonly minute: EpochMs;
  readonly visibleAt: EpochMs;
  readonly unit: string;
};

/** The statistics that are simulated, named as in GetMetricData. */
export const statisticNames = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] as const;
export type StatisticName = (typeof statisticNames)[number];

/** One value for each period with a datapoint, oldest first. */
export type PeriodValues = { readonly timestamps: readonly EpochMs[]; readonly values: readonly number[] };

/** The columns of a row. */
const minuteColumn = 0;
const visibleAtColumn = 1;
const unitColumn = 2;
const sampleCountColumn = 3;
const sumColumn = 4;
const minimumColumn = 5;
const maximumColumn = 6;
const width = 7;

const firstRows = 16;

/** "Data points with a period of 60 seconds are available for 15 days, of 300 seconds for 63 days, of 1 hour for 455 days." */
export function keptMs(periodMs: number): number {
  if (periodMs % (60 * minuteMs) === 0) return 455 * dayMs;
  return (periodMs % (5 * minuteMs) === 0 ? 63 : 15) * dayMs;
}

/** The datapoints of one period, taken together. */
class Period {
  sampleCount = 0;
  sum = 0;
  minimum = Infinity;
  maximum = -Infinity;

  add({ sampleCount, sum, minimum, maximum }: Statistics): void {
    this.sampleCount += sampleCount;
    this.sum += sum;
    this.minimum = Math.min(this.minimum, minimum);
    this.maximum = Math.max(this.maximum, maximum);
  }

  value(statistic: StatisticName): number {
    switch (statistic) {
      case 'Sum':
        return this.sum;
      case 'Average':
        return this.sum / this.sampleCount;
      case 'Minimum':
        return this.minimum;
      case 'Maximum':
        return this.maximum;
      case 'SampleCount':
        return this.sampleCount;
      default:
        return statistic satisfies never;
    }
  }
}

/**
 * The datapoints of one metric, as rows of numbers in the order of their minutes: a thousand groups have millions of them, and as objects
 * most of a run's time would be garbage collection.
 */
export class Datapoints {
  /** Of any metric: rows contain the place of their unit here. */
  static readonly #units: string[] = [];
  #cells = new Float64Array(firstRows * width);
  #rows = 0;
  /** Late data comes in any order and is sorted when it is read. */
  #isSorted = true;

  get length(): number {
    return this.#rows;
  }

  /** A minute has several datapoints if they were put separately or with different units. */
  add(datapoint: Datapoint): void {
    if ((this.#rows + 1) * width > this.#cells.length) {
      const larger = new Float64Array(2 * this.#cells.length);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    if (this.#rows > 0 && datapoint.minute < this.#cell(this.#rows - 1, minuteColumn)) this.#isSorted = false;
    this.#write(this.#rows, datapoint);
    this.#rows += 1;
  }

  /** Every datapoint, in any order. */
  kept(): readonly Datapoint[] {
    return Array.from({ length: this.#rows }, (_, row) => this.#datapointAt(row));
  }

  /** What a reader sees at `now` of the minutes from `from` (inclusive) to `to` (exclusive). Each period starts at a multiple of its length. */
  valuesOf(range: {
    readonly from: EpochMs;
    readonly to: EpochMs;
    readonly now: EpochMs;
    readonly periodMs: number;
    readonly unit: string | undefined;
    readonly statistic: StatisticName;
  }): PeriodValues {
    const { from, to, now, periodMs, unit, statistic } = range;
    this.#sort();
    const timestamps: EpochMs[] = [];
    const values: number[] = [];
    let period = new Period();
    for (let row = this.#rowFrom(from); row < this.#rows; row += 1) {
      const minute = this.#cell(row, minuteColumn);
      if (minute >= to) break;
      if (this.#cell(row, visibleAtColumn) > now || (unit !== undefined && this.#unitOf(row) !== unit)) continue;
      const timestamp = Math.floor(minute / periodMs) * periodMs;
      if (timestamp !== timestamps.at(-1)) {
        if (timestamps.length > 0) values.push(period.value(statistic));
        timestamps.push(timestamp);
        period = new Period();
      }
      period.add(this.#statisticsOf(row));
    }
    if (timestamps.length > 0) values.push(period.value(statistic));
    return { timestamps, values };
  }

  /** As CloudWatch does, keeps of older minutes only their sums over longer periods, and of the oldest nothing. */
  rollUp(now: EpochMs): void {
    this.#sort();
    const old = new Datapoints();
    let row = 0;
    for (; row < this.#rows; row += 1) {
      const age = now - this.#cell(row, minuteColumn);
      if (age <= keptMs(minuteMs)) break;
      const period = [5 * minuteMs, 60 * minuteMs].find((periodMs) => age <= keptMs(periodMs));
      if (period !== undefined) old.#addToPeriod(this.#datapointAt(row), period);
    }
    if (row === 0) return;
    const cells = new Float64Array((old.#rows + this.#rows - row + firstRows) * width);
    cells.set(old.#cells.subarray(0, old.#rows * width));
    cells.set(this.#cells.subarray(row * width, this.#rows * width), old.#rows * width);
    this.#cells = cells;
    this.#rows += old.#rows - row;
  }

  #addToPeriod(datapoint: Datapoint, periodMs: number): void {
    const minute = Math.floor(datapoint.minute / periodMs) * periodMs;
    const last = this.#rows === 0 ? undefined : this.#datapointAt(this.#rows - 1);
    if (last?.minute !== minute || last.unit !== datapoint.unit) {
      this.add({ ...datapoint, minute });
      return;
    }
    const period = new Period();
    period.add(last);
    period.add(datapoint);
    const { sampleCount, sum, minimum, maximum } = period;
    const visibleAt = Math.max(last.visibleAt, datapoint.visibleAt);
    this.#write(this.#rows - 1, { ...last, visibleAt, sampleCount, sum, minimum, maximum });
  }

  #sort(): void {
    if (this.#isSorted) return;
    const order = Array.from({ length: this.#rows }, (_, row) => row);
    order.sort((left, right) => this.#cell(left, minuteColumn) - this.#cell(right, minuteColumn));
    const cells = new Float64Array(this.#cells.length);
    order.forEach((row, place) => {
      cells.set(this.#cells.subarray(row * width, (row + 1) * width), place * width);
    });
    this.#cells = cells;
    this.#isSorted = true;
  }

  /** The place of the first row of this minute or a later one, in sorted rows. */
  #rowFrom(minute: EpochMs): number {
    let low = 0;
    let high = this.#rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cell(middle, minuteColumn) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #cell(row: number, column: number): number {
    return this.#cells[row * width + column] ?? Number.NaN;
  }

  #unitOf(row: number): string {
    return Datapoints.#units[this.#cell(row, unitColumn)] ?? '';
  }

  #statisticsOf(row: number): Statistics {
    return {
      sampleCount: this.#cell(row, sampleCountColumn),
      sum: this.#cell(row, sumColumn),
      minimum: this.#cell(row, minimumColumn),
      maximum: this.#cell(row, maximumColumn),
    };
  }

  #datapointAt(row: number): Datapoint {
    const [minute, visibleAt] = [this.#cell(row, minuteColumn), this.#cell(row, visibleAtColumn)];
    return { minute, visibleAt, unit: this.#unitOf(row), ...this.#statisticsOf(row) };
  }

  #write(row: number, { minute, visibleAt, unit, sampleCount, sum, minimum, maximum }: Datapoint): void {
    const at = row * width;
    this.#cells[at + minuteColumn] = minute;
    this.#cells[at + visibleAtColumn] = visibleAt;
    this.#cells[at + unitColumn] = Datapoints.#placeOf(unit);
    this.#cells[at + sampleCountColumn] = sampleCount;
    this.#cells[at + sumColumn] = sum;
    this.#cells[at + minimumColumn] = minimum;
    this.#cells[at + maximumColumn] = maximum;
  }

  static #placeOf(unit: string): number {
    const place = Datapoints.#units.indexOf(unit);
    return place === -1 ? Datapoints.#units.push(unit) - 1 : place;
  }
}
