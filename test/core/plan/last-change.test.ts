import { describe, expect, it } from 'vitest';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { isOrderToBeRecorded, lastChangeOf } from '../../../lib/core/plan/last-change.ts';
import { aGroup } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aRecord } from '../../builders/plan.ts';
import { minutesAgo } from './three-members.ts';

function lastChange(updatedAt: number, record: Parameters<typeof aRecord>[0]) {
  return lastChangeOf({ group: aGroup({ updatedAt }), record: aRecord(record) });
}

describe('the last change', () => {
  it('is the monitor’s own where AWS shows a time more than two minutes before it', () => {
    const changedAt = [minutesAgo(6)];
    expect(lastChange(minutesAgo(8), { changedAt })).toEqual({ at: minutesAgo(8), isOwn: true });
    expect(lastChange(minutesAgo(8) - 1, { changedAt })).toEqual({ at: minutesAgo(6), isOwn: true });
  });

  it('is as old as its order, if that was seen a minute or more before the group was written', () => {
    const seen = (at: number) => lastChange(minutesAgo(4), { ordersSeen: [{ at, items: aGroup().items }] })?.at;
    expect(seen(minutesAgo(5))).toBe(minutesAgo(5));
    expect(seen(minutesAgo(5) + 1)).toBe(minutesAgo(4));
  });

  it('is not the monitor’s own if that left the present primary, by a record within two minutes of it', () => {
    const isOwn = (demotedAt: number) =>
      lastChange(minutesAgo(4), { changedAt: [minutesAgo(4)], demotedAt: { east: [demotedAt] } })?.isOwn;
    expect(isOwn(minutesAgo(6))).toBe(false);
    expect(isOwn(minutesAgo(6) - 1)).toBe(true);
  });
});

describe('a run records the order that it sees', () => {
  const longAgo = minutesAgo(600);

  it.each([
    ['for three minutes after a write', undefined, 3],
    ['for seven where the schedule runs it every five', 5, 7],
  ] as const)('%s', (_what, everyMinutes, minutes) => {
    const isRecorded = (updatedAt: number) => isOrderToBeRecorded(aGroup({ updatedAt }), observedAt, everyMinutes);
    expect(isRecorded(minutesAgo(minutes) + 1)).toBe(true);
    expect(isRecorded(minutesAgo(minutes))).toBe(false);
  });

  it.each([
    ['a group that nobody writes to', longAgo],
    ['a group of which AWS does not say when it was written', undefined],
  ])('once a day of %s', (_what, updatedAt) => {
    const midnight = Date.parse('2026-11-21T00:00:00Z');
    const isRecorded = (at: number) => isOrderToBeRecorded(aGroup({ updatedAt }), at);
    expect(isRecorded(midnight - 1)).toBe(false);
    expect(isRecorded(midnight)).toBe(true);
    expect(isRecorded(midnight + 3 * minuteMs - 1)).toBe(true);
    expect(isRecorded(midnight + 3 * minuteMs)).toBe(false);
  });
});
