/** A running drill: what it counts, and what its hold reports. */
import { describe, expect, it } from 'vitest';
import { drillStep } from '../../../lib/core/drill/step.ts';
import type { Minute } from '../../../lib/core/model/observation.ts';
import { aDrill, duringDrill, minutesAgo, readings, summaryOf } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { history, inbound, observedAt, read } from '../../builders/metrics.ts';
import { aRecord, unknown, unreadableRecord } from '../../builders/plan.ts';

const timeIsUp = aDrill({ until: minutesAgo(0) });

describe('a running drill', () => {
  it('holds the group, and reports the calls so far', () => {
    expect(drillStep(duringDrill(), aDrill(), readings())).toEqual({
      kind: 'watch',
      hold: {
        kind: 'hold',
        code: 'drill',
        reason:
          'drill by ops, 8 min left: west (us-west-2), 0 of 100 calls failed in 10 min (0 %); does the standby work',
        rejected: [],
      },
    });
  });

  it('reports no calls before its first whole minute is complete', () => {
    const young = aDrill({ startedAt: minutesAgo(2), groupUpdatedAt: minutesAgo(1440) });
    const group = aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(1.9) });
    const input = duringDrill({
      group,
      record: aRecord({ changedAt: [minutesAgo(2.5)] }),
      verdicts: { west: unknown('idle') },
    });
    const before = read(inbound(10, 10, 10));
    expect(drillStep(input, young, readings({ standby: before }))).toMatchObject({
      kind: 'watch',
      hold: { reason: expect.stringContaining('no whole minute counted yet') as string },
    });
  });

  it('counts neither an incomplete minute nor the minute in which it began', () => {
    const calls: readonly Minute[] = history(inbound(11, 10, 10), inbound(10, 10)).concat([
      { startsAt: observedAt - 90_000, InboundCallAttempts: 10, InboundCallFailures: 10 },
    ]);
    expect(drillStep(duringDrill(), aDrill(), readings({ standby: { kind: 'read', minutes: calls } }))).toMatchObject({
      kind: 'watch',
      hold: { reason: expect.stringContaining('0 of 100 calls failed in 10 min') as string },
    });
  });

  it('continues after a rename of the group, and still counts from its beginning', () => {
    const renamed = duringDrill({
      group: aGroup({ name: 'other', items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(3) }),
    });
    expect(drillStep(renamed, aDrill(), readings())).toMatchObject({
      kind: 'watch',
      hold: { reason: expect.stringContaining('of 100 calls') as string },
    });
  });

  it('counts from its first move, in whatever order the own changes are recorded', () => {
    const minutesCounted = (changes: Parameters<typeof duringDrill>[0], group: Parameters<typeof aGroup>[0] = {}) => {
      const moved = aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(7.9), ...group });
      const step = drillStep(duringDrill({ group: moved, ...changes }), aDrill(), readings());
      return step.kind === 'watch' ? / in (.*) min/u.exec(step.hold.reason)?.[1] : step.kind;
    };
    expect(
      minutesCounted({ record: aRecord({ changedAt: [minutesAgo(3.5), minutesAgo(9.5), minutesAgo(800)] }) }),
    ).toBe('7');
    expect(minutesCounted({ record: unreadableRecord })).toBe('6');
    expect(minutesCounted({ record: unreadableRecord }, { updatedAt: undefined })).toBe('10');
  });

  it('continues in whatever order AWS lists the members, and without verdicts on their Regions', () => {
    const listed = aGroup({ items: items({ west: 1, east: 2 }), updatedAt: minutesAgo(11.9) });
    expect(summaryOf(drillStep(duringDrill({ group: listed }), aDrill(), readings()))).toBe('watch');
    const input = { ...duringDrill({ group: listed }), regions: new Map() };
    expect(summaryOf(drillStep(input, aDrill(), readings()))).toBe('watch');
    expect(summaryOf(drillStep(input, timeIsUp, readings()))).toBe('restore: succeeded (passed)');
  });
});
