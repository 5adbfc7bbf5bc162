/** What the clocks of a time zone show. Pure: Intl's tables are data. */
import { dayMs, minuteMs, type EpochMs } from './time.ts';

/** What clocks show, written as if it were UTC. */
export type LocalMs = number;

/** Making one takes longer than using it sixty times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const made = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, made);
  return made;
}

/** By how much the clocks of a time zone are ahead of UTC. */
function offsetMs(at: EpochMs, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const offset = formatOf(timeZone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  // `GMT-03:30`; `GMT` alone where the clocks show UTC.
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(offset?.value ?? '') ?? [];
  if (sign === undefined) return 0;
  return (Number(hours) * 60 + Number(minutes)) * minuteMs * (sign === '-' ? -1 : 1);
}

export function localTime(at: EpochMs, timeZone: string): LocalMs {
  return at + offsetMs(at, timeZone);
}

/**
 * When the clocks show a time. On the day on which they are put back some times are shown twice: both moments. On the day on which
 * they are put forward some are skipped: the moments by the clock before and by the clock after.
 */
export function momentsOf(local: LocalMs, timeZone: string): readonly [EpochMs, EpochMs] {
  const before = local - offsetMs(local - dayMs, timeZone);
  const after = local - offsetMs(local + dayMs, timeZone);
  const isShownAt = (at: EpochMs): boolean => localTime(at, timeZone) === local;
  if (isShownAt(before) === isShownAt(after)) return [before, after];
  return isShownAt(before) ? [before, before] : [after, after];
}
