import { expect, it } from 'vitest';
import { leftByDrillAt } from '../../../lib/core/plan/left-by-drill.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aRecord, unreadableRecord } from '../../builders/plan.ts';

function ago(minutes: number): number {
  return observedAt - minutes * minuteMs;
}

/** A group whose primary is the standby, to which a drill moved it 40 minutes ago. */
const group = aGroup({ items: items({ east: 2, west: 1 }) });
const drilledAt = [ago(40)];

it('a group that a drill moved and nobody put back was left by that drill', () => {
  const record = aRecord({ drilledAt, promotedAt: { west: [ago(90), ago(40)], east: [ago(60)] } });
  expect(leftByDrillAt(group, record)).toBe(ago(40));
});

it('of several drills in a day it is the latest that counts', () => {
  const promotedAt = { west: [ago(300), ago(40)], east: [ago(260)] };
  expect(leftByDrillAt(group, aRecord({ drilledAt: [ago(300), ago(40)], promotedAt }))).toBe(ago(40));
});

it('a group that was put back, or moved by anybody since, was not', () => {
  const promoted = { west: [ago(40)] };
  const putBack = aRecord({ drilledAt, promotedAt: { ...promoted, east: [ago(10)] } });
  expect(leftByDrillAt(group, putBack)).toBeUndefined();
  expect(leftByDrillAt(aGroup(), aRecord({ drilledAt, promotedAt: promoted }))).toBeUndefined();
  expect(leftByDrillAt(group, aRecord({ drilledAt, promotedAt: { west: [ago(40), ago(5)] } }))).toBeUndefined();
  const inTheSameMinute = aRecord({ drilledAt, promotedAt: { ...promoted, east: [ago(40)] } });
  expect(leftByDrillAt(group, inTheSameMinute)).toBeUndefined();
});

it('no group was left by a drill that is not recorded', () => {
  expect(leftByDrillAt(group, aRecord({ promotedAt: { west: [ago(40)] } }))).toBeUndefined();
  expect(leftByDrillAt(group, aRecord())).toBeUndefined();
  expect(leftByDrillAt(group, unreadableRecord)).toBeUndefined();
});
