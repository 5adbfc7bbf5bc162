/** The maintenance windows of a group. Pure. */
import { formatDuration } from './format.ts';
import type { MaintenanceWindow } from './group-policy.ts';
import { localTime, momentsOf, type LocalMs } from './time-zone.ts';
import { dayMs, minuteMs, type EpochMs } from './time.ts';
import { minuteOfDay, weekdayOf } from './week.ts';

/** One occurrence of a window, `until` exclusive. */
export type Maintenance = { readonly window: MaintenanceWindow; readonly from: EpochMs; readonly until: EpochMs };

const minutesPerDay = dayMs / minuteMs;

/** Never shorter than it is written: where clocks are changed, from the earlier moment of its beginning until the later one of its end. */
function occurrenceOn(midnight: LocalMs, window: MaintenanceWindow): Maintenance {
  const { timeZone } = window;
  const begins = minuteOfDay(window.from);
  const ends = minuteOfDay(window.until);
  const local = { begins, ends: ends > begins ? ends : ends + minutesPerDay };
  return {
    window,
    from: Math.min(...momentsOf(midnight + local.begins * minuteMs, timeZone)),
    until: Math.max(...momentsOf(midnight + local.ends * minuteMs, timeZone)),
  };
}

/** Those that begin on the local date of `at` or up to so many days before or after. */
function occurrencesAround(
  windows: readonly MaintenanceWindow[],
  at: EpochMs,
  { daysBefore, daysAfter }: { readonly daysBefore: number; readonly daysAfter: number },
): readonly Maintenance[] {
  return windows.flatMap((window) => {
    const today = Math.floor(localTime(at, window.timeZone) / dayMs) * dayMs;
    return Array.from({ length: daysBefore + 1 + daysAfter }, (_, day) => today + (day - daysBefore) * dayMs)
      .filter((midnight) => window.day === 'daily' || window.day === weekdayOf(midnight))
      .map((midnight) => occurrenceOn(midnight, window));
  });
}

/** The window in progress; of several, the one that ends last. */
export function maintenanceAt(windows: readonly MaintenanceWindow[], at: EpochMs): Maintenance | undefined {
  return maintenanceWithin(windows, at, at);
}

/** The window in progress at some moment of a period of at most a day, its last included; of several, the one that ends last. */
export function maintenanceWithin(
  windows: readonly MaintenanceWindow[],
  begins: EpochMs,
  ends: EpochMs,
): Maintenance | undefined {
  // Yesterday's may go on over midnight, and where clocks skip midnight a day's begins on the day before.
  const [last] = occurrencesAround(windows, begins, { daysBefore: 1, daysAfter: 2 })
    .filter(({ from, until }) => from <= ends && begins < until)
    .toSorted((one, other) => other.until - one.until);
  return last;
}

/** The next window to begin. */
export function nextMaintenance(windows: readonly MaintenanceWindow[], at: EpochMs): Maintenance | undefined {
  const [first] = occurrencesAround(windows, at, { daysBefore: 0, daysAfter: 7 })
    .filter(({ from }) => from > at)
    .toSorted((one, other) => one.from - other.from);
  return first;
}

/** Whether what takes so long and begins at any moment from `from` to `until` always meets a window. */
export function alwaysMeetsMaintenance(
  windows: readonly MaintenanceWindow[],
  { from, until, lastsMs }: { readonly from: EpochMs; readonly until: EpochMs; readonly lastsMs: number },
): boolean {
  let at = from;
  do {
    const current = maintenanceWithin(windows, at, at + lastsMs);
    if (current === undefined) return false;
    at = current.until;
  } while (at <= until);
  return true;
}

/** `maintenance window sun 22:00 to 02:00 Europe/Berlin` */
export function formatWindow({ day, from, until, timeZone }: MaintenanceWindow): string {
  return `maintenance window ${day} ${from} to ${until} ${timeZone}`;
}

/** `maintenance window sun 02:00 to 04:00 UTC, 90 min left: carrier maintenance` */
export function formatMaintenance({ window, until }: Pick<Maintenance, 'window' | 'until'>, at: EpochMs): string {
  return `${formatWindow(window)}, ${formatDuration(until - at)} left: ${window.reason}`;
}
