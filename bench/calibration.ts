/** The thresholds of the informed CUSUM and of the yardsticks: from the healthy worlds of this run, or else from the last full run. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { yardstickKinds } from './contender-spec.ts';
import type { HealthyResult } from './healthy.ts';
import type { Calibration } from './jobs.ts';
import { calibrate } from './tally.ts';

/** JSON has no infinity. */
const thresholds = z.record(
  z.string(),
  z
    .number()
    .nullable()
    .transform((value) => value ?? Infinity),
);
const results = z.object({
  calibration: z.object({
    ratePerYear: z.number(),
    limits: thresholds,
    yardsticks: z.record(z.enum(yardstickKinds), thresholds),
  }),
});

export async function calibrationOf(healthy: readonly HealthyResult[]): Promise<Calibration> {
  if (healthy.length > 0) return calibrate(healthy);
  const stored: unknown = JSON.parse(await readFile(new URL('results/decisions.json', import.meta.url), 'utf8'));
  return results.parse(stored).calibration;
}
