import { randomInt } from 'node:crypto';
import type { Parameters } from 'fast-check';

/** New in every run, so that runs add up; FC_SEED=… replays one, and FC_RUNS=… digs longer. */
export const seed = Number(process.env['FC_SEED'] ?? randomInt(2 ** 31));

export function runs(count: number): Parameters<unknown> {
  return { seed, numRuns: Number(process.env['FC_RUNS'] ?? count) };
}
