import { describe, expect, it } from 'vitest';
import { checkNamed, readinessChange, readinessOf } from '../../../lib/core/readiness/check.ts';

const clock = checkNamed('clock');
const mode = checkNamed('mode');

describe('readiness', () => {
  it.each([
    { remarks: [], outcome: 'pass' },
    { remarks: [clock.pass('right')], outcome: 'pass' },
    { remarks: [clock.pass('right'), clock.unproven('who knows')], outcome: 'pass' },
    { remarks: [clock.pass('right'), mode.warn('observe', 'enforce')], outcome: 'warn' },
    { remarks: [clock.fail('wrong', 'set it'), mode.warn('observe', 'enforce')], outcome: 'fail' },
  ])('is $outcome by the worst of what was found', ({ remarks, outcome }) => {
    expect(readinessOf(remarks).outcome).toBe(outcome);
  });

  it('keeps what nobody can tell apart from what was found', () => {
    expect(readinessOf([mode.unproven('who knows'), clock.pass('right')])).toEqual({
      outcome: 'pass',
      findings: [{ check: 'clock', level: 'pass', sentence: 'right' }],
      unproven: [{ check: 'mode', sentence: 'who knows' }],
    });
  });
});

describe('what a check finds of each member', () => {
  const on = checkNamed('origination');
  const [well, ill, worse] = [on.pass('a ready'), on.warn('b unreadable', 'look'), on.fail('c disabled', 'enable it')];

  it('is one sentence while all are well', () => {
    expect(on.together([well, on.pass('b ready')])).toEqual([on.pass('a ready; b ready')]);
  });

  it('is of those that are not, with each fix once, as bad as the worst', () => {
    expect(on.together([well, ill, ill, worse])).toEqual([
      {
        check: 'origination',
        level: 'fail',
        sentence: 'b unreadable; b unreadable; c disabled',
        fix: 'look; enable it',
      },
    ]);
  });

  it('tells beside it of whom nobody can tell', () => {
    const unknown = on.unproven('d unknown');
    expect(on.together([ill, unknown])).toEqual([ill, unknown]);
    expect(on.together([well, unknown])).toEqual([well, unknown]);
    expect(on.together([unknown, unknown])).toEqual([on.unproven('d unknown; d unknown')]);
    expect(on.together([])).toEqual([]);
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
