/** How reasons print what they compared, so that every reason reads alike. */
import { minuteMs } from './time.ts';

/** `0.342` → `34.2 %`. */
export function formatPercent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}

/** `4.21e-10` → `4e-10`; from a thousandth up, and for what is too small for a computer, as a plain number. */
export function formatLikelihood(value: number): string {
  return value >= 0.001 || value === 0 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
}

/** `125000` → `2.1 min`: the largest unit of which there are at least two. */
export function formatDuration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const [unitMs, unit] =
    size < 2 * minuteMs ? [1000, 's'] : size < 120 * minuteMs ? [minuteMs, 'min'] : [60 * minuteMs, 'h'];
  const shown = milliseconds / unitMs;
  return `${unit === 's' ? Math.round(shown) : Number(shown.toFixed(1))} ${unit}`;
}
