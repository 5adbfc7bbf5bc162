/** When a maintenance window is in progress: between its first and its last moment, as the clocks of its time zone show them. */
import { describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from '../../../lib/core/model/group-policy.ts';
import {
  formatMaintenance,
  alwaysMeetsMaintenance,
  maintenanceAt,
  nextMaintenance,
} from '../../../lib/core/model/maintenance.ts';
import { aWindow } from '../../builders/maintenance.ts';

const sunday = aWindow({ day: 'sun', from: '02:00', until: '04:00' });

function isHeld(at: string, ...windows: readonly MaintenanceWindow[]): boolean {
  return maintenanceAt(windows, Date.parse(at)) !== undefined;
}

/** The window in progress at a time as `from/until`. */
function spanAt(at: string, ...windows: readonly MaintenanceWindow[]): string | undefined {
  const current = maintenanceAt(windows, Date.parse(at));
  return current && [current.from, current.until].map((each) => new Date(each).toISOString().slice(0, 16)).join('/');
}

describe('a weekly window', () => {
  it.each([
    ['a moment before it begins', '2026-11-22T01:59:59.999Z', false],
    ['as it begins', '2026-11-22T02:00:00Z', true],
    ['in its last moment', '2026-11-22T03:59:59.999Z', true],
    ['as it ends', '2026-11-22T04:00:00Z', false],
    ['a day early', '2026-11-21T03:00:00Z', false],
    ['a day late', '2026-11-23T03:00:00Z', false],
    ['a week later', '2026-11-29T03:00:00Z', true],
  ])('%s: in progress %3$s', (_case, at, expected) => {
    expect(isHeld(at, sunday)).toBe(expected);
  });

  const overnight = aWindow({ day: 'sat', from: '22:00', until: '02:00' });

  it.each([
    ['a moment before it begins', '2026-11-21T21:59:59.999Z', false],
    ['before midnight', '2026-11-21T23:59:59.999Z', true],
    ['at midnight between two weeks', '2026-11-22T00:00:00Z', true],
    ['in its last moment', '2026-11-22T01:59:59.999Z', true],
    ['as it ends', '2026-11-22T02:00:00Z', false],
    ['in the night before', '2026-11-21T01:00:00Z', false],
    ['in the evening after', '2026-11-22T23:00:00Z', false],
  ])('over midnight, %s: in progress %3$s', (_case, at, expected) => {
    expect(isHeld(at, overnight)).toBe(expected);
  });

  it('may last until the end of its day', () => {
    const evening = aWindow({ day: 'sat', from: '22:00', until: '24:00' });
    expect(isHeld('2026-11-21T23:59:59.999Z', evening)).toBe(true);
    expect(isHeld('2026-11-22T00:00:00Z', evening)).toBe(false);
  });
});

describe('a daily window', () => {
  it('is in progress on every day', () => {
    const days = [15, 16, 17, 18, 19, 20, 21].map((day) => `2026-11-${day}T03:00:00Z`);
    expect(days.filter((at) => isHeld(at, { ...sunday, day: 'daily' }))).toEqual(days);
  });
});

describe('a window in a time zone', () => {
  const berlin = { ...sunday, timeZone: 'Europe/Berlin' };

  it('follows its clocks in winter and in summer', () => {
    expect(spanAt('2026-01-11T02:00:00Z', berlin)).toBe('2026-01-11T01:00/2026-01-11T03:00');
    expect(spanAt('2026-07-12T01:00:00Z', berlin)).toBe('2026-07-12T00:00/2026-07-12T02:00');
  });

  it('begins on its own date, which may be another one in UTC', () => {
    expect(spanAt('2026-11-21T13:30:00Z', { ...sunday, timeZone: 'Pacific/Auckland' })).toBe(
      '2026-11-21T13:00/2026-11-21T15:00',
    );
    const late = aWindow({ day: 'sat', from: '22:00', until: '23:00', timeZone: 'America/Los_Angeles' });
    expect(spanAt('2026-11-22T06:30:00Z', late)).toBe('2026-11-22T06:00/2026-11-22T07:00');
  });

  it('may be half an hour off UTC, on either side', () => {
    expect(spanAt('2026-11-21T21:00:00Z', { ...sunday, timeZone: 'Asia/Kolkata' })).toBe(
      '2026-11-21T20:30/2026-11-21T22:30',
    );
    expect(spanAt('2026-11-22T06:00:00Z', { ...sunday, timeZone: 'America/St_Johns' })).toBe(
      '2026-11-22T05:30/2026-11-22T07:30',
    );
  });

  // Berlin: on 29 March 2026 the clocks go from 02:00 to 03:00, at 01:00 UTC.
  it.each([
    ['02:00 to 04:00', '2026-03-29T00:00/2026-03-29T02:00'],
    ['01:00 to 04:00', '2026-03-29T00:00/2026-03-29T02:00'],
    ['01:00 to 02:30', '2026-03-29T00:00/2026-03-29T01:30'],
    ['02:15 to 02:45', '2026-03-29T00:15/2026-03-29T01:45'],
  ])('is never shorter than it is written where clocks skip an hour: %s', (times, expected) => {
    const [from = '', until = ''] = times.split(' to ');
    expect(spanAt('2026-03-29T00:45:00Z', { ...berlin, from, until })).toBe(expected);
  });

  // Berlin: on 25 October 2026 the clocks go from 03:00 back to 02:00, at 01:00 UTC.
  it.each([
    ['02:00 to 04:00', '2026-10-25T00:00/2026-10-25T03:00'],
    ['02:15 to 02:45', '2026-10-25T00:15/2026-10-25T01:45'],
    ['01:00 to 02:30', '2026-10-24T23:00/2026-10-25T01:30'],
  ])('lasts through both where clocks show an hour twice: %s', (times, expected) => {
    const [from = '', until = ''] = times.split(' to ');
    expect(spanAt('2026-10-25T00:30:00Z', { ...berlin, from, until })).toBe(expected);
  });

  it('begins on the evening before where clocks skip its midnight', () => {
    // Cairo: on Friday, 24 April 2026, the clocks go from 00:00 to 01:00, at 22:00 UTC of Thursday.
    const midnight = aWindow({ day: 'fri', from: '00:00', until: '02:00', timeZone: 'Africa/Cairo' });
    expect(spanAt('2026-04-23T21:30:00Z', midnight)).toBe('2026-04-23T21:00/2026-04-23T23:00');
  });
});

describe('of several windows', () => {
  it('the one that ends last is in progress, whatever their sequence', () => {
    const longer = { ...sunday, until: '06:00' };
    for (const windows of [
      [sunday, longer],
      [longer, sunday],
    ]) {
      expect(maintenanceAt(windows, Date.parse('2026-11-22T03:00:00Z'))?.window).toBe(longer);
    }
  });

  it('the next one is the one that begins first', () => {
    const tuesday = { ...sunday, day: 'tue' } as const;
    const nextAt = (at: string) => nextMaintenance([sunday, tuesday], Date.parse(at))?.from;
    expect(nextAt('2026-11-20T12:00:00Z')).toBe(Date.parse('2026-11-22T02:00:00Z'));
    expect(nextAt('2026-11-22T02:00:00Z')).toBe(Date.parse('2026-11-24T02:00:00Z'));
    expect(nextMaintenance([], 0)).toBeUndefined();
  });

  it('the only one begins again a week after it began', () => {
    expect(nextMaintenance([sunday], Date.parse('2026-11-22T02:00:00Z'))?.from).toBe(
      Date.parse('2026-11-29T02:00:00Z'),
    );
  });
});

describe('what always meets maintenance', () => {
  const always = (from: string, until: string, minutes: number, ...windows: readonly MaintenanceWindow[]): boolean =>
    alwaysMeetsMaintenance(windows, { from: Date.parse(from), until: Date.parse(until), lastsMs: minutes * 60_000 });

  it('begins within the windows', () => {
    expect(always('2026-11-22T02:00:00Z', '2026-11-22T03:59:59Z', 0, sunday)).toBe(true);
    expect(always('2026-11-22T02:00:00Z', '2026-11-22T04:00:00Z', 0, sunday)).toBe(false);
    expect(always('2026-11-22T01:59:59Z', '2026-11-22T03:00:00Z', 0, sunday)).toBe(false);
  });

  it('or so shortly before one that it cannot end in time', () => {
    expect(always('2026-11-22T01:45:00Z', '2026-11-22T03:59:59Z', 15, sunday)).toBe(true);
    expect(always('2026-11-22T01:44:59Z', '2026-11-22T03:59:59Z', 15, sunday)).toBe(false);
    expect(always('2026-11-21T23:50:00Z', '2026-11-22T03:59:59Z', 130, sunday)).toBe(true);
  });

  it('may begin in one window and end in the next', () => {
    const next = { ...sunday, from: '04:00', until: '05:00' };
    expect(always('2026-11-22T02:00:00Z', '2026-11-22T04:30:00Z', 0, next, sunday)).toBe(true);
    expect(always('2026-11-22T02:00:00Z', '2026-11-22T04:30:00Z', 0, { ...next, from: '04:01' }, sunday)).toBe(false);
    expect(always('2026-11-22T02:00:00Z', '2026-11-22T04:30:00Z', 1, { ...next, from: '04:01' }, sunday)).toBe(true);
  });
});

describe('the text of a window in progress', () => {
  it('names it, the time left and the reason', () => {
    const at = Date.parse('2026-11-22T02:30:00Z');
    const current = maintenanceAt([sunday], at);
    expect(current && formatMaintenance(current, at)).toBe(
      'maintenance window sun 02:00 to 04:00 UTC, 90 min left: carrier works',
    );
  });
});
