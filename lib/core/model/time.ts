/** Time, in milliseconds since the epoch. */

/** Milliseconds since the epoch. */
export type EpochMs = number;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
