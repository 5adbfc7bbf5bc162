import { expect, it } from 'vitest';
import { atFrom, sinceFrom, untilFrom } from '../../cli/until.ts';

const now = Date.parse('2026-11-21T00:00:00Z');

it.each([
  ['90m', '2026-11-21T01:30:00.000Z'],
  ['2h30m', '2026-11-21T02:30:00.000Z'],
  ['1d', '2026-11-22T00:00:00.000Z'],
  ['1d12h', '2026-11-22T12:00:00.000Z'],
  ['2026-11-21T06:00:00Z', '2026-11-21T06:00:00.000Z'],
  ['2026-11-21 06:00 -08:00', '2026-11-21T14:00:00.000Z'],
])('%s ends at %s', (text, expected) => {
  expect(untilFrom(text, now)).toEqual({ kind: 'read', at: Date.parse(expected) });
});

it.each([
  '',
  '2',
  '2x',
  'm',
  '30m2h',
  '1.5h',
  'tomorrow',
  '2026-11-21',
  '2026-11-21T06:00:00',
  '2026-13-41T06:00:00Z',
  '2026-11-31T06:00Z',
])('"%s" is no time of which the zone is known, and no duration', (text) => {
  expect(untilFrom(text, now)).toMatchObject({ kind: 'unreadable' });
});

it.each([
  ['03:12', '2026-11-20T03:12:00.000Z'],
  ['00:00', '2026-11-21T00:00:00.000Z'],
  ['23:59:59Z', '2026-11-20T23:59:00.000Z'],
  ['20m', '2026-11-20T23:40:00.000Z'],
  ['2026-11-20T03:12+01:00', '2026-11-20T02:12:00.000Z'],
])('%s is the minute %s', (text, expected) => {
  expect(atFrom(text, now)).toEqual({ kind: 'read', at: Date.parse(expected) });
});

it.each(['24:00', '3:12', '03:60', '03:12 CET', '2026-11-22T00:00:00Z'])('"%s" is no minute of the past', (text) => {
  expect(atFrom(text, now)).toMatchObject({ kind: 'unreadable' });
});

it.each([
  ['12h', '2026-11-20T12:00:00.000Z'],
  ['2026-11-20T06:00:00Z', '2026-11-20T06:00:00.000Z'],
])('since %s is since %s', (text, expected) => {
  expect(sinceFrom(text, now)).toEqual({ kind: 'read', at: Date.parse(expected) });
});
