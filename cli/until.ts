/** Times as people write them on a command line. */
import { beginsWithCalendarDay } from '../lib/input/calendar-day.ts';
import { minuteMs } from '../lib/core/model/time.ts';

const dayMinutes = 24 * 60;

export type Time =
  | { readonly kind: 'read'; /** In epoch milliseconds. */ readonly at: number }
  | { readonly kind: 'unreadable'; readonly expected: string };

const duration = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/;

/** Without its zone a time means another hour on each laptop. */
const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)? ?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Every time that is printed is UTC, so that a time of day can be copied from an output, a message or an event. */
const timeOfDay = /^([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?: ?(?:Z|UTC))?$/;

const example = 'a duration such as 90m, 2h30m or 1d, or a time with its zone such as 2026-11-21T06:00:00Z';

/** The end of a pause or a pin. @param now in epoch milliseconds */
export function untilFrom(text: string, now: number): Time {
  return timeFrom(text, (minutes) => now + minutes * minuteMs, `Expected ${example}.`);
}

/** The beginning of a history. */
export function sinceFrom(text: string, now: number): Time {
  return past(
    timeFrom(text, (minutes) => now - minutes * minuteMs, `Expected ${example}.`),
    now,
  );
}

/** A past minute. A time of day is the last one that is past. */
export function atFrom(text: string, now: number): Time {
  const [, hours, minutes] = timeOfDay.exec(text.trim()) ?? [];
  if (hours !== undefined && minutes !== undefined) {
    const midnight = Math.floor(now / (dayMinutes * minuteMs)) * dayMinutes * minuteMs;
    const today = midnight + (Number(hours) * 60 + Number(minutes)) * minuteMs;
    return { kind: 'read', at: today > now ? today - dayMinutes * minuteMs : today };
  }
  const expected = `Expected a time of day in UTC such as 03:12, ${example}.`;
  return past(
    timeFrom(text, (ago) => now - ago * minuteMs, expected),
    now,
  );
}

function timeFrom(text: string, atDuration: (minutes: number) => number, expected: string): Time {
  const written = text.trim();
  const parts = duration.exec(written);
  if (parts !== null && written !== '') {
    const [days = 0, hours = 0, minutes = 0] = parts.slice(1).map((part) => Number(part || 0));
    return { kind: 'read', at: atDuration(days * dayMinutes + hours * 60 + minutes) };
  }
  const isTime = time.test(written) && beginsWithCalendarDay(written);
  const at = isTime ? Date.parse(written.replace(' ', 'T').replace(' ', '')) : Number.NaN;
  return Number.isNaN(at) ? { kind: 'unreadable', expected } : { kind: 'read', at };
}

function past(read: Time, now: number): Time {
  return read.kind === 'read' && read.at > now
    ? { kind: 'unreadable', expected: 'Expected a time that is past.' }
    : read;
}
