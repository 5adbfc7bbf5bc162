/** Formats numbers for reasons, so that all reasons look alike. */
import { minuteMs } from './time.ts';

/** `0.342` → `34.2 %`. */
export function formatPercent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}

/** `4.21e-10` → `4e-10`; a plain number from 0.001 up, and 0 where the exponent underflows. */
export function formatLikelihood(value: number): string {
  return value >= 0.001 || value === 0 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
}

/** `likelihood 4e-10, limit 2e-7`: of the evidence, and of the weakest evidence that is a proof. */
export function formatProof(nats: number, neededNats: number): string {
  return `likelihood ${formatLikelihood(Math.exp(-nats))}, limit ${formatLikelihood(Math.exp(-neededNats))}`;
}

/** `125000` → `2.1 min`: the largest unit in which the value is at least two. */
export function formatDuration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const [unitMs, unit] =
    size < 2 * minuteMs ? [1000, 's'] : size < 120 * minuteMs ? [minuteMs, 'min'] : [60 * minuteMs, 'h'];
  const shown = milliseconds / unitMs;
  return `${unit === 's' ? Math.round(shown) : Number(shown.toFixed(1))} ${unit}`;
}
