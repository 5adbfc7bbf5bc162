/**
 * When so many calls of a minute fail that the monitor is woken: two standard deviations more than 5 % of them. The wake alarms of infra/
 * evaluate the same formula in CloudWatch, which knows nothing of a line's own past: it is to miss no fault that can be seen in a minute, and
 * the monitor judges.
 */
import { inboundCallDetails } from './call-counts.ts';
import type { Minute } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

const usualShare = 0.05;
const deviations = 2;

/** In CloudWatch's metric math: above 0 if more calls fail than {@link isAboveWakeThreshold} allows. */
export function wakeExpression(attempts: string, failures: string): string {
  return `${failures} - ${usualShare} * ${attempts} - ${deviations} * (${usualShare} * ${attempts}) ^ 0.5`;
}

export function isAboveWakeThreshold(attempts: number, failures: number): boolean {
  return failures - usualShare * attempts - deviations * (usualShare * attempts) ** 0.5 > 0;
}

/** The newest minute in which so many calls failed, of the last minutes up to `until` (exclusive). */
export function newestAboveWakeThreshold(
  minutes: readonly Minute[],
  until: EpochMs,
  within: number,
): { readonly attempts: number; readonly failures: number; readonly startsAt: EpochMs } | undefined {
  return inboundCallDetails(minutes).findLast(
    ({ startsAt, attempts, failures }) =>
      startsAt < until && startsAt >= until - within * minuteMs && isAboveWakeThreshold(attempts, failures),
  );
}
