/** How long an override may last. */
import { minuteMs, type EpochMs } from './time.ts';
import { type OverrideState } from './override.ts';

/** A forgotten override must end by itself. `operate` accepts no longer one. */
export const maxOverrideHours = 72;

/**
 * A pause or pin that somebody put straight into Parameter Store may last longer. The monitor honours it: to shorten it
 * would move a group that an operator wants kept still. This note reports it.
 *
 * @returns an empty text for an override within the limit
 */
export function overLimitNote(override: OverrideState, at: EpochMs): string {
  if (override.kind !== 'pause' && override.kind !== 'pin') return '';
  return override.until > at + maxOverrideHours * 60 * minuteMs
    ? ` (longer than the ${maxOverrideHours} h that operate accepts; the monitor honours it)`
    : '';
}
