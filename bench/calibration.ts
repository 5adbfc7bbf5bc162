/** The thresholds of the informed CUSUM and of the yardsticks: from the healthy worlds of this run, or else from the last full run. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { byYardstick, yardstickKinds } from './contender-spec.ts';
import type { HealthyResult } from './healthy.ts';
import type { Calibration } from './jobs.ts';
import { isSelected } from './parts.ts';
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

const noThresholds: Calibration = { ratePerYear: 0, limits: {}, yardsticks: byYardstick(() => ({})) };

/** The parts of the benchmark whose contenders need the thresholds. */
const calibratedParts = ['outages', 'refusals', 'delays', 'pooling'];

/** @throws Error if a selected part needs the thresholds, and the stored results are of another version of the benchmark */
export async function calibrationOf(
  healthy: readonly HealthyResult[],
  only: readonly string[],
  lastFullRun: URL = new URL('results/decisions.json', import.meta.url),
): Promise<Calibration> {
  if (healthy.length > 0) return calibrate(healthy);
  const inNeed = calibratedParts.filter((part) => isSelected(only, part));
  if (inNeed.length === 0) return noThresholds;
  const stored: unknown = JSON.parse(await readFile(lastFullRun, 'utf8'));
  const parsed = results.safeParse(stored);
  if (parsed.success) return parsed.data.calibration;
  const doing = `${inNeed.join(' and ')}: the thresholds of bench/results/decisions.json are of another version of the benchmark`;
  throw new Error(`${doing}. Select healthy:steady too, which computes them`, { cause: parsed.error });
}
