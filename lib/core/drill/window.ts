/** The weekly window in which a drill may run. Pure. */
import { dayMs, minuteMs, type EpochMs } from '../model/time.ts';
import { weekdays, type WeeklyDrill } from '../model/group-policy.ts';

/** The schedule checks this often whether a window is open; serverless.yml has the same number. */
export const scheduleMinutes = 30;

/** `03:05` → 185, the minutes since midnight. */
export function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The window in which a drill that begins at `at` would also end; undefined where there is none. */
export function openWindow(
  { day, from, until, minutes }: WeeklyDrill,
  at: EpochMs,
): { readonly from: EpochMs; readonly until: EpochMs } | undefined {
  const midnight = Math.floor(at / dayMs) * dayMs;
  // 1 January 1970 was a Thursday.
  const weekday = weekdays[(Math.floor(at / dayMs) + weekdays.indexOf('thu')) % weekdays.length];
  const window = { from: midnight + minuteOfDay(from) * minuteMs, until: midnight + minuteOfDay(until) * minuteMs };
  return weekday === day && at >= window.from && at + minutes * minuteMs <= window.until ? window : undefined;
}
