/** The override is read again just before a write: what somebody put after the run began stops it. */
import { describe, expect, it } from 'vitest';
import type { InForce } from '../../../lib/core/model/in-force.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { overrideAgainstMove } from '../../../lib/core/plan/recheck-override.ts';
import { aDrill } from '../../builders/drill.ts';
import { aWindow } from '../../builders/maintenance.ts';

const none: OverrideState = { kind: 'none' };
const unreadable: OverrideState = { kind: 'unreadable', message: 'no answer' };
const until = Date.UTC(2026, 10, 20, 12);
const pause: OverrideState = { kind: 'pause', by: 'anna', reason: 'works', until };
const pin: OverrideState = { ...pause, kind: 'pin', order: ['west', 'east'] };
const unparseable: OverrideState = { kind: 'unparseable', message: 'not JSON' };
const drill: OverrideState = { kind: 'drill', ...aDrill() };
const command = { by: 'ben', reason: 'move', forced: [] };

const failover = { kind: 'failover' } as const;
const failback = { kind: 'failback' } as const;
const ordered = { kind: 'failback', command } as const;
const begin = { kind: 'drill', command } as const;
const restore = { kind: 'restore', command } as const;

describe('a move', () => {
  it('of any kind but the beginning of a drill goes on while there is no override', () => {
    for (const move of [failover, failback, ordered, restore]) {
      expect(overrideAgainstMove(move, none, none)).toBeUndefined();
      expect(overrideAgainstMove(move, unreadable, none)).toBeUndefined();
    }
  });

  it.each([
    ['a pause', pause, 'there is now a pause by anna: works'],
    ['a pin', pin, 'there is now a pin by anna: works'],
    ['a drill', drill, 'there is now a drill by ops: does the standby work'],
    [
      'an unparseable override',
      unparseable,
      'there is now an override that cannot be parsed and counts as a pause: not JSON',
    ],
  ])('of any kind is stopped by %s that was put after it was decided', (_what, current, reason) => {
    for (const move of [failover, failback, ordered, restore, begin]) {
      expect(overrideAgainstMove(move, none, current)).toBe(reason);
      expect(overrideAgainstMove(move, unreadable, current)).toBe(reason);
    }
  });

  it('that an operator forced past an override is stopped only by another one', () => {
    for (const forced of [pause, pin, unparseable, drill]) {
      expect(overrideAgainstMove(ordered, forced, { ...forced })).toBeUndefined();
    }
    expect(overrideAgainstMove(ordered, pause, { ...pause, until: until + 1 })).toContain('there is now a pause');
    expect(overrideAgainstMove(ordered, pin, { ...pin, order: ['east', 'west'] })).toContain('there is now a pin');
    expect(overrideAgainstMove(ordered, drill, { ...drill, startedAt: 1 })).toContain('there is now a drill');
  });

  it('goes on when the override that it was forced past is gone', () => {
    for (const move of [failover, failback, ordered, restore]) {
      expect(overrideAgainstMove(move, pause, none)).toBeUndefined();
    }
  });
});

describe('a Parameter Store that no longer answers', () => {
  it('stops a choice and never a rescue, the end of a drill, or an order given in person', () => {
    const reason = 'the override could not be read again: no answer';
    expect(overrideAgainstMove(failback, none, unreadable)).toBe(reason);
    expect(overrideAgainstMove(begin, drill, unreadable)).toBe(reason);
    expect(overrideAgainstMove(failover, none, unreadable)).toBeUndefined();
    expect(overrideAgainstMove(restore, drill, unreadable)).toBeUndefined();
    expect(overrideAgainstMove(ordered, none, unreadable)).toBeUndefined();
  });

  it('does not stop a move that was decided although it did not answer', () => {
    expect(overrideAgainstMove(ordered, unreadable, unreadable)).toBeUndefined();
    expect(overrideAgainstMove(failover, unreadable, unreadable)).toBeUndefined();
    expect(overrideAgainstMove(begin, unreadable, unreadable)).toBeUndefined();
  });
});

describe('a drill', () => {
  const stopped: OverrideState = { ...drill, stopped: { by: 'boss', reason: 'no' } };

  it('begins and ends under its own override', () => {
    expect(overrideAgainstMove(begin, drill, { ...drill })).toBeUndefined();
    expect(overrideAgainstMove(restore, drill, { ...drill })).toBeUndefined();
  });

  it('is stopped by another drill, whatever of it differs', () => {
    const changes = [{ by: 'anna' }, { startedAt: 1 }, { leaving: 'tokyo' }, { promoting: 'tokyo' }];
    for (const change of changes) {
      expect(overrideAgainstMove(restore, drill, { ...drill, ...change })).toMatch(/^there is now a drill by /);
    }
  });

  it('does not begin once it was stopped or its override was removed, and is ended all the same', () => {
    expect(overrideAgainstMove(begin, drill, stopped)).toBe('the drill was stopped by boss: no');
    expect(overrideAgainstMove(begin, drill, none)).toBe("the drill's override was removed");
    expect(overrideAgainstMove(restore, drill, stopped)).toBeUndefined();
    expect(overrideAgainstMove(restore, drill, none)).toBeUndefined();
  });
});

describe('a maintenance window', () => {
  const span = { from: until, until: until + 3_600_000 };
  const window: InForce = { kind: 'maintenance', window: aWindow(), ...span };

  it('that has begun since the move was decided stops it', () => {
    const reason = 'the maintenance window fri 11:00 to 13:00 UTC has begun: carrier works';
    for (const move of [failover, failback, ordered, restore, begin]) {
      expect(overrideAgainstMove(move, none, window)).toBe(reason);
      expect(overrideAgainstMove(move, unreadable, window)).toBe(reason);
    }
  });

  it('that an operator forced the move past does not stop it, nor does the one that follows', () => {
    const next: InForce = { ...window, window: aWindow({ from: '13:00', until: '14:00' }) };
    expect(overrideAgainstMove(ordered, window, window)).toBeUndefined();
    expect(overrideAgainstMove(ordered, window, next)).toBeUndefined();
    expect(overrideAgainstMove(ordered, window, pause)).toBe('there is now a pause by anna: works');
  });

  it('stops only the beginning of a drill whose override was removed meanwhile', () => {
    expect(overrideAgainstMove(restore, drill, window)).toBeUndefined();
    expect(overrideAgainstMove(begin, drill, window)).toBe("the drill's override was removed");
  });
});
