/** A drill restores the previous primary at its end, but never moves calls to a worse place. */
import { describe, expect, it } from 'vitest';
import { drillStep, type DrillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, duringDrill, minutesAgo, readings } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, read } from '../../builders/metrics.ts';
import { someStandbySignals, degraded, healthy, unhealthy, unknown } from '../../builders/plan.ts';

const timeIsUp = aDrill({ until: minutesAgo(0) });
const stopped = aDrill({ stopped: { by: 'boss', reason: 'no' } });
const failing = readings({ standby: read(inbound(10, 10, 5)) });

const bypassing = readings({ others: read(inbound(10, 5)) });
const throttled = readings({ standby: read({ minutes: 10, InboundCallAttempts: 10, Throttles: 1 }) });

const withoutSignal = someStandbySignals({
  reachability: { lastOptionsPingAt: minutesAgo(6) },
  outbound: read(inbound(0, 0)),
});
const unreadable = {
  ...someStandbySignals({ outbound: read(inbound(0, 0)) }),
  reachability: { kind: 'unreadable' as const, message: 'no answer' },
};
const routeless = someStandbySignals({ reachability: { origination: 'no-route' } });
function withEast(standbySignals: ReturnType<typeof someStandbySignals>) {
  return duringDrill({ standbySignals: { east: standbySignals, west: someStandbySignals() } });
}

/** Why the previous primary is not restored yet. */
function waitsFor(step: DrillStep) {
  return step.kind === 'watch' ? / not put back for at most 30 min more: (.*)/u.exec(step.hold.reason)?.[1] : step.kind;
}

function outcomeOf(step: DrillStep) {
  return 'ending' in step ? `${step.kind}, restored ${step.ending.restored}` : step.kind;
}

describe('the previous primary', () => {
  it.each([
    [
      'unhealthy',
      duringDrill({ verdicts: { east: unhealthy } }),
      'east (us-east-1) unhealthy: calls fail; not put back: east (us-east-1) unhealthy: calls fail',
    ],
    [
      'in an unhealthy Region',
      duringDrill({ regions: { 'us-east-1': unhealthy } }),
      'us-east-1 unhealthy: calls fail; not put back: east (us-east-1) in an unhealthy Region: calls fail',
    ],
    [
      'without a route',
      withEast(routeless),
      'stopped by boss: no; not put back: east (us-east-1) origination: its origination has no route: no inbound call would arrive',
    ],
  ])('is not restored when it is %s, whatever ended the drill', (_case, input, reason) => {
    for (const [drill, given] of [
      [timeIsUp, readings()],
      [stopped, readings()],
      [aDrill(), failing],
    ] as const) {
      expect(outcomeOf(drillStep(input, drill, given))).toBe('over, restored false');
    }
    expect(drillStep(input, stopped, readings())).toMatchObject({ ending: { result: 'interrupted', reason } });
  });

  it('without a standby signal is waited for while calls go through, and not restored while they fail', () => {
    const input = withEast(withoutSignal);
    expect(drillStep(input, timeIsUp, readings())).toMatchObject({
      kind: 'watch',
      hold: {
        code: 'drill',
        reason: expect.stringMatching(
          /^drill by ops has ended \(passed: .*\); not put back for at most 30 min more: east \(us-east-1\) no-standby-signal: /,
        ) as string,
      },
    });
    expect(outcomeOf(drillStep(input, stopped, readings()))).toBe('watch');
    expect(outcomeOf(drillStep(input, aDrill(), failing))).toBe('over, restored false');
  });

  it.each([
    ['unreadable', withEast(unreadable), 'unreadable: no answer'],
    ['stale', duringDrill({ verdicts: { east: unknown('stale') } }), 'unknown: cannot tell: stale'],
    ['fetch-error', duringDrill({ verdicts: { east: unknown('fetch-error') } }), 'unknown: cannot tell: fetch-error'],
  ])(
    'that is unobservable (%s) is waited for, but restored when the standby is worse or an operator stops the drill',
    (_case, input, reason) => {
      expect(waitsFor(drillStep(input, timeIsUp, readings()))).toBe(`east (us-east-1) ${reason}`);
      for (const [end, drill, given, west] of [
        ['standby-impaired', aDrill(), failing, healthy],
        ['standby-bypassed', aDrill(), bypassing, healthy],
        ['throttled', aDrill(), throttled, healthy],
        ['standby-impaired', aDrill(), readings(), degraded],
        ['standby-impaired', timeIsUp, readings({ standby: read(inbound(10, 50, 6)) }), healthy],
        ['stopped', stopped, readings(), healthy],
      ] as const) {
        const step = drillStep({ ...input, verdicts: new Map([...input.verdicts, ['west', west]]) }, drill, given);
        expect(step).toMatchObject({ kind: 'restore', ending: { code: end, restored: true } });
      }
    },
  );

  it('is waited for until half an hour after the end time, and no longer', () => {
    const moved = aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(49.9) });
    const input = { ...withEast(withoutSignal), group: moved };
    const at = (minutes: number) =>
      drillStep(input, aDrill({ startedAt: minutesAgo(50), until: minutesAgo(minutes) }), readings());
    expect(outcomeOf(at(29.9))).toBe('watch');
    expect(outcomeOf(at(30))).toBe('over, restored false');
  });

  it.each([
    ['healthy', healthy],
    ['degraded', degraded],
    ['low-volume', unknown('low-volume')],
  ])('that was %s before is restored by its standby signals alone', (_case, east) => {
    expect(outcomeOf(drillStep(duringDrill({ verdicts: { east } }), timeIsUp, readings()))).toBe(
      'restore, restored true',
    );
    const silent = duringDrill({
      verdicts: { east },
      standbySignals: { east: withoutSignal, west: someStandbySignals() },
    });
    expect(outcomeOf(drillStep(silent, timeIsUp, readings()))).toBe('watch');
  });
});

describe('restoring a group of three', () => {
  const group = aGroup({ items: items({ tokyo: 1, east: 2, west: 3 }), updatedAt: minutesAgo(11.9) });
  const drill = aDrill({
    promoting: 'tokyo',
    before: items({ tokyo: 3, east: 1, west: 2 }),
    after: items({ tokyo: 1, east: 2, west: 3 }),
    until: minutesAgo(0),
  });
  const afterOf = (step: DrillStep) => ('move' in step ? step.move.after : undefined);

  it('gives every member its priority from before the drill', () => {
    expect(afterOf(drillStep(duringDrill({ group }), drill, readings()))).toEqual(
      items({ tokyo: 3, east: 1, west: 2 }),
    );
  });

  it('restores the rank of a member that kept its rank among the rest', () => {
    const west = aGroup({ items: items({ west: 1, east: 2, tokyo: 3 }), updatedAt: minutesAgo(11.9) });
    const before = items({ west: 2, east: 1, tokyo: 3 });
    const step = drillStep(
      duringDrill({ group: west }),
      { ...drill, promoting: 'west', before, after: west.items },
      readings(),
    );
    expect(afterOf(step)).toEqual(before);
  });

  it('lets an unhealthy standby fall as far as it rose', () => {
    expect(afterOf(drillStep(duringDrill({ group, verdicts: { tokyo: unhealthy } }), drill, readings()))).toEqual(
      items({ tokyo: 3, east: 1, west: 2 }),
    );
  });

  it('gives every member its priority from before the drill when the only unhealthy one keeps its place', () => {
    const four = aGroup({ items: items({ tokyo: 1, east: 2, west: 3, dublin: 4 }), updatedAt: minutesAgo(11.9) });
    const before = items({ tokyo: 3, east: 1, west: 2, dublin: 4 });
    const input = duringDrill({ group: four, verdicts: { dublin: unhealthy } });
    expect(afterOf(drillStep(input, { ...drill, before, after: four.items }, readings()))).toEqual(before);
  });

  it.each([
    ['unhealthy', { verdicts: { west: unhealthy } }],
    ['in an unhealthy Region', { regions: { 'us-west-2': unhealthy } }],
  ])('does not raise another member that is %s', (_case, changes) => {
    expect(afterOf(drillStep(duringDrill({ group, ...changes }), drill, readings()))).toEqual(
      items({ tokyo: 2, east: 1, west: 3 }),
    );
  });
});
