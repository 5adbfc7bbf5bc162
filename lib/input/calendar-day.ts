/** Days that the calendar has. */

/** Whether the date that a time begins with, such as 2026-11-31, is in the calendar: `Date.parse` takes it for the first of December. */
export function beginsWithCalendarDay(time: string): boolean {
  const [year = NaN, month = NaN, day = NaN] = time.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
