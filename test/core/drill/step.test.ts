/** How far a drill has come, read off the group, and what follows. */
import { describe, expect, it } from 'vitest';
import { drillStep, type DrillStep } from '../../../lib/core/drill/step.ts';
import type { Minute } from '../../../lib/core/model/observation.ts';
import { aDrill, drilled, minutesAgo, readings, undrilled } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { history, inbound, nothing, observedAt, read } from '../../builders/metrics.ts';
import { aRecord, degraded, unhealthy, unknown, unreadableRecord } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

const ordered = aDrill({ startedAt: minutesAgo(1), until: minutesAgo(-14) });
const timeIsUp = aDrill({ until: minutesAgo(0) });

function moveOf(step: DrillStep) {
  return 'move' in step ? step.move : undefined;
}
function endingOf(step: DrillStep) {
  return 'ending' in step ? step.ending : undefined;
}
/** What a step does, and how the drill ends where it does. */
function inShort(step: DrillStep) {
  const ending = endingOf(step);
  return ending === undefined ? step.kind : `${step.kind}: ${ending.result} (${ending.code})`;
}

describe('a drill that has not begun', () => {
  it('moves the group, in the name of whoever ordered it', () => {
    expect(drillStep(undrilled(), ordered, readings())).toEqual({
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
    ['the first choice is not proven well', undrilled({ verdicts: { east: unknown('low-volume') } })],
    ['the standby is', undrilled({ verdicts: { west: unhealthy } })],
    ['a Region is unwell', undrilled({ regions: { 'us-east-1': degraded } })],
    ['it goes by no priority', undrilled({ group: aGroup({ callDistributionType: 'LoadBalancedDistribution' }) })],
    ['nobody could look closer at its own changes', undrilled({ record: unreadableRecord })],
  ])('never begins where by now %s', (_case, input) => {
    expect(inShort(drillStep(input, ordered, readings()))).toBe('over: interrupted (never-began)');
  });

  it('says all that it did not begin for', () => {
    const input = undrilled({ verdicts: { east: unknown('low-volume') }, regions: { 'us-west-2': degraded } });
    expect(endingOf(drillStep(input, ordered, readings()))?.reason).toBe(
      'top-not-healthy: east (us-east-1) unknown (low-volume): cannot tell: low-volume; region-unwell: us-west-2 degraded: MOS is low',
    );
  });

  it('is tried for five minutes, and then is for another day', () => {
    const late = (minutes: number) => aDrill({ startedAt: minutesAgo(minutes) });
    expect(inShort(drillStep(undrilled(), late(5), readings()))).toBe('begin');
    const step = drillStep(undrilled(), late(5.01), readings());
    expect(endingOf(step)).toEqual({
      code: 'never-began',
      result: 'interrupted',
      reason: 'ordered 5 min ago and not begun within 5 min',
      restored: true,
      calls: undefined,
    });
  });

  it('is over where it was stopped before', () => {
    const stopped = aDrill({ startedAt: minutesAgo(1), stopped: { by: 'boss', reason: 'not today' } });
    expect(endingOf(drillStep(undrilled(), stopped, readings()))).toMatchObject({
      code: 'stopped',
      reason: 'stopped by boss: not today',
    });
  });

  it('is over where somebody touched the group first', () => {
    const touched = undrilled({ group: aGroup({ updatedAt: minutesAgo(0.5) }) });
    expect(endingOf(drillStep(touched, ordered, readings()))).toMatchObject({
      code: 'never-began',
      reason: 'somebody changed the group by hand before it began',
    });
  });

  it('does nothing to a group that its word was not about', () => {
    const other = undrilled({ group: aGroup({ items: items({ east: 1, west: 3 }) }) });
    expect(inShort(drillStep(other, ordered, readings()))).toBe('over: interrupted (changed-meanwhile)');
  });
});

describe('a drill that goes on', () => {
  it('is watched, and says what it has seen', () => {
    expect(drillStep(drilled(), aDrill(), readings())).toEqual({
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

  it('has nothing to say before its first whole minute is complete', () => {
    const young = aDrill({ startedAt: minutesAgo(2), groupUpdatedAt: minutesAgo(1440) });
    const group = aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(1.9) });
    const input = drilled({
      group,
      record: aRecord({ changedAt: [minutesAgo(2.5)] }),
      verdicts: { west: unknown('idle') },
    });
    const before = read(inbound(10, 10, 10));
    expect(drillStep(input, young, readings({ promoted: before }))).toMatchObject({
      kind: 'watch',
      hold: { reason: expect.stringContaining('no whole minute counted yet') as string },
    });
  });

  it('counts no minute that is not complete, nor the one it began in', () => {
    const calls: readonly Minute[] = history(inbound(11, 10, 10), inbound(10, 10)).concat([
      { startsAt: observedAt - 90_000, InboundCallAttempts: 10, InboundCallFailures: 10 },
    ]);
    expect(drillStep(drilled(), aDrill(), readings({ promoted: { kind: 'read', minutes: calls } }))).toMatchObject({
      kind: 'watch',
      hold: { reason: expect.stringContaining('0 of 100 calls failed in 10 min') as string },
    });
  });

  it('goes on though the group was renamed, and still counts from its beginning', () => {
    const renamed = drilled({
      group: aGroup({ name: 'other', items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(3) }),
    });
    expect(drillStep(renamed, aDrill(), readings())).toMatchObject({
      kind: 'watch',
      hold: { reason: expect.stringContaining('of 100 calls') as string },
    });
  });

  it('begins to count after its first move, of all that the monitor made, in whatever order they are noted', () => {
    const told = (changes: Parameters<typeof drilled>[0], group: Parameters<typeof aGroup>[0] = {}) => {
      const moved = aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(7.9), ...group });
      const step = drillStep(drilled({ group: moved, ...changes }), aDrill(), readings());
      return step.kind === 'watch' ? / in (.*) min/u.exec(step.hold.reason)?.[1] : step.kind;
    };
    expect(told({ record: aRecord({ changedAt: [minutesAgo(3.5), minutesAgo(9.5), minutesAgo(800)] }) })).toBe('7');
    expect(told({ record: unreadableRecord })).toBe('6');
    expect(told({ record: unreadableRecord }, { updatedAt: undefined })).toBe('10');
  });

  it('goes on in whatever order AWS lists the members, and where of their Regions nobody knows anything', () => {
    const listed = aGroup({ items: items({ west: 1, east: 2 }), updatedAt: minutesAgo(11.9) });
    expect(inShort(drillStep(drilled({ group: listed }), aDrill(), readings()))).toBe('watch');
    const input = { ...drilled({ group: listed }), regions: new Map() };
    expect(inShort(drillStep(input, aDrill(), readings()))).toBe('watch');
    expect(inShort(drillStep(input, timeIsUp, readings()))).toBe('restore: succeeded (passed)');
  });

  const asked = 'at least 10 calls and at most 10 % failed were asked of a drill of 12 min';
  const failing = (minutes: number, failures: number) =>
    read(inbound(10 - minutes, 10), inbound(minutes, 10, failures));
  const stops: readonly (readonly [
    string,
    string,
    string,
    ReturnType<typeof drilled>,
    ReturnType<typeof aDrill>,
    ReturnType<typeof readings>,
  ])[] = [
    [
      'enough of its calls fail',
      'failed (standby-failing)',
      'west (us-west-2): 20 of 100 calls failed in 10 min (20 %), to stop at 5 and 20 %',
      drilled(),
      aDrill(),
      readings({ promoted: failing(10, 2) }),
    ],
    [
      'as few of its calls fail as it was to stop at',
      'failed (standby-failing)',
      'west (us-west-2): 5 of 5 calls failed in 10 min (100 %), to stop at 5 and 20 %',
      drilled(),
      aDrill(),
      readings({ promoted: read(nothing(5), inbound(5, 1, 1)) }),
    ],
    [
      'enough of the newest do',
      'failed (standby-failing)',
      'west (us-west-2): 10 of 50 calls failed in 5 min (20 %), to stop at 5 and 20 %',
      drilled(),
      aDrill(),
      readings({ promoted: failing(2, 5) }),
    ],
    [
      'calls go past it',
      'failed (calls-elsewhere)',
      '24 of 104 calls went past west (us-west-2) in 8 min, to stop at 5 and 20 %',
      drilled(),
      aDrill(),
      readings({ others: read(inbound(10, 3)) }),
    ],
    [
      'as few calls go past it as it was to stop at',
      'failed (calls-elsewhere)',
      '5 of 25 calls went past west (us-west-2) in 8 min, to stop at 5 and 20 %',
      drilled(),
      aDrill(),
      readings({ promoted: read(inbound(5, 0), inbound(5, 4)), others: read(inbound(5, 0), inbound(5, 1)) }),
    ],
    [
      'it turns calls away',
      'interrupted (throttled)',
      "west (us-west-2): 30 Throttles in 10 min: its call limit is too low for this group's calls",
      drilled(),
      aDrill(),
      readings({ promoted: read({ minutes: 10, InboundCallAttempts: 10, InboundCallFailures: 3, Throttles: 3 }) }),
    ],
    [
      'it is degraded',
      'failed (standby-unwell)',
      'west (us-west-2) degraded: MOS is low',
      drilled({ verdicts: { west: degraded } }),
      aDrill(),
      readings(),
    ],
    [
      'it is unhealthy',
      'failed (standby-unwell)',
      'west (us-west-2) unhealthy: calls fail',
      drilled({ verdicts: { west: unhealthy } }),
      aDrill(),
      readings(),
    ],
    [
      'its Region is unhealthy',
      'interrupted (region-unhealthy)',
      'us-west-2 unhealthy: calls fail',
      drilled({ regions: { 'us-west-2': unhealthy } }),
      aDrill(),
      readings(),
    ],
    [
      'it was stopped',
      'interrupted (stopped)',
      'stopped by boss: no',
      drilled(),
      aDrill({ stopped: { by: 'boss', reason: 'no' } }),
      readings(),
    ],
    [
      'its time is up',
      'succeeded (passed)',
      `west (us-west-2): 0 of 100 calls failed in 10 min (0 %); ${asked}`,
      drilled(),
      timeIsUp,
      readings(),
    ],
    [
      'its time is up, with just as many calls as were asked, and just as many failed as were let',
      'succeeded (passed)',
      `west (us-west-2): 1 of 10 calls failed in 10 min (10 %); ${asked}`,
      drilled(),
      timeIsUp,
      readings({ promoted: read(inbound(9, 1), inbound(1, 1, 1)) }),
    ],
    [
      'its time is up and nobody called',
      'failed (too-few-calls)',
      `west (us-west-2): no call in 10 min; ${asked}`,
      drilled(),
      timeIsUp,
      readings({ promoted: read(nothing(10)) }),
    ],
    [
      'its time is up and it took too few calls',
      'failed (too-few-calls)',
      `west (us-west-2): 0 of 9 calls failed in 10 min (0 %); ${asked}`,
      drilled(),
      timeIsUp,
      readings({ promoted: read(inbound(3, 3)) }),
    ],
    [
      'its time is up and too many failed',
      'failed (too-many-failures)',
      `west (us-west-2): 12 of 100 calls failed in 10 min (12 %); ${asked}`,
      drilled(),
      timeIsUp,
      readings({ promoted: read(inbound(8, 10, 1), inbound(2, 10, 2)) }),
    ],
    [
      'it cannot be read, whatever goes past it',
      'interrupted (standby-unseen)',
      'west (us-west-2): its calls in the drill could not be read',
      drilled(),
      aDrill(),
      readings({ promoted: { kind: 'fetch-error', message: 'no' }, others: read(inbound(10, 10)) }),
    ],
    ...(['stale', 'fetch-error', 'forbidden', 'partial'] as const).map(
      (cause) =>
        [
          `it is ${cause}`,
          'interrupted (standby-unseen)',
          `west (us-west-2) unknown (${cause}): cannot tell: ${cause}`,
          drilled({ verdicts: { west: unknown(cause) } }),
          aDrill(),
          readings(),
        ] as const,
    ),
  ];

  it.each(stops)('ends where %s: %s, and the east is put back', (_case, end, why, input, drill, seen) => {
    const step = drillStep(input, drill, seen);
    expect(inShort(step)).toBe(`restore: ${end}`);
    const { code, reason, restored } = endingOf(step)!;
    expect({ reason, restored }).toEqual({ reason: why, restored: true });
    expect(moveOf(step)).toEqual({
      kind: 'restore',
      leaving: 'west',
      promoting: 'east',
      before: items({ east: 2, west: 1 }),
      after: items({ east: 1, west: 2 }),
      reason: `east (us-east-1) is put back (${code}): ${why}`,
      rejected: [],
      command: { by: 'ops', reason: 'does the standby work', forced: [] },
    });
  });

  it.each([
    ['a few of its calls fail', readings({ promoted: failing(10, 1) })],
    ['four calls fail, and they are all there are', readings({ promoted: read(nothing(6), inbound(4, 1, 1)) })],
    ['a few calls reach the other', readings({ others: read(inbound(6, 0), inbound(4, 1)) })],
    ['fewer than a fifth of all calls reach the other', readings({ others: read(inbound(10, 2)) })],
    ['calls reached the other just after the change', readings({ others: read(inbound(2, 50), inbound(8, 0)) })],
    ['nobody calls', readings({ promoted: read(nothing(10)) })],
    ['nobody can read where else calls go', readings({ others: { kind: 'fetch-error', message: 'no' } })],
  ])('goes on where %s', (_case, seen) => {
    expect(inShort(drillStep(drilled(), aDrill(), seen))).toBe('watch');
  });

  it.each(['idle', 'low-volume', 'inconclusive'] as const)(
    'goes on where its standby is unknown for being %s',
    (cause) => {
      expect(inShort(drillStep(drilled({ verdicts: { west: unknown(cause) } }), aDrill(), readings()))).toBe('watch');
    },
  );

  it('knows no other member that is unhealthy, and ends where there is one', () => {
    const group = aGroup({ items: items({ east: 2, west: 1, tokyo: 3 }), updatedAt: minutesAgo(11.9) });
    const drill = aDrill({
      before: items({ east: 1, west: 2, tokyo: 3 }),
      after: items({ east: 2, west: 1, tokyo: 3 }),
    });
    expect(inShort(drillStep(drilled({ group }), drill, readings()))).toBe('watch');
    const step = drillStep(drilled({ group, verdicts: { tokyo: unhealthy } }), drill, readings());
    expect(inShort(step)).toBe('restore: interrupted (member-unhealthy)');
    expect(endingOf(step)?.reason).toBe('tokyo (ap-northeast-1) unhealthy: calls fail');
  });

  it('says the gravest of several reasons', () => {
    const input = drilled({ verdicts: { west: unhealthy } });
    const drill = aDrill({ until: minutesAgo(0), stopped: { by: 'boss', reason: 'no' } });
    expect(endingOf(drillStep(input, drill, readings({ promoted: failing(10, 2) })))).toMatchObject({
      code: 'standby-failing',
      reason: 'west (us-west-2): 20 of 100 calls failed in 10 min (20 %), to stop at 5 and 20 %',
      calls: { minutes: 10, attempts: 100, failures: 20, throttles: 0 },
    });
  });

  it.each([
    [
      'no cooldown, hold-down or daily limit',
      {
        record: aRecord({
          changedAt: Array.from({ length: 9 }, (_, n) => minutesAgo(13 + n)),
          demotedAt: { east: [minutesAgo(14)] },
        }),
      },
    ],
    ['no mode', { policy: aPolicy({ mode: 'observe' }) }],
    ['no record that nobody can read', { record: unreadableRecord }],
  ])('is put back by its end, whatever the group is bound by otherwise: %s', (_case, changes) => {
    expect(inShort(drillStep(drilled(changes), timeIsUp, readings()))).toBe('restore: succeeded (passed)');
  });
});
