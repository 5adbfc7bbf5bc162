import { expect, it } from 'vitest';
import { beginsWithCalendarDay } from '../../lib/input/calendar-day.ts';

it.each(['2026-11-30T06:00Z', '2028-02-29 00:00Z', '2026-01-31', '2026-12-31T23:59:59+01:00'])('takes %s', (time) => {
  expect(beginsWithCalendarDay(time)).toBe(true);
});

it.each([
  '2026-11-31T06:00Z',
  '2026-02-29T00:00Z',
  '2026-02-30',
  '2026-13-01',
  '2026-00-10',
  '2026-01-00',
  'tomorrow',
  '',
])('refuses %j', (time) => {
  expect(beginsWithCalendarDay(time)).toBe(false);
});
