/** A drill that has been ordered and has not moved the group yet. */
import { describe, expect, it } from 'vitest';
import { drillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, beforeDrill, endingOf, minutesAgo, readings, summaryOf } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { degraded, unhealthy, unknown, unreadableRecord } from '../../builders/plan.ts';

const ordered = aDrill({ startedAt: minutesAgo(1), until: minutesAgo(-14) });

describe('a drill that has not begun', () => {
  it('moves the group, with the command of the operator who ordered it', () => {
    expect(drillStep(beforeDrill(), ordered, readings())).toEqual({
      kind: 'begin',
      move: {
        kind: 'drill',
        leaving: 'east',
        promoting: 'west',
        before: items({ east: 1, west: 2 }),
        after: items({ east: 2, west: 1 }),
        reason: 'drill of 14 min: west (us-west-2) carries the calls of east (us-east-1)',
        rejected: [],
        command: { by: 'ops', reason: 'does the standby work', forced: [] },
      },
    });
  });

  it.each([
    ['the primary is not proven healthy', beforeDrill({ verdicts: { east: unknown('low-volume') } })],
    ['the standby is unhealthy', beforeDrill({ verdicts: { west: unhealthy } })],
    ['a Region is degraded', beforeDrill({ regions: { 'us-east-1': degraded } })],
    [
      'the group does not go by priority',
      beforeDrill({ group: aGroup({ callDistributionType: 'LoadBalancedDistribution' }) }),
    ],
    ['the record of own changes is unreadable', beforeDrill({ record: unreadableRecord })],
  ])('never begins when meanwhile %s', (_case, input) => {
    expect(summaryOf(drillStep(input, ordered, readings()))).toBe('over: interrupted (never-began)');
  });

  it('names every reason why it did not begin', () => {
    const input = beforeDrill({ verdicts: { east: unknown('low-volume') }, regions: { 'us-west-2': degraded } });
    expect(endingOf(drillStep(input, ordered, readings()))?.reason).toBe(
      'top-unknown: east (us-east-1) unknown (low-volume): cannot tell: low-volume; degraded: us-west-2 degraded: MOS is low',
    );
  });

  it('is retried for five minutes, and then dropped', () => {
    const late = (minutes: number) => aDrill({ startedAt: minutesAgo(minutes) });
    expect(summaryOf(drillStep(beforeDrill(), late(5), readings()))).toBe('begin');
    const step = drillStep(beforeDrill(), late(5.01), readings());
    expect(endingOf(step)).toEqual({
      code: 'never-began',
      result: 'interrupted',
      reason: 'ordered 5 min ago and not begun within 5 min',
      restored: true,
      calls: undefined,
    });
  });

  it('is over when an operator stopped it first', () => {
    const stopped = aDrill({ startedAt: minutesAgo(1), stopped: { by: 'boss', reason: 'not today' } });
    expect(endingOf(drillStep(beforeDrill(), stopped, readings()))).toMatchObject({
      code: 'stopped',
      reason: 'stopped by boss: not today',
    });
  });

  it('is over when somebody changed the group first', () => {
    const touched = beforeDrill({ group: aGroup({ updatedAt: minutesAgo(0.5) }) });
    expect(endingOf(drillStep(touched, ordered, readings()))).toMatchObject({
      code: 'never-began',
      reason: 'the group was changed outside the monitor before the drill began',
    });
  });

  it('does not move a group whose order is not the one that was ordered', () => {
    const other = beforeDrill({ group: aGroup({ items: items({ east: 1, west: 3 }) }) });
    expect(summaryOf(drillStep(other, ordered, readings()))).toBe('over: interrupted (group-changed)');
  });
});
