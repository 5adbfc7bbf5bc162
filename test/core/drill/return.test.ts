/** Whom a drill took off the top goes back there, but never to a worse place. */
import { describe, expect, it } from 'vitest';
import { drillStep, type DrillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, drilled, minutesAgo, readings } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, read } from '../../builders/metrics.ts';
import { someStandbySignals, degraded, healthy, unhealthy, unknown } from '../../builders/plan.ts';

const timeIsUp = aDrill({ until: minutesAgo(0) });
const stopped = aDrill({ stopped: { by: 'boss', reason: 'no' } });
const failing = readings({ promoted: read(inbound(10, 10, 5)) });

const goingPast = readings({ others: read(inbound(10, 5)) });
const throttled = readings({ promoted: read({ minutes: 10, InboundCallAttempts: 10, Throttles: 1 }) });

const lifeless = someStandbySignals({
  reachability: { lastOptionsPingAt: minutesAgo(6) },
  outbound: read(inbound(0, 0)),
});
const unreadable = {
  reachability: { kind: 'unreadable' as const, message: 'no answer' },
  outbound: read(inbound(0, 0)),
};
const routeless = someStandbySignals({ reachability: { origination: 'no-route' } });
function withEast(standbySignals: ReturnType<typeof someStandbySignals>) {
  return drilled({ standbySignals: { east: standbySignals, west: someStandbySignals() } });
}

/** Why whom it took off the top is not put back yet. */
function waitsFor(step: DrillStep) {
  return step.kind === 'watch' ? / not put back for at most 30 min more: (.*)/u.exec(step.hold.reason)?.[1] : step.kind;
}

function did(step: DrillStep) {
  return 'ending' in step ? `${step.kind}, restored ${step.ending.restored}` : step.kind;
}

describe('the first choice of before', () => {
  it.each([
    [
      'unhealthy',
      drilled({ verdicts: { east: unhealthy } }),
      'east (us-east-1) unhealthy: calls fail; not put back: east (us-east-1) unhealthy: calls fail',
    ],
    [
      'in an unhealthy Region',
      drilled({ regions: { 'us-east-1': unhealthy } }),
      'us-east-1 unhealthy: calls fail; not put back: east (us-east-1) in an unhealthy Region: calls fail',
    ],
    [
      'without a route',
      withEast(routeless),
      'stopped by boss: no; not put back: east (us-east-1) origination: its origination has no route: no inbound call would arrive',
    ],
  ])('that is %s is not put back, by whatever the drill ends', (_case, input, reason) => {
    for (const [drill, seen] of [
      [timeIsUp, readings()],
      [stopped, readings()],
      [aDrill(), failing],
    ] as const) {
      expect(did(drillStep(input, drill, seen))).toBe('over, restored false');
    }
    expect(drillStep(input, stopped, readings())).toMatchObject({ ending: { result: 'interrupted', reason } });
  });

  it('that shows no sign of life is waited for where calls go through, and not gone to where they do not', () => {
    const input = withEast(lifeless);
    expect(drillStep(input, timeIsUp, readings())).toMatchObject({
      kind: 'watch',
      hold: {
        code: 'drill',
        reason: expect.stringMatching(
          /^drill by ops is over \(passed: .*\); not put back for at most 30 min more: east \(us-east-1\) no-standby-signal: /,
        ) as string,
      },
    });
    expect(did(drillStep(input, stopped, readings()))).toBe('watch');
    expect(did(drillStep(input, aDrill(), failing))).toBe('over, restored false');
  });

  it.each([
    ['unreadable', withEast(unreadable), 'unreadable: no answer'],
    ['stale', drilled({ verdicts: { east: unknown('stale') } }), 'unknown: cannot tell: stale'],
    ['fetch-error', drilled({ verdicts: { east: unknown('fetch-error') } }), 'unknown: cannot tell: fetch-error'],
  ])(
    'that nobody can see (%s) is waited for, but gone to where the other is worse or a person says so',
    (_case, input, reason) => {
      expect(waitsFor(drillStep(input, timeIsUp, readings()))).toBe(`east (us-east-1) ${reason}`);
      for (const [end, drill, seen, west] of [
        ['standby-failing', aDrill(), failing, healthy],
        ['calls-elsewhere', aDrill(), goingPast, healthy],
        ['throttled', aDrill(), throttled, healthy],
        ['standby-unwell', aDrill(), readings(), degraded],
        ['too-many-failures', timeIsUp, readings({ promoted: read(inbound(10, 50, 6)) }), healthy],
        ['stopped', stopped, readings(), healthy],
      ] as const) {
        const step = drillStep({ ...input, verdicts: new Map([...input.verdicts, ['west', west]]) }, drill, seen);
        expect(step).toMatchObject({ kind: 'restore', ending: { code: end, restored: true } });
      }
    },
  );

  it('is waited for half an hour beyond the time, and no longer', () => {
    const moved = aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(49.9) });
    const input = { ...withEast(lifeless), group: moved };
    const at = (minutes: number) =>
      drillStep(input, aDrill({ startedAt: minutesAgo(50), until: minutesAgo(minutes) }), readings());
    expect(did(at(29.9))).toBe('watch');
    expect(did(at(30))).toBe('over, restored false');
  });

  it.each([
    ['healthy', healthy],
    ['degraded', degraded],
    ['low-volume', unknown('low-volume')],
  ])('that was last seen %s goes by its signs of life, for what was before proves nothing', (_case, east) => {
    expect(did(drillStep(drilled({ verdicts: { east } }), timeIsUp, readings()))).toBe('restore, restored true');
    const dead = drilled({ verdicts: { east }, standbySignals: { east: lifeless, west: someStandbySignals() } });
    expect(did(drillStep(dead, timeIsUp, readings()))).toBe('watch');
  });
});

describe('putting back a group of three', () => {
  const group = aGroup({ items: items({ tokyo: 1, east: 2, west: 3 }), updatedAt: minutesAgo(11.9) });
  const drill = aDrill({
    promoting: 'tokyo',
    before: items({ tokyo: 3, east: 1, west: 2 }),
    after: items({ tokyo: 1, east: 2, west: 3 }),
    until: minutesAgo(0),
  });
  const afterOf = (step: DrillStep) => ('move' in step ? step.move.after : undefined);

  it('gives everybody the priority of before', () => {
    expect(afterOf(drillStep(drilled({ group }), drill, readings()))).toEqual(items({ tokyo: 3, east: 1, west: 2 }));
  });

  it('gives a member that kept its order among the rest its place back, too', () => {
    const west = aGroup({ items: items({ west: 1, east: 2, tokyo: 3 }), updatedAt: minutesAgo(11.9) });
    const before = items({ west: 2, east: 1, tokyo: 3 });
    const step = drillStep(
      drilled({ group: west }),
      { ...drill, promoting: 'west', before, after: west.items },
      readings(),
    );
    expect(afterOf(step)).toEqual(before);
  });

  it('lets the promoted one fall as far as it rose where it is the one that is unhealthy', () => {
    expect(afterOf(drillStep(drilled({ group, verdicts: { tokyo: unhealthy } }), drill, readings()))).toEqual(
      items({ tokyo: 3, east: 1, west: 2 }),
    );
  });

  it('gives everybody the priority of before though one is unhealthy that kept its place', () => {
    const four = aGroup({ items: items({ tokyo: 1, east: 2, west: 3, dublin: 4 }), updatedAt: minutesAgo(11.9) });
    const before = items({ tokyo: 3, east: 1, west: 2, dublin: 4 });
    const input = drilled({ group: four, verdicts: { dublin: unhealthy } });
    expect(afterOf(drillStep(input, { ...drill, before, after: four.items }, readings()))).toEqual(before);
  });

  it.each([
    ['unhealthy', { verdicts: { west: unhealthy } }],
    ['in an unhealthy Region', { regions: { 'us-west-2': unhealthy } }],
  ])('lets nobody else rise that is %s', (_case, changes) => {
    expect(afterOf(drillStep(drilled({ group, ...changes }), drill, readings()))).toEqual(
      items({ tokyo: 2, east: 1, west: 3 }),
    );
  });
});
