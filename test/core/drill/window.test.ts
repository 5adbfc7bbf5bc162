/** A weekly drill begins only if it would also end within its window. */
import { describe, expect, it } from 'vitest';
import { beginningsIn, openWindow } from '../../../lib/core/drill/window.ts';
import { weekdays, type WeeklyDrill } from '../../../lib/core/model/group-policy.ts';

const weekly: WeeklyDrill = { day: 'fri', from: '03:05', until: '04:50', minutes: 15 };
const window = { from: Date.parse('2026-11-20T03:05:00Z'), until: Date.parse('2026-11-20T04:50:00Z') };

describe('the window of a weekly drill', () => {
  it.each([
    ['a moment before it begins', '2026-11-20T03:04:59.999Z', undefined],
    ['as it begins', '2026-11-20T03:05:00Z', window],
    ['inside it', '2026-11-20T04:00:00Z', window],
    ['at the last moment at which a drill still ends within it', '2026-11-20T04:35:00Z', window],
    ['a moment later', '2026-11-20T04:35:00.001Z', undefined],
    ['at its end', '2026-11-20T04:50:00Z', undefined],
    ['later that day', '2026-11-20T23:00:00Z', undefined],
    ['a day early', '2026-11-19T04:00:00Z', undefined],
    ['a day late', '2026-11-21T04:00:00Z', undefined],
  ])('%s', (_case, at, expected) => {
    expect(openWindow(weekly, Date.parse(at))).toEqual(expected);
  });

  it.each([
    ['2026-11-15', 'sun'],
    ['2026-11-16', 'mon'],
    ['2026-11-17', 'tue'],
    ['2026-11-18', 'wed'],
    ['2026-11-19', 'thu'],
    ['2026-11-20', 'fri'],
    ['2026-11-21', 'sat'],
  ] as const)('is open on %s only for drills of %s', (date, expected) => {
    const at = Date.parse(`${date}T04:00:00Z`);
    expect(weekdays.filter((day) => openWindow({ ...weekly, day }, at) !== undefined)).toEqual([expected]);
  });

  it('lets a drill begin in a week from its opening until a whole drill before its end', () => {
    expect(beginningsIn(Date.parse('2026-11-15T00:00:00Z'), weekly)).toEqual({
      from: Date.parse('2026-11-20T03:05:00Z'),
      until: Date.parse('2026-11-20T04:35:00Z'),
    });
  });
});
