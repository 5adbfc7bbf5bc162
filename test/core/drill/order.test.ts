/** A drill is ordered only where nothing is amiss. */
import { describe, expect, it } from 'vitest';
import { orderDrill, type DrillOrder } from '../../../lib/core/drill/order.ts';
import { aDrill, examined, minutesAgo, undrilled } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, observedAt, read } from '../../builders/metrics.ts';
import {
  someStandbySignals,
  aRecord,
  degraded,
  healthy,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

const order: DrillOrder = { by: 'ops', reason: 'does the standby work', minutes: 15 };
function refusalsOf(input: ReturnType<typeof examined>, asked: Partial<DrillOrder> = {}) {
  const ordered = orderDrill(input, { ...order, ...asked });
  return ordered.kind === 'drill' ? [] : ordered.refusals;
}
function codesOf(...asked: Parameters<typeof refusalsOf>) {
  return refusalsOf(...asked).map(({ code }) => code);
}
const three = { group: aGroup({ items: items({ east: 10, west: 20, tokyo: 30 }) }) };
const lifeless = someStandbySignals({
  reachability: { lastOptionsPingAt: minutesAgo(6) },
  outbound: read(inbound(0, 0)),
});

describe('an order for a drill', () => {
  it('comes to a word that says all there is to do', () => {
    expect(orderDrill(undrilled(), order)).toEqual({
      kind: 'drill',
      drill: {
        by: 'ops',
        reason: 'does the standby work',
        startedAt: observedAt,
        until: minutesAgo(-15),
        leaving: 'east',
        promoting: 'west',
        before: items({ east: 1, west: 2 }),
        after: items({ east: 2, west: 1 }),
        groupUpdatedAt: undrilled().group.updatedAt,
        pass: { minCalls: 10, maxFailureRatio: 0.1 },
        stop: { failures: 5, failureRatio: 0.2 },
      },
    });
  });

  it('may ask for more of it, or less', () => {
    const ordered = orderDrill(undrilled(), { ...order, pass: { minCalls: 100 }, stop: { failureRatio: 0.5 } });
    expect(ordered).toMatchObject({
      drill: { pass: { minCalls: 100, maxFailureRatio: 0.1 }, stop: { failures: 5, failureRatio: 0.5 } },
    });
  });

  it('promotes whom a failover would choose, or whom it names, and keeps the rest in order', () => {
    const idle = { west: unknown('idle'), tokyo: unknown('idle') };
    expect(orderDrill(examined({ ...three, verdicts: idle }), order)).toMatchObject({
      drill: { promoting: 'west', after: items({ east: 20, west: 10, tokyo: 30 }) },
    });
    expect(orderDrill(examined({ ...three, verdicts: { west: unknown('idle') } }), order)).toMatchObject({
      drill: { promoting: 'tokyo' },
    });
    expect(orderDrill(examined({ ...three, verdicts: idle }), { ...order, to: 'tokyo' })).toMatchObject({
      drill: { promoting: 'tokyo', after: items({ east: 20, west: 30, tokyo: 10 }) },
    });
  });

  it('puts the proven before the merely alive behind whom it promotes', () => {
    const four = examined({
      group: aGroup({ items: items({ east: 10, west: 20, tokyo: 30, paris: 40 }) }),
      verdicts: { west: unknown('idle'), paris: healthy },
    });
    expect(orderDrill(four, { ...order, to: 'paris' })).toMatchObject({
      drill: { promoting: 'paris', after: items({ east: 20, west: 40, tokyo: 30, paris: 10 }) },
    });
  });

  it.each([
    [
      'no-order',
      'priorities are tied',
      'east and west share priority 1: AWS spreads calls over both (active/active)',
      undrilled({ group: aGroup({ items: items({ east: 1, west: 1 }) }) }),
    ],
    [
      'no-order',
      'calls are spread',
      'LoadBalancedDistribution spreads calls over all members: priorities have no effect',
      undrilled({ group: aGroup({ callDistributionType: 'LoadBalancedDistribution' }) }),
    ],
    [
      'no-standby',
      'there is one member',
      'the group has 1 of the 2 members that a drill takes',
      undrilled({ group: aGroup({ items: items({ east: 1 }) }) }),
    ],
    [
      'no-standby',
      'no standby is alive',
      'a failover would choose nobody: west no-standby-signal: last OPTIONS ping 6 min ago, fresh up to 5 min; outbound unknown: no calls in 60 min',
      undrilled({ standbySignals: { east: someStandbySignals(), west: lifeless } }),
    ],
    [
      'no-standby',
      'one standby is in its hold-down and nobody can see the other',
      'a failover would choose nobody: west hold-down: failed over from 20 min ago, once in 24 h: hold-down 30 min; tokyo unobservable: unknown (stale): cannot tell: stale',
      examined({
        ...three,
        record: aRecord({ demotedAt: { west: [minutesAgo(20)] } }),
        verdicts: { tokyo: unknown('stale') },
      }),
    ],
    [
      'top-not-healthy',
      'the first choice is degraded',
      'east (us-east-1) degraded: MOS is low',
      undrilled({ verdicts: { east: degraded } }),
    ],
    [
      'top-not-healthy',
      'too few call to say',
      'east (us-east-1) unknown (low-volume): cannot tell: low-volume',
      undrilled({ verdicts: { east: unknown('low-volume') } }),
    ],
    [
      'top-without-signs',
      'nobody could tell whether it can be gone back to',
      'east (us-east-1) last OPTIONS ping 6 min ago, fresh up to 5 min; outbound unknown: no calls in 60 min',
      undrilled({ standbySignals: { east: lifeless, west: someStandbySignals() } }),
    ],
    [
      'region-unwell',
      'a Region is degraded',
      'us-east-1 degraded: MOS is low',
      undrilled({ regions: { 'us-east-1': degraded } }),
    ],
    [
      'region-unwell',
      'a Region is unhealthy',
      'us-east-1 unhealthy: calls fail',
      undrilled({ regions: { 'us-east-1': unhealthy } }),
    ],
    [
      'member-unwell',
      'another member is unhealthy',
      'tokyo (ap-northeast-1) unhealthy: calls fail',
      examined({ ...three, verdicts: { tokyo: unhealthy } }),
    ],
    [
      'member-unwell',
      'another member is degraded',
      'tokyo (ap-northeast-1) degraded: MOS is low',
      examined({ ...three, verdicts: { tokyo: degraded } }),
    ],
    [
      'word-in-force',
      'it is paused',
      'pause by boss: storm',
      undrilled({ override: { kind: 'pause', by: 'boss', reason: 'storm', until: minutesAgo(-9) } }),
    ],
    [
      'word-in-force',
      'it is being drilled',
      'drill by ops: does the standby work',
      undrilled({ override: { kind: 'drill', ...aDrill() } }),
    ],
    [
      'word-in-force',
      'nobody understands the word on it',
      'unparseable: by is missing',
      undrilled({ override: { kind: 'unparseable', message: 'by is missing' } }),
    ],
    [
      'word-in-force',
      'nobody knows whether there is a word on it',
      'unreadable: throttled',
      undrilled({ override: { kind: 'unreadable', message: 'throttled' } }),
    ],
    [
      'changed-lately',
      'it was changed a moment ago',
      'changed 29.9 min ago, failbackHoldMinutes 30',
      undrilled({ group: aGroup({ updatedAt: minutesAgo(29.9) }), policy: aPolicy({ operatorStandOffMinutes: 0 }) }),
    ],
    [
      'changed-lately',
      'AWS does not say when it was',
      'AWS does not say when the group was last changed',
      undrilled({ group: aGroup({ updatedAt: undefined }) }),
    ],
    [
      'held',
      'somebody changed it by hand',
      'operator-stand-off: changed by someone else 59 min ago, operatorStandOffMinutes 60',
      undrilled({ group: aGroup({ updatedAt: minutesAgo(59) }) }),
    ],
    [
      'held',
      'own changes cannot be read',
      'record-unreadable: the record of own changes is unreadable: CloudWatch: it said no',
      undrilled({ record: unreadableRecord }),
    ],
    [
      'too-many-changes',
      'the day has none left to rescue it',
      '4 changes in 24 h, maxChangesPerDay 6: a drill takes two and leaves one',
      undrilled({ record: aRecord({ changedAt: [1, 2, 3, 4].map((hours) => minutesAgo(60 * hours)) }) }),
    ],
  ])('is refused as %s where %s', (code, _case, reason, input) => {
    expect(refusalsOf(input)).toEqual([{ code, reason }]);
  });

  it.each([
    [
      'too-many-changes',
      undrilled({ record: aRecord({ changedAt: [1, 2, 3].map((hours) => minutesAgo(60 * hours)) }) }),
    ],
    [
      'changed-lately',
      undrilled({ group: aGroup({ updatedAt: minutesAgo(30) }), policy: aPolicy({ operatorStandOffMinutes: 0 }) }),
    ],
    [
      'too-many-changes',
      undrilled({ record: aRecord({ changedAt: [1, 2, 3, 24].map((hours) => minutesAgo(60 * hours)) }) }),
    ],
  ])('is not refused as %s a little before that', (_code, input) => {
    expect(codesOf(input)).toEqual([]);
  });

  it('is refused for a standby that is named and is not fit, or is none', () => {
    const unfit = examined({ ...three, verdicts: { west: unknown('idle'), tokyo: unknown('stale') } });
    expect(refusalsOf(unfit, { to: 'tokyo' })).toEqual([
      { code: 'standby-unfit', reason: 'tokyo (ap-northeast-1) unobservable: unknown (stale): cannot tell: stale' },
    ]);
    expect(refusalsOf(unfit, { to: 'west' })).toEqual([]);
    for (const none of ['east', 'paris']) {
      expect(refusalsOf(unfit, { to: none })).toEqual([
        { code: 'not-a-standby', reason: `${none} is none of west, tokyo` },
      ]);
    }
  });

  it('is refused for every reason at once, with its numbers', () => {
    const input = undrilled({
      verdicts: { east: degraded, west: unhealthy },
      override: { kind: 'pin', by: 'boss', reason: 'storm', until: minutesAgo(-9) },
      group: aGroup({ updatedAt: minutesAgo(2) }),
    });
    expect(orderDrill(input, { ...order, to: 'west' })).toEqual({
      kind: 'refused',
      refusals: [
        { code: 'top-not-healthy', reason: 'east (us-east-1) degraded: MOS is low' },
        { code: 'standby-unfit', reason: 'west (us-west-2) unhealthy: calls fail' },
        { code: 'word-in-force', reason: 'pin by boss: storm' },
        { code: 'changed-lately', reason: 'changed 2 min ago, failbackHoldMinutes 30' },
        { code: 'held', reason: 'operator-stand-off: changed by someone else 2 min ago, operatorStandOffMinutes 60' },
      ],
    });
  });

  it('needs no calls of a standby that is alive, and takes one that is healthy', () => {
    expect(codesOf(undrilled({ verdicts: { west: healthy }, standbySignals: { east: someStandbySignals() } }))).toEqual(
      [],
    );
  });
});
