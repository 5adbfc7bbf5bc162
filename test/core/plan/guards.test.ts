import { describe, expect, it } from 'vitest';
import * as guards from '../../../lib/core/plan/guards.ts';
import { failbackGuard, type FailoverGuardInput, type Stakes } from '../../../lib/core/plan/guards.ts';
import { holdDownOf } from '../../../lib/core/plan/hold-down.ts';
import type { ChangeRecord } from '../../../lib/core/model/observation.ts';
import type { VoiceConnectorGroup } from '../../../lib/core/model/group.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aRecord, unreadableRecord } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

function ago(minutes: number) {
  return observedAt - minutes * minuteMs;
}
function hours(count: number) {
  return ago(60 * count);
}

type Changes = Partial<FailoverGuardInput> & Partial<Pick<VoiceConnectorGroup, 'createdAt' | 'updatedAt'>>;

/** A group of two, last changed by an operator a day ago. */
function input({ createdAt = ago(100_000), ...changes }: Changes = {}): FailoverGuardInput {
  const updatedAt = 'updatedAt' in changes ? changes.updatedAt : ago(24 * 60);
  const { observedAt: at = observedAt, record = aRecord(), policy = aPolicy(), memberCount = 2 } = changes;
  const { carriedBeforeChange } = changes;
  return { observedAt: at, group: aGroup({ createdAt, updatedAt }), record, policy, memberCount, carriedBeforeChange };
}
/** A fault that loses a fifth of the calls, and a standby that nothing is known against. */
function failoverGuard(guarded: FailoverGuardInput, stakes: Partial<Stakes> = {}) {
  return guards.failoverGuard(guarded, { leastLoss: 0.2, isUrgent: false, isTargetSound: true, ...stakes });
}
function own(...minutes: readonly number[]) {
  return aRecord({ changedAt: minutes.map(ago) });
}

describe('a group at rest', () => {
  it('is not held by any guard', () => {
    expect(failoverGuard(input())).toBeUndefined();
    expect(failbackGuard(input())).toBeUndefined();
  });
});

describe('the cooldown', () => {
  it('holds a failover after any change, the monitor’s or not, to the millisecond', () => {
    const cooling = { code: 'cooldown', reason: 'changed 4 min ago, cooldown 10 min' };
    expect(failoverGuard(input({ updatedAt: ago(4), record: unreadableRecord }))).toEqual(cooling);
    expect(failoverGuard(input({ updatedAt: ago(4), record: own(4) }))).toEqual(cooling);
    expect(failoverGuard(input({ updatedAt: ago(10) + 1, record: own(10) }))).toMatchObject({ code: 'cooldown' });
    expect(failoverGuard(input({ updatedAt: ago(10), record: own(10) }))).toBeUndefined();
  });

  it('holds no urgent failover', () => {
    expect(failoverGuard(input({ updatedAt: ago(4), record: own(4) }), { isUrgent: true })).toBeUndefined();
    expect(failoverGuard(input({ updatedAt: ago(4) }), { isUrgent: true })).toMatchObject({
      code: 'operator-stand-off',
    });
  });

  it('does not follow a write that left the order as a run had seen it', () => {
    const touched = (...seen: readonly (readonly [minutes: number, first: 'east' | 'west'])[]) =>
      failoverGuard(
        input({
          updatedAt: ago(4),
          record: aRecord({
            ordersSeen: seen.map(([minutes, first]) => ({
              at: ago(minutes),
              items: items(first === 'east' ? { east: 1, west: 2 } : { east: 2, west: 1 }),
            })),
          }),
        }),
      );
    expect(touched([600, 'east'])).toBeUndefined();
    expect(touched([600, 'east'], [3, 'east'])).toBeUndefined();
    expect(touched([600, 'east'], [300, 'west'], [61, 'east'])).toBeUndefined();
    expect(touched()).toMatchObject({ reason: expect.stringContaining('4 min ago') as string });
    expect(touched([600, 'west'])).toMatchObject({ reason: expect.stringContaining('4 min ago') as string });
    expect(touched([3, 'east'])).toMatchObject({ reason: expect.stringContaining('4 min ago') as string });
    expect(touched([600, 'west'], [20, 'east'])).toMatchObject({
      code: 'operator-stand-off',
      reason: 'changed by someone else 20 min ago, operatorStandOffMinutes 60',
    });
  });

  it('follows the monitor’s own change where AWS shows only the creation of the group', () => {
    const stale = { createdAt: ago(5000), updatedAt: ago(5000) };
    expect(failoverGuard(input({ ...stale, record: own(4) }))).toEqual({
      code: 'cooldown',
      reason: 'changed 4 min ago, cooldown 10 min',
    });
    expect(failoverGuard(input({ ...stale, record: own(10) }))).toBeUndefined();
  });

  it('allows a failover to a third member after the monitor’s own change only', () => {
    expect(failoverGuard(input({ updatedAt: ago(4), record: own(4), memberCount: 3 }))).toBeUndefined();
    expect(failoverGuard(input({ updatedAt: ago(4), memberCount: 3 }))).toMatchObject({ code: 'operator-stand-off' });
    expect(failoverGuard(input({ updatedAt: ago(4), record: own(30), memberCount: 3 }))).toMatchObject({
      code: 'operator-stand-off',
    });
  });

  it('recognises its own change within two minutes, as AWS has another clock', () => {
    const third = (updatedAt: number) => failoverGuard(input({ updatedAt, record: own(6), memberCount: 3 }));
    expect(third(ago(4))).toBeUndefined();
    expect(third(ago(8))).toBeUndefined();
    expect(third(ago(4) + 1)).toMatchObject({ code: 'operator-stand-off' });
    // AWS shows the time of an earlier change.
    expect(third(ago(8) - 1)).toBeUndefined();
  });

  it('holds with a third member too where the record cannot be read', () => {
    const unreadable = { record: unreadableRecord, memberCount: 3 };
    expect(failoverGuard(input({ ...unreadable, updatedAt: ago(4) }))).toMatchObject({ code: 'cooldown' });
  });

  it('uses the record where AWS reports no time of the change', () => {
    expect(failoverGuard(input({ updatedAt: undefined, record: own(300, 4, 20) }))).toEqual({
      code: 'cooldown',
      reason: 'changed 4 min ago, cooldown 10 min',
    });
    expect(failoverGuard(input({ updatedAt: undefined, record: own(20) }))).toBeUndefined();
    expect(failoverGuard(input({ updatedAt: undefined }))).toBeUndefined();
    expect(failoverGuard(input({ updatedAt: undefined, record: unreadableRecord }))).toBeUndefined();
  });

  it('holds where the time of the change is in the future', () => {
    expect(failoverGuard(input({ updatedAt: ago(-1), record: own(-1) }))).toMatchObject({ code: 'cooldown' });
  });
});

describe('an order made by an operator', () => {
  it('stands for an hour, even against a proven fault', () => {
    const byHand = { updatedAt: ago(20), carriedBeforeChange: false };
    expect(failoverGuard(input(byHand))).toEqual({
      code: 'operator-stand-off',
      reason: 'changed by someone else 20 min ago, operatorStandOffMinutes 60',
    });
    expect(failoverGuard(input({ ...byHand, updatedAt: ago(60) }))).toBeUndefined();
  });

  it('is not assumed where something else was changed', () => {
    const elsewhere = { updatedAt: ago(20), carriedBeforeChange: true };
    expect(failoverGuard(input(elsewhere))).toBeUndefined();
    expect(failoverGuard(input({ ...elsewhere, record: unreadableRecord }))).toBeUndefined();
  });

  it('is assumed where the kind of change is unknown', () => {
    const unsaid = { updatedAt: ago(20), carriedBeforeChange: undefined };
    expect(failoverGuard(input(unsaid))).toMatchObject({ code: 'operator-stand-off' });
  });

  it('is assumed where a demoted primary was put back, at once or later', () => {
    const putBack = (updatedAt: number, record: ChangeRecord) =>
      failoverGuard(input({ updatedAt, record, carriedBeforeChange: true }));
    const left = aRecord({ changedAt: [ago(21)], demotedAt: { east: [ago(21)] } });
    expect(putBack(ago(20), left)).toEqual({
      code: 'operator-stand-off',
      reason: 'changed by someone else 20 min ago, which undid a failover of the monitor, operatorStandOffMinutes 60',
    });
    expect(putBack(ago(12), left)).toMatchObject({ code: 'operator-stand-off' });
    expect(failbackGuard(input({ updatedAt: ago(20), record: left }))).toMatchObject({ code: 'operator-stand-off' });
    const leftOther = aRecord({ changedAt: [ago(21)], demotedAt: { west: [ago(21)] } });
    expect(putBack(ago(20), leftOther)).toBeUndefined();
  });

  it('is not assumed after the monitor’s own return to a demoted primary', () => {
    const returned = aRecord({ changedAt: [ago(80), ago(20)], demotedAt: { east: [ago(80)], west: [ago(20)] } });
    expect(failoverGuard(input({ updatedAt: ago(20), record: returned }))).toBeUndefined();
  });

  it('is not assumed after the monitor’s own reordering', () => {
    expect(failoverGuard(input({ updatedAt: ago(20), record: own(20), carriedBeforeChange: false }))).toBeUndefined();
  });
});

describe('the stand-off', () => {
  it('holds after a change by an operator, to the millisecond', () => {
    expect(failbackGuard(input({ updatedAt: ago(45) }))).toEqual({
      code: 'operator-stand-off',
      reason: 'changed by someone else 45 min ago, operatorStandOffMinutes 60',
    });
    expect(failbackGuard(input({ updatedAt: ago(60) + 1 }))).toMatchObject({ code: 'operator-stand-off' });
    expect(failbackGuard(input({ updatedAt: ago(60) }))).toBeUndefined();
  });

  it('does not follow the creation, the monitor’s own change, or an unknown time', () => {
    expect(failbackGuard(input({ createdAt: ago(45), updatedAt: ago(45) }))).toBeUndefined();
    expect(failbackGuard(input({ updatedAt: ago(45), record: own(46) }))).toBeUndefined();
    expect(failbackGuard(input({ updatedAt: undefined }))).toBeUndefined();
  });

  it('follows a change after the monitor’s own', () => {
    expect(failbackGuard(input({ updatedAt: ago(45), record: own(50) }))).toMatchObject({ code: 'operator-stand-off' });
  });

  it('can be turned off', () => {
    const policy = aPolicy({ operatorStandOffMinutes: 0 });
    expect(failbackGuard(input({ updatedAt: ago(1), policy }))).toBeUndefined();
  });
});

describe('the limit of changes a day', () => {
  const six = own(1440 - 1, 900, 700, 500, 300, 100);

  it('holds once it is reached', () => {
    const spent = {
      code: 'daily-limit',
      reason: '6 changes in 24 h, maxChangesPerDay 6: find out what keeps changing',
    };
    expect(failoverGuard(input({ record: six }))).toEqual(spent);
    expect(failbackGuard(input({ record: six }))).toEqual(spent);
    expect(failoverGuard(input({ record: six, policy: aPolicy({ maxChangesPerDay: 7 }) }))).toBeUndefined();
  });

  it('keeps the last change for a failover', () => {
    expect(failbackGuard(input({ record: six, policy: aPolicy({ maxChangesPerDay: 7 }) }))).toEqual({
      code: 'daily-limit',
      reason:
        '6 changes in 24 h, maxChangesPerDay 7, and the last is kept for a failover: find out what keeps changing',
    });
    expect(failbackGuard(input({ record: six, policy: aPolicy({ maxChangesPerDay: 8 }) }))).toBeUndefined();
  });

  it('is exceeded once per hold-down where nine in ten calls are lost, to a member that nothing is known against', () => {
    const dead = { leastLoss: 0.9 };
    expect(failoverGuard(input({ record: six }), dead)).toBeUndefined();
    expect(failoverGuard(input({ record: six }), { leastLoss: 0.89 })).toMatchObject({ code: 'daily-limit' });
    expect(failoverGuard(input({ record: six }), { ...dead, isTargetSound: false })).toMatchObject({
      code: 'daily-limit',
    });
    const recent = (minutes: number) => own(1440 - 1, 900, 700, 500, 300, minutes);
    expect(failoverGuard(input({ record: recent(29) }), dead)).toMatchObject({ code: 'daily-limit' });
    expect(failoverGuard(input({ record: recent(30) }), dead)).toBeUndefined();
  });

  it('forgets a change after a day', () => {
    expect(failoverGuard(input({ record: own(1440, 900, 700, 500, 300, 100) }))).toBeUndefined();
  });

  it('holds a third member too', () => {
    const record = own(1000, 900, 700, 500, 300, 4);
    expect(failoverGuard(input({ record, updatedAt: ago(4), memberCount: 3 }))).toMatchObject({ code: 'daily-limit' });
  });
});

describe('a record that cannot be read', () => {
  it('stops a failback, never a failover', () => {
    expect(failbackGuard(input({ record: unreadableRecord }))).toEqual({
      code: 'record-unreadable',
      reason: 'the record of own changes is unreadable: CloudWatch: it said no',
    });
    expect(failoverGuard(input({ record: unreadableRecord, updatedAt: ago(10) }))).toBeUndefined();
  });
});

describe('the hold-down', () => {
  const held = (record: ChangeRecord, policy = aPolicy()) => holdDownOf('east', record, observedAt, policy).reason;
  const left = (...at: readonly number[]) => aRecord({ demotedAt: { east: at } });

  it('excludes a demoted primary, to the millisecond', () => {
    expect(held(left(ago(12)))).toBe('failed over from 12 min ago, once in 24 h: hold-down 30 min');
    expect(held(left(ago(30) + 1))).toBeDefined();
    expect(held(left(ago(30)))).toBeUndefined();
  });

  it('doubles with each demotion within a day, from the last one on', () => {
    expect(held(left(hours(20), ago(59)))).toBe('failed over from 59 min ago, 2 times in 24 h: hold-down 60 min');
    expect(held(left(ago(59), hours(20)))).toBe('failed over from 59 min ago, 2 times in 24 h: hold-down 60 min');
    expect(held(left(hours(20), ago(60)))).toBeUndefined();
    expect(held(left(hours(20), hours(10), ago(119)))).toBe(
      'failed over from 119 min ago, 3 times in 24 h: hold-down 120 min',
    );
    expect(held(left(hours(20), hours(10), ago(120)))).toBeUndefined();
  });

  it('doubles up to its limit', () => {
    const five = [hours(20), hours(16), hours(12), hours(8)];
    expect(held(left(...five, ago(239)))).toBe('failed over from 4 h ago, 5 times in 24 h: hold-down 240 min');
    expect(held(left(...five, ago(240)))).toBeUndefined();
    expect(held(left(ago(40)), aPolicy({ holdDownMinutes: 50, holdDownLimitMinutes: 50 }))).toBeDefined();
  });

  it('ignores demotions more than a day ago', () => {
    expect(held(left(hours(24), ago(29)))).toBe('failed over from 29 min ago, once in 24 h: hold-down 30 min');
    expect(held(left(hours(24) + 1, ago(31)))).toBeDefined();
  });

  it('excludes no other, and none where the record cannot be read', () => {
    expect(holdDownOf('west', left(ago(1)), observedAt, aPolicy()).reason).toBeUndefined();
    expect(held(unreadableRecord)).toBeUndefined();
    expect(held(aRecord())).toBeUndefined();
  });
});

describe('a change within two minutes of an own one', () => {
  const changed = (promotedAt: Readonly<Record<string, readonly number[]>>, changedAt = [ago(4)]) =>
    failoverGuard(
      input({ updatedAt: ago(3), record: aRecord({ changedAt, promotedAt }), memberCount: 3, policy: aPolicy() }),
    );

  it('is a correction by hand when the own change had promoted another member than the present primary', () => {
    expect(changed({ west: [ago(4)] })).toMatchObject({ code: 'operator-stand-off' });
    const later = input({
      updatedAt: ago(30),
      record: aRecord({ changedAt: [ago(31)], promotedAt: { west: [ago(31)] } }),
    });
    expect(failoverGuard(later)).toMatchObject({ code: 'operator-stand-off' });
    expect(failbackGuard(later)).toMatchObject({ code: 'operator-stand-off' });
  });

  it('is the own one when that had promoted the present primary, or when the record does not say', () => {
    expect(changed({ east: [ago(4)], west: [ago(200)] })).toBeUndefined();
    expect(changed({ west: [ago(200)] })).toBeUndefined();
    expect(changed({})).toBeUndefined();
  });

  it('is compared with the latest of two own changes', () => {
    const both = [ago(5), ago(4)];
    expect(changed({ west: [ago(5)], east: [ago(4)] }, both)).toBeUndefined();
    expect(changed({ east: [ago(5)], west: [ago(4)] }, both)).toMatchObject({ code: 'operator-stand-off' });
  });
});
