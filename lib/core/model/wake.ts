/** What wakes the monitor: its schedule alone, or CloudWatch alarms and a slower schedule. */
import type { EpochMs } from './time.ts';
import { minuteMs } from './time.ts';

export const wakeModes = ['schedule', 'alarms'] as const;

export type WakeMode = (typeof wakeModes)[number];

/** How often the schedule runs the monitor. Woken by alarms, it also runs every minute as long as something is going on. */
export const scheduleMinutes: Readonly<Record<WakeMode, number>> = { schedule: 1, alarms: 5 };

/**
 * When the run before this one was made, as far as is known: a minute ago at the latest, and a schedule's interval ago at the earliest. What
 * changed since is published by this run.
 *
 * @param rememberedAt the last run that this process made; undefined after a cold start. What was published then may be published again
 */
export function previousRunAt(observedAt: EpochMs, mode: WakeMode, rememberedAt: EpochMs | undefined): EpochMs {
  const earliest = observedAt - scheduleMinutes[mode] * minuteMs;
  return Math.min(observedAt - minuteMs, Math.max(rememberedAt ?? earliest, earliest));
}

/** The start of the minute of the run before: however late within its minute a run starts, no change falls between two runs. */
export function minuteOf(at: EpochMs): EpochMs {
  return Math.floor(at / minuteMs) * minuteMs;
}

/** Whether an interval of so many minutes of the day began after the minute of `since`, and up to the minute of `at`. */
export function isIntervalBegun(minutes: number, since: EpochMs, at: EpochMs): boolean {
  const interval = minutes * minuteMs;
  return Math.floor(minuteOf(since) / interval) !== Math.floor(minuteOf(at) / interval);
}
