import { describe, expect, it } from 'vitest';
import { fail, pass, readinessChange, readinessOf, together, unproven, warn } from '../../lib/core/readiness.ts';

describe('readiness', () => {
  it.each([
    { remarks: [], outcome: 'pass' },
    { remarks: [pass('clock', 'right')], outcome: 'pass' },
    { remarks: [pass('clock', 'right'), unproven('writes', 'who knows')], outcome: 'pass' },
    { remarks: [pass('clock', 'right'), warn('mode', 'observe', 'enforce')], outcome: 'warn' },
    { remarks: [fail('members', '1', 'add one'), warn('mode', 'observe', 'enforce')], outcome: 'fail' },
  ])('is $outcome by the worst of what was found', ({ remarks, outcome }) => {
    expect(readinessOf(remarks).outcome).toBe(outcome);
  });

  it('keeps what nobody can tell apart from what was found', () => {
    expect(readinessOf([unproven('writes', 'who knows'), pass('clock', 'right')])).toEqual({
      outcome: 'pass',
      findings: [{ check: 'clock', level: 'pass', sentence: 'right' }],
      unproven: [{ check: 'writes', sentence: 'who knows' }],
    });
  });
});

describe('what a check finds of each member', () => {
  const [well, ill, worse] = [
    pass('origination', 'a ready'),
    warn('origination', 'b unreadable', 'look'),
    fail('origination', 'c disabled', 'enable it'),
  ];

  it('is one sentence while all are well', () => {
    expect(together('origination', [well, pass('origination', 'b ready')])).toEqual([
      pass('origination', 'a ready; b ready'),
    ]);
  });

  it('is of those that are not, with each fix once, as bad as the worst', () => {
    expect(together('origination', [well, ill, ill, worse])).toEqual([
      fail('origination', 'b unreadable; b unreadable; c disabled', 'look; enable it'),
    ]);
  });

  it('tells beside it of whom nobody can tell', () => {
    const unknown = unproven('origination', 'd unknown');
    expect(together('origination', [ill, unknown])).toEqual([ill, unknown]);
    expect(together('origination', [unknown])).toEqual([unknown]);
    expect(together('origination', [])).toEqual([]);
  });
});

describe('failing checks, against the look before,', () => {
  it.each([
    { before: 0, now: 0, change: 'none' },
    { before: 0, now: 2, change: 'began' },
    { before: 2, now: 2, change: 'lasts' },
    { before: 2, now: 1, change: 'changed' },
    { before: 1, now: 2, change: 'changed' },
    { before: 2, now: 0, change: 'ended' },
    { before: undefined, now: 0, change: 'none' },
    { before: undefined, now: 2, change: 'began' },
  ])('from $before to $now: $change', ({ before, now, change }) => {
    expect(readinessChange(before, now)).toBe(change);
  });
});
