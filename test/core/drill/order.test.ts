/** A drill is ordered only while nothing is wrong. */
import { describe, expect, it } from 'vitest';
import { orderDrill, type DrillOrder } from '../../../lib/core/drill/order.ts';
import { aDrill, beforeDrill, minutesAgo, withEvidence } from '../../builders/drill.ts';
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
function refusalsOf(input: ReturnType<typeof withEvidence>, changes: Partial<DrillOrder> = {}) {
  const ordered = orderDrill(input, { ...order, ...changes });
  return ordered.kind === 'drill' ? [] : ordered.refusals;
}
function codesOf(...args: Parameters<typeof refusalsOf>) {
  return refusalsOf(...args).map(({ code }) => code);
}
const three = { group: aGroup({ items: items({ east: 10, west: 20, tokyo: 30 }) }) };
const withoutSignal = someStandbySignals({
  reachability: { lastOptionsPingAt: minutesAgo(6) },
  outbound: read(inbound(0, 0)),
});

describe('an order for a drill', () => {
  it('becomes an override with everything that the drill needs', () => {
    expect(orderDrill(beforeDrill(), order)).toEqual({
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
        groupUpdatedAt: beforeDrill().group.updatedAt,
        pass: { minCalls: 10, maxFailureRatio: 0.1 },
        stop: { failures: 5, failureRatio: 0.2 },
      },
    });
  });

  it('may set other pass and stop limits', () => {
    const ordered = orderDrill(beforeDrill(), { ...order, pass: { minCalls: 100 }, stop: { failureRatio: 0.5 } });
    expect(ordered).toMatchObject({
      drill: { pass: { minCalls: 100, maxFailureRatio: 0.1 }, stop: { failures: 5, failureRatio: 0.5 } },
    });
  });

  it('promotes the member that a failover would choose, or the named one, and keeps the order of the rest', () => {
    const idle = { west: unknown('idle'), tokyo: unknown('idle') };
    expect(orderDrill(withEvidence({ ...three, verdicts: idle }), order)).toMatchObject({
      drill: { promoting: 'west', after: items({ east: 20, west: 10, tokyo: 30 }) },
    });
    expect(orderDrill(withEvidence({ ...three, verdicts: { west: unknown('idle') } }), order)).toMatchObject({
      drill: { promoting: 'tokyo' },
    });
    expect(orderDrill(withEvidence({ ...three, verdicts: idle }), { ...order, to: 'tokyo' })).toMatchObject({
      drill: { promoting: 'tokyo', after: items({ east: 20, west: 30, tokyo: 10 }) },
    });
  });

  it('promotes the member that the policy prefers, and another one where that is less fit', () => {
    const promoted = (preferredOrder: readonly string[], verdicts: Parameters<typeof withEvidence>[0] = {}) =>
      orderDrill(withEvidence({ ...three, policy: aPolicy({ preferredOrder }), ...verdicts }), order);
    expect(promoted(['tokyo'])).toMatchObject({ drill: { promoting: 'tokyo' } });
    expect(promoted(['tokyo'], { verdicts: { tokyo: unknown('idle') } })).toMatchObject({
      drill: { promoting: 'west' },
    });
  });

  it('orders healthy members before others behind the promoted one', () => {
    const four = withEvidence({
      group: aGroup({ items: items({ east: 10, west: 20, tokyo: 30, paris: 40 }) }),
      verdicts: { west: unknown('idle'), paris: healthy },
    });
    expect(orderDrill(four, { ...order, to: 'paris' })).toMatchObject({
      drill: { promoting: 'paris', after: items({ east: 20, west: 40, tokyo: 30, paris: 10 }) },
    });
  });

  it.each([
    [
      'tied-priorities',
      'priorities are tied',
      'east and west share priority 1: AWS spreads calls over both (active/active)',
      beforeDrill({ group: aGroup({ items: items({ east: 1, west: 1 }) }) }),
    ],
    [
      'load-balanced',
      'calls are spread',
      'LoadBalancedDistribution spreads calls over all members: priorities have no effect',
      beforeDrill({ group: aGroup({ callDistributionType: 'LoadBalancedDistribution' }) }),
    ],
    [
      'fewer-than-two-members',
      'there is one member',
      'the group has 1 of the 2 members that a drill takes',
      beforeDrill({ group: aGroup({ items: items({ east: 1 }) }) }),
    ],
    [
      'no-target',
      'no standby shows a standby signal',
      'no standby is fit: west no-standby-signal: last OPTIONS ping 6 min ago, fresh up to 5 min; outbound unknown: no calls in 60 min',
      beforeDrill({ standbySignals: { east: someStandbySignals(), west: withoutSignal } }),
    ],
    [
      'no-target',
      'one standby is in its hold-down and the other is unobservable',
      'no standby is fit: west hold-down: failed over from 20 min ago, once in 24 h: hold-down 30 min; tokyo unobservable: unknown (stale): cannot tell: stale',
      withEvidence({
        ...three,
        record: aRecord({ demotedAt: { west: [minutesAgo(20)] } }),
        verdicts: { tokyo: unknown('stale') },
      }),
    ],
    [
      'top-degraded',
      'the primary is degraded',
      'east (us-east-1) degraded: MOS is low',
      beforeDrill({ verdicts: { east: degraded } }),
    ],
    [
      'top-unknown',
      'too few calls prove the primary healthy',
      'east (us-east-1) unknown (low-volume): cannot tell: low-volume',
      beforeDrill({ verdicts: { east: unknown('low-volume') } }),
    ],
    [
      'no-standby-signal',
      'the primary shows no standby signal, and could not be restored',
      'east (us-east-1) last OPTIONS ping 6 min ago, fresh up to 5 min; outbound unknown: no calls in 60 min',
      beforeDrill({ standbySignals: { east: withoutSignal, west: someStandbySignals() } }),
    ],
    [
      'degraded',
      'a Region is degraded',
      'us-east-1 degraded: MOS is low',
      beforeDrill({ regions: { 'us-east-1': degraded } }),
    ],
    [
      'unhealthy-region',
      'a Region is unhealthy',
      'us-east-1 unhealthy: calls fail',
      beforeDrill({ regions: { 'us-east-1': unhealthy } }),
    ],
    [
      'unhealthy',
      'another member is unhealthy',
      'tokyo (ap-northeast-1) unhealthy: calls fail',
      withEvidence({ ...three, verdicts: { tokyo: unhealthy } }),
    ],
    [
      'degraded',
      'another member is degraded',
      'tokyo (ap-northeast-1) degraded: MOS is low',
      withEvidence({ ...three, verdicts: { tokyo: degraded } }),
    ],
    [
      'paused',
      'it is paused',
      'pause by boss: storm',
      beforeDrill({ override: { kind: 'pause', by: 'boss', reason: 'storm', until: minutesAgo(-9) } }),
    ],
    [
      'drill',
      'a drill is running',
      'drill by ops: does the standby work',
      beforeDrill({ override: { kind: 'drill', ...aDrill() } }),
    ],
    [
      'override-unparseable',
      'its override is unparseable',
      'the override is unparseable: by is missing',
      beforeDrill({ override: { kind: 'unparseable', message: 'by is missing' } }),
    ],
    [
      'override-unreadable',
      'its override is unreadable',
      'the override is unreadable: throttled',
      beforeDrill({ override: { kind: 'unreadable', message: 'throttled' } }),
    ],
    [
      'failback-hold',
      'it was changed recently',
      'changed 29.9 min ago, failbackHoldMinutes 30',
      beforeDrill({ group: aGroup({ updatedAt: minutesAgo(29.9) }), policy: aPolicy({ operatorStandOffMinutes: 0 }) }),
    ],
    [
      'failback-hold',
      'AWS does not say when it was changed',
      'AWS does not say when the group was last changed',
      beforeDrill({ group: aGroup({ updatedAt: undefined }) }),
    ],
    [
      'operator-stand-off',
      'an operator changed it',
      'changed by someone else 59 min ago, operatorStandOffMinutes 60',
      beforeDrill({ group: aGroup({ updatedAt: minutesAgo(59) }) }),
    ],
    [
      'record-unreadable',
      'the record of own changes is unreadable',
      'the record of own changes is unreadable: CloudWatch: it said no',
      beforeDrill({ record: unreadableRecord }),
    ],
    [
      'daily-limit',
      'the daily limit would leave no change for a rescue',
      '4 changes in 24 h, maxChangesPerDay 6: a drill makes two and must leave one',
      beforeDrill({ record: aRecord({ changedAt: [1, 2, 3, 4].map((hours) => minutesAgo(60 * hours)) }) }),
    ],
  ])('is refused (%s) when %s', (code, _case, reason, input) => {
    expect(refusalsOf(input)).toEqual([{ code, reason }]);
  });

  it.each([
    ['daily-limit', beforeDrill({ record: aRecord({ changedAt: [1, 2, 3].map((hours) => minutesAgo(60 * hours)) }) })],
    [
      'failback-hold',
      beforeDrill({ group: aGroup({ updatedAt: minutesAgo(30) }), policy: aPolicy({ operatorStandOffMinutes: 0 }) }),
    ],
    [
      'daily-limit',
      beforeDrill({ record: aRecord({ changedAt: [1, 2, 3, 24].map((hours) => minutesAgo(60 * hours)) }) }),
    ],
  ])('is not refused (%s) just inside the limit', (_code, input) => {
    expect(codesOf(input)).toEqual([]);
  });

  it('is refused once for the daily limit, which the guard of every change has too', () => {
    const changedAt = [1, 2, 3, 4, 5, 6].map((hours) => minutesAgo(60 * hours));
    expect(codesOf(beforeDrill({ record: aRecord({ changedAt }) }))).toEqual(['daily-limit']);
  });

  it('is refused when the primary is unhealthy', () => {
    expect(refusalsOf(beforeDrill({ verdicts: { east: unhealthy } }))).toEqual([
      { code: 'unhealthy', reason: 'east (us-east-1) unhealthy: calls fail' },
    ]);
  });

  it('is refused for a named member that is unfit, or not a standby', () => {
    const unfit = withEvidence({ ...three, verdicts: { west: unknown('idle'), tokyo: unknown('stale') } });
    expect(refusalsOf(unfit, { to: 'tokyo' })).toEqual([
      { code: 'unobservable', reason: 'tokyo (ap-northeast-1) unknown (stale): cannot tell: stale' },
    ]);
    expect(refusalsOf(unfit, { to: 'west' })).toEqual([]);
    for (const none of ['east', 'paris']) {
      expect(refusalsOf(unfit, { to: none })).toEqual([
        { code: 'not-a-standby', reason: `${none} is not one of the standbys west, tokyo` },
      ]);
    }
  });

  it('is refused with every reason at once, each with its numbers', () => {
    const input = beforeDrill({
      verdicts: { east: degraded, west: unhealthy },
      override: { kind: 'pin', by: 'boss', reason: 'storm', until: minutesAgo(-9) },
      group: aGroup({ updatedAt: minutesAgo(2) }),
    });
    expect(orderDrill(input, { ...order, to: 'west' })).toEqual({
      kind: 'refused',
      refusals: [
        { code: 'top-degraded', reason: 'east (us-east-1) degraded: MOS is low' },
        { code: 'unhealthy', reason: 'west (us-west-2) calls fail' },
        { code: 'pinned', reason: 'pin by boss: storm' },
        { code: 'failback-hold', reason: 'changed 2 min ago, failbackHoldMinutes 30' },
        { code: 'operator-stand-off', reason: 'changed by someone else 2 min ago, operatorStandOffMinutes 60' },
      ],
    });
  });

  it('accepts an idle standby with standby signals, and a healthy one without', () => {
    expect(
      codesOf(beforeDrill({ verdicts: { west: healthy }, standbySignals: { east: someStandbySignals() } })),
    ).toEqual([]);
  });
});
