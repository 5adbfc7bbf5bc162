/** Intervals, quantiles and tails. */

/** Regularised lower incomplete gamma function P(shape, x), by series or continued fraction (DLMF 8.7.1 and 8.9.2). */
export function gammaCdf(shape: number, x: number): number {
  if (x <= 0) return 0;
  const logFactor = shape * Math.log(x) - x - logGamma(shape);
  return x < shape + 1 ? Math.exp(logFactor) * series(shape, x) : 1 - Math.exp(logFactor) * fraction(shape, x);
}

const enough = 1e-13;
const tiny = 1e-300;

function series(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * enough; n += 1) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

/** Lentz's method. */
function fraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > enough; n += 1) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / nonZero(a * d + b);
    c = nonZero(b + a / c);
    change = c * d;
    value *= change;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Stirling's series, shifted up to where it is accurate. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y += 1) shift -= Math.log(y);
  const inverse = 1 / (y * y);
  const correction = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / y;
  return shift + (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + correction;
}

export type Interval = { readonly lower: number; readonly upper: number };

/** The exact (Garwood 1936) two-sided 95 % interval of a Poisson mean of which `count` was seen. */
export function poissonInterval(count: number): Interval {
  return {
    lower: count === 0 ? 0 : gammaQuantile(count, 0.025),
    upper: gammaQuantile(count + 1, 0.975),
  };
}

function gammaQuantile(shape: number, probability: number): number {
  let [low, high] = [0, shape + 10 * Math.sqrt(shape) + 10];
  for (let halvings = 0; halvings < 80; halvings += 1) {
    const middle = (low + high) / 2;
    if (gammaCdf(shape, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≤ count) of a binomial count. */
export function binomialCdf(count: number, trials: number, probability: number): number {
  if (count >= trials || probability <= 0) return 1;
  if (probability >= 1) return 0;
  const [logP, logQ] = [Math.log(probability), Math.log1p(-probability)];
  let total = 0;
  for (let hits = 0; hits <= count; hits += 1) {
    const ways = logGamma(trials + 1) - logGamma(hits + 1) - logGamma(trials - hits + 1);
    total += Math.exp(ways + hits * logP + (trials - hits) * logQ);
  }
  return Math.min(1, total);
}

/** The exact (Clopper & Pearson 1934) two-sided 95 % interval of a share of which `count` in `trials` was seen. */
export function binomialInterval(count: number, trials: number): Interval {
  return {
    lower: count === 0 ? 0 : 1 - upperShare(trials - count, trials),
    upper: count === trials ? 1 : upperShare(count, trials),
  };
}

/** The share at which a count this low has a probability of 2.5 %. */
function upperShare(count: number, trials: number): number {
  let [low, high] = [0, 1];
  for (let halvings = 0; halvings < 60; halvings += 1) {
    const middle = (low + high) / 2;
    if (binomialCdf(count, trials, middle) > 0.025) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** The smallest value that at least that share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** The largest values of a statistic's excursions, and for how long it was watched. */
export type Peaks = { readonly years: number; readonly highest: readonly number[] };

export function mergePeaks(all: readonly Peaks[], keep: number): Peaks {
  return {
    years: sum(all.map(({ years }) => years)),
    highest: highestOf(
      all.flatMap(({ highest }) => highest),
      keep,
    ),
  };
}

export function highestOf(values: readonly number[], keep: number): readonly number[] {
  return [...values].sort((left, right) => right - left).slice(0, keep);
}

/**
 * An exponential tail fitted to the peaks over the lowest one given: the rate at which `level` is exceeded is
 * peaks / years × exp(−(level − floor) / scale).
 */
export type Tail = {
  readonly floor: number;
  readonly scale: number;
  readonly peaks: number;
  readonly peaksPerYear: number;
};

export function tailOf({ years, highest }: Peaks): Tail | undefined {
  const floor = highest.at(-1);
  if (floor === undefined || highest.length < 2) return undefined;
  const above = highest.slice(0, -1);
  return { floor, scale: mean(above) - floor, peaks: above.length, peaksPerYear: above.length / years };
}

/** The level that is exceeded so many times a year. */
export function levelAt({ floor, scale, peaksPerYear }: Tail, ratePerYear: number): number {
  return floor + scale * Math.log(peaksPerYear / ratePerYear);
}

export function rateAt({ floor, scale, peaksPerYear }: Tail, level: number): number {
  return peaksPerYear * Math.exp(-(level - floor) / scale);
}

/** The 95 % interval of {@link rateAt}, by the delta method: the peaks' number and their mean excess are both uncertain. */
export function rateIntervalAt(tail: Tail, level: number): Interval {
  const excess = (level - tail.floor) / tail.scale;
  const factor = Math.exp(1.96 * Math.sqrt((1 + excess * excess) / tail.peaks));
  const rate = rateAt(tail, level);
  return { lower: rate / factor, upper: rate * factor };
}
