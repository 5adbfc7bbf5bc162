import { randomInt } from 'node:crypto';
import type { Parameters } from 'fast-check';

/** New for each test run; FC_SEED=… repeats one, and FC_RUNS=… runs longer. */
export const seed = Number(process.env['FC_SEED'] ?? randomInt(2 ** 31));

export function runs(count: number): Parameters<unknown> {
  return { seed, numRuns: Number(process.env['FC_RUNS'] ?? count) };
}
