/** Times of the day and of the week. Pure. */
import { weekdays, type Weekday } from './group-policy.ts';
import { dayMs, type EpochMs } from './time.ts';

/** `03:05` → 185, the minutes since midnight. */
export function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The day of the week in UTC. */
export function weekdayOf(at: EpochMs): Weekday | undefined {
  // 1 January 1970 was a Thursday.
  return weekdays[(Math.floor(at / dayMs) + weekdays.indexOf('thu')) % weekdays.length];
}
