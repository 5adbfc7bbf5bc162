import type { Stream } from './random.ts';

/** Normal with mean 0 and standard deviation 1 (Box and Muller). */
export function normal(luck: Stream): number {
  const radius = Math.sqrt(2 * luck.exponential());
  return radius * Math.cos(2 * Math.PI * luck.uniform());
}

/** Beta with the given mean p and the variance `correlation` * p * (1 - p). */
export function beta(luck: Stream, mean: number, correlation: number): number {
  if (mean <= 0 || mean >= 1) return mean;
  const concentration = (1 - correlation) / correlation;
  const logFailing = logGamma(luck, mean * concentration);
  const logOther = logGamma(luck, (1 - mean) * concentration);
  return 1 / (1 + Math.exp(logOther - logFailing));
}

/** The logarithm of a gamma variable with scale 1, because the variable itself underflows if its shape is small. */
function logGamma(luck: Stream, shape: number): number {
  if (shape >= 1) return Math.log(gamma(luck, shape));
  return Math.log(gamma(luck, shape + 1)) - luck.exponential() / shape;
}

/** For shapes of at least 1 (Marsaglia and Tsang, 2000). */
function gamma(luck: Stream, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(luck);
    const v = (1 + c * x) ** 3;
    if (v > 0 && luck.exponential() > d * v - d - d * Math.log(v) - (x * x) / 2) return d * v;
  }
}
