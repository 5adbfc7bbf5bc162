/** When a weekly drill may go on. Pure. */
import { minuteMs, type EpochMs } from '../model/model.ts';
import { weekdays, type WeeklyDrill } from '../model/group-policy.ts';

/** The schedule looks so often whether a window is open: serverless.yml has the same number. */
export const scheduleMinutes = 30;

/** Minutes of the day that `03:05` says. */
export function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The window in which a drill that begins now would also end; undefined where there is none. */
export function openWindow(
  { day, from, until, minutes }: WeeklyDrill,
  at: EpochMs,
): { readonly from: EpochMs; readonly until: EpochMs } | undefined {
  const dayMs = 24 * 60 * minuteMs;
  const midnight = Math.floor(at / dayMs) * dayMs;
  // The first of January 1970 was a Thursday.
  const weekday = weekdays[(Math.floor(at / dayMs) + weekdays.indexOf('thu')) % weekdays.length];
  const window = { from: midnight + minuteOfDay(from) * minuteMs, until: midnight + minuteOfDay(until) * minuteMs };
  return weekday === day && at >= window.from && at + minutes * minuteMs <= window.until ? window : undefined;
}
