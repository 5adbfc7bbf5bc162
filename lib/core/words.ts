/** How reasons print what they compared, so that every reason reads alike. */
import { minuteMs } from './model.ts';

/** `0.342` → `34.2 %`. */
export const percent = (ratio: number): string => `${Number((ratio * 100).toFixed(1))} %`;

/** `4.21e-10` → `4e-10`; from a thousandth up as a plain number. */
export const probability = (value: number): string =>
  value >= 0.001 ? String(Number(value.toPrecision(2))) : value.toExponential(0).replace('e+', 'e');

/** `125000` → `2.1 min`; under two minutes in seconds. */
export const duration = (milliseconds: number): string =>
  Math.abs(milliseconds) < 2 * minuteMs
    ? `${Math.round(milliseconds / 1000)} s`
    : `${Number((milliseconds / minuteMs).toFixed(1))} min`;
