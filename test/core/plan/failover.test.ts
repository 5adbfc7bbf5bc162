import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import {
  someStandbySignals,
  aPlanInput,
  aRecord,
  degraded,
  healthy,
  losing,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { three, idle, minutesAgo } from './three-members.ts';

/** Of two members that lose the same. */
const little = '; it would lose about 20 % of the calls, staying loses at least 20 %: too little to gain (10 % needed)';

describe('an unhealthy primary', () => {
  it('fails over to a healthy second', () => {
    expect(plan(aPlanInput({ verdicts: { east: unhealthy } }))).toEqual({
      kind: 'failover',
      reason:
        'east (us-east-1) unhealthy: calls fail; promoting west (us-west-2): calls go through; staying loses at least 20 % of the calls, moving about 0 %',
      leaving: 'east',
      promoting: 'west',
      before: items({ east: 1, west: 2 }),
      after: items({ east: 2, west: 1 }),
      rejected: [],
    });
  });

  it('fails over to the third where the second is unhealthy too, which stays before the previous primary', () => {
    expect(plan(aPlanInput({ group: three, verdicts: { east: unhealthy, west: unhealthy } }))).toEqual({
      kind: 'failover',
      reason:
        'east (us-east-1) unhealthy: calls fail; promoting tokyo (ap-northeast-1): calls go through; staying loses at least 20 % of the calls, moving about 0 %',
      leaving: 'east',
      promoting: 'tokyo',
      before: items({ east: 1, west: 2, tokyo: 3 }),
      after: items({ east: 2, west: 3, tokyo: 1 }),
      rejected: [{ voiceConnectorId: 'west', code: 'unhealthy', reason: `calls fail${little}` }],
    });
  });

  it.each<{ case: string; west: Verdict; tokyo: Verdict; order: readonly string[] }>([
    { case: 'both others are healthy', west: healthy, tokyo: healthy, order: ['west', 'tokyo', 'east'] },
    { case: 'the third is idle: it does not rise', west: healthy, tokyo: idle, order: ['west', 'east', 'tokyo'] },
    { case: 'the third is degraded', west: healthy, tokyo: degraded, order: ['west', 'east', 'tokyo'] },
    { case: 'the second is idle', west: idle, tokyo: healthy, order: ['tokyo', 'east', 'west'] },
    { case: 'the second is degraded', west: degraded, tokyo: healthy, order: ['tokyo', 'east', 'west'] },
    { case: 'the second is unobservable', west: unknown('stale'), tokyo: healthy, order: ['tokyo', 'east', 'west'] },
  ])('orders three members where $case', ({ west, tokyo, order }) => {
    const decision = plan(aPlanInput({ group: three, verdicts: { east: unhealthy, west, tokyo } }));
    const places = Object.fromEntries(order.map((voiceConnectorId, place) => [voiceConnectorId, place + 1]));
    expect(decision).toMatchObject({ kind: 'failover', promoting: order[0] });
    expect(decision).toHaveProperty(
      'after',
      ['east', 'west', 'tokyo'].map((voiceConnectorId) => ({ voiceConnectorId, priority: places[voiceConnectorId] })),
    );
  });

  it('keeps the set of priorities, and the sequence of the items in the list', () => {
    const group = aGroup({ items: items({ tokyo: 99, east: 7, west: 40 }) });
    const decision = plan(aPlanInput({ group, verdicts: { east: unhealthy } }));
    expect(decision).toHaveProperty('after', items({ tokyo: 40, east: 99, west: 7 }));
  });

  it('prefers the healthy third to a second that is only alive', () => {
    const input = aPlanInput({
      group: three,
      verdicts: { east: unhealthy, west: idle },
      standbySignals: { west: someStandbySignals() },
    });
    expect(plan(input)).toMatchObject({ kind: 'failover', promoting: 'tokyo', rejected: [] });
  });

  it('uses the group’s order among equals, after the preferred one', () => {
    const verdicts = { east: unhealthy };
    expect(plan(aPlanInput({ group: three, verdicts }))).toMatchObject({ promoting: 'west' });
    const policy = aPolicy({ preferredOrder: ['tokyo', 'west', 'east'] });
    expect(plan(aPlanInput({ group: three, verdicts, policy }))).toMatchObject({ promoting: 'tokyo' });
  });

  it('does not choose the preferred one while it is only alive and another is healthy', () => {
    const policy = aPolicy({ preferredOrder: ['tokyo'] });
    const verdicts = { east: unhealthy, tokyo: idle };
    expect(
      plan(aPlanInput({ group: three, verdicts, policy, standbySignals: { tokyo: someStandbySignals() } })),
    ).toMatchObject({
      promoting: 'west',
    });
  });

  it('moves to an idle second with standby signals, and to none without', () => {
    const verdicts = { east: unhealthy, west: idle };
    expect(plan(aPlanInput({ verdicts }))).toEqual({
      kind: 'hold',
      code: 'no-target',
      reason: 'east (us-east-1) unhealthy: calls fail; no other member can take its calls',
      rejected: [
        {
          voiceConnectorId: 'west',
          code: 'unreadable',
          reason: 'its Region is unknown, so its standby signals cannot be read',
        },
      ],
    });
    expect(plan(aPlanInput({ verdicts, standbySignals: { west: someStandbySignals() } }))).toEqual({
      kind: 'failover',
      reason:
        'east (us-east-1) unhealthy: calls fail; promoting west (us-west-2): origination ready; ' +
        'last OPTIONS ping 30 s ago, fresh up to 5 min; ' +
        'outbound healthy: 0 of 100 calls failed in 10 min (0 %, baseline 5 % assumed, no history); ' +
        'staying loses at least 20 % of the calls, moving about 0 %',
      leaving: 'east',
      promoting: 'west',
      before: items({ east: 1, west: 2 }),
      after: items({ east: 2, west: 1 }),
      rejected: [],
    });
  });

  it('holds where every member is unhealthy or in an unhealthy Region, with each reason', () => {
    const input = aPlanInput({
      group: three,
      verdicts: { east: unhealthy, west: unhealthy, tokyo: idle },
      regions: { 'ap-northeast-1': losing('unhealthy', 1, 'all of it is down') },
    });
    expect(plan(input)).toEqual({
      kind: 'hold',
      code: 'all-unhealthy',
      reason:
        'east (us-east-1) unhealthy: calls fail; a move to any other member would save too few calls: the order stays',
      rejected: [
        { voiceConnectorId: 'west', code: 'unhealthy', reason: `calls fail${little}` },
        { voiceConnectorId: 'tokyo', code: 'unhealthy-region', reason: 'all of it is down' },
      ],
    });
  });

  it('holds where no member can take the calls, with each reason', () => {
    const input = aPlanInput({
      group: three,
      verdicts: { east: unhealthy, west: degraded, tokyo: unknown('partial') },
    });
    expect(plan(input)).toEqual({
      kind: 'hold',
      code: 'no-target',
      reason: 'east (us-east-1) unhealthy: calls fail; no other member can take its calls',
      rejected: [
        {
          voiceConnectorId: 'west',
          code: 'degraded',
          reason:
            'MOS is low; it would lose about 15 % of the calls, staying loses at least 20 %: too little to gain (10 % needed)',
        },
        { voiceConnectorId: 'tokyo', code: 'unobservable', reason: 'unknown (partial): cannot tell: partial' },
      ],
    });
  });

  it('does not move to a healthy Voice Connector in an unhealthy Region', () => {
    expect(plan(aPlanInput({ verdicts: { east: unhealthy }, regions: { 'us-west-2': unhealthy } }))).toMatchObject({
      kind: 'hold',
      code: 'all-unhealthy',
      rejected: [{ voiceConnectorId: 'west', code: 'unhealthy-region', reason: `calls fail${little}` }],
    });
  });

  it('does not move to a member that AWS does not know', () => {
    const input = aPlanInput({ group: aGroup({ items: items({ east: 1, ghost: 2 }) }), verdicts: { east: unhealthy } });
    expect(plan(input)).toMatchObject({
      kind: 'hold',
      code: 'no-target',
      rejected: [
        {
          voiceConnectorId: 'ghost',
          code: 'unobservable',
          reason: 'unknown (fetch-error): AWS does not know this Voice Connector, or did not answer',
        },
      ],
    });
  });

  it('holds during the cooldown', () => {
    const group = aGroup({ updatedAt: minutesAgo(4) });
    const record = aRecord({ changedAt: [minutesAgo(4)] });
    expect(plan(aPlanInput({ group, record, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'cooldown',
      reason: 'east (us-east-1) unhealthy: calls fail; changed 4 min ago, cooldown 10 min',
      rejected: [],
    });
  });

  it('fails over to the third within the cooldown of its own move, and to no other', () => {
    const group = aGroup({ items: items({ east: 3, west: 1, tokyo: 2 }), updatedAt: minutesAgo(4) });
    const record = aRecord({ changedAt: [minutesAgo(4)], demotedAt: { east: [minutesAgo(4)] } });
    expect(plan(aPlanInput({ group, record, verdicts: { west: unhealthy } }))).toMatchObject({
      kind: 'failover',
      promoting: 'tokyo',
      rejected: [{ voiceConnectorId: 'east', code: 'hold-down' }],
    });
    expect(plan(aPlanInput({ group, record, verdicts: { west: unhealthy, tokyo: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'no-target',
      reason: 'west (us-west-2) unhealthy: calls fail; no other member can take its calls',
      rejected: [
        { voiceConnectorId: 'tokyo', code: 'unhealthy', reason: `calls fail${little}` },
        {
          voiceConnectorId: 'east',
          code: 'hold-down',
          reason:
            'failed over from 4 min ago, once in 24 h: hold-down 30 min; it would lose about 0 % of the calls, staying loses at least 20 %: too little to gain (30 % needed)',
        },
      ],
    });
  });

  it('does not raise a member in its hold-down above another, even if healthy', () => {
    const group = aGroup({ items: items({ west: 1, tokyo: 2, east: 3 }), updatedAt: minutesAgo(12) });
    const record = aRecord({ changedAt: [minutesAgo(12)], demotedAt: { east: [minutesAgo(12)] } });
    expect(plan(aPlanInput({ group, record, verdicts: { west: unhealthy } }))).toHaveProperty(
      'after',
      items({ west: 2, tokyo: 1, east: 3 }),
    );
  });

  it('returns only after the hold-down', () => {
    const back = (ago: number) =>
      plan(
        aPlanInput({
          group: aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(ago) }),
          record: aRecord({ changedAt: [minutesAgo(ago)], demotedAt: { east: [minutesAgo(ago)] } }),
          verdicts: { west: unhealthy },
        }),
      );
    expect(back(29)).toMatchObject({ kind: 'hold', code: 'no-target', rejected: [{ code: 'hold-down' }] });
    expect(back(30)).toMatchObject({ kind: 'failover', promoting: 'east' });
  });

  it('holds at the daily limit', () => {
    const record = aRecord({ changedAt: [100, 200, 300, 400, 500, 600].map(minutesAgo) });
    expect(plan(aPlanInput({ record, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'daily-limit',
      reason:
        'east (us-east-1) unhealthy: calls fail; 6 changes in 24 h, maxChangesPerDay 6: find out what keeps changing',
      rejected: [],
    });
  });

  it('moves where its own record cannot be read', () => {
    expect(plan(aPlanInput({ record: unreadableRecord, verdicts: { east: unhealthy } }))).toMatchObject({
      kind: 'failover',
    });
  });

  it('moves exactly from the end of the cooldown', () => {
    const changedAgo = (ms: number) =>
      plan(
        aPlanInput({
          group: aGroup({ updatedAt: observedAt - ms }),
          record: aRecord({ changedAt: [observedAt - ms] }),
          verdicts: { east: unhealthy },
        }),
      ).kind;
    expect(changedAgo(10 * minuteMs - 1)).toBe('hold');
    expect(changedAgo(10 * minuteMs)).toBe('failover');
  });

  it('moves where AWS reports no time of the last change', () => {
    const group = aGroup({ updatedAt: undefined });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toMatchObject({ kind: 'failover' });
  });

  it('holds where the time of the last change is in the future', () => {
    const group = aGroup({ updatedAt: observedAt + minuteMs });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toMatchObject({ code: 'operator-stand-off' });
  });
});
