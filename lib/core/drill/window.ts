/** The weekly window in which a drill may run. Pure. */
import { dayMs, minuteMs, type EpochMs } from '../model/time.ts';
import { minuteOfDay, weekdayOf } from '../model/week.ts';
import { weekdays, type WeeklyDrill } from '../model/group-policy.ts';

/** The schedule checks this often whether a window is open; serverless.yml has the same number. */
export const scheduleMinutes = 30;

/** The window in which a drill that begins at `at` would also end; undefined where there is none. */
export function openWindow(
  { day, from, until, minutes }: WeeklyDrill,
  at: EpochMs,
): { readonly from: EpochMs; readonly until: EpochMs } | undefined {
  const midnight = Math.floor(at / dayMs) * dayMs;
  const window = { from: midnight + minuteOfDay(from) * minuteMs, until: midnight + minuteOfDay(until) * minuteMs };
  return weekdayOf(midnight) === day && at >= window.from && at + minutes * minuteMs <= window.until
    ? window
    : undefined;
}

/** The first and the last moment at which the drill may begin in the week after this midnight of a Sunday. */
export function beginningsIn(
  sunday: EpochMs,
  { day, from, until, minutes }: WeeklyDrill,
): { readonly from: EpochMs; readonly until: EpochMs } {
  const midnight = sunday + weekdays.indexOf(day) * dayMs;
  return {
    from: midnight + minuteOfDay(from) * minuteMs,
    until: midnight + (minuteOfDay(until) - minutes) * minuteMs,
  };
}
