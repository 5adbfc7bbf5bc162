import { describe, expect, it } from 'vitest';
import { checkOf, readinessChange, readinessOf } from '../../../lib/core/readiness/check.ts';

const clock = checkOf('clock');
const mode = checkOf('mode');

describe('readiness', () => {
  it.each([
    { results: [], outcome: 'pass' },
    { results: [clock.pass('right')], outcome: 'pass' },
    { results: [clock.pass('right'), clock.unproven('cannot tell')], outcome: 'pass' },
    { results: [clock.pass('right'), mode.warn('observe', 'enforce')], outcome: 'warn' },
    { results: [clock.fail('wrong', 'set it'), mode.warn('observe', 'enforce')], outcome: 'fail' },
  ])('is $outcome, the worst of its findings', ({ results, outcome }) => {
    expect(readinessOf(results).outcome).toBe(outcome);
  });

  it('separates unproven results from findings', () => {
    expect(readinessOf([mode.unproven('cannot tell'), clock.pass('right')])).toEqual({
      outcome: 'pass',
      findings: [{ check: 'clock', level: 'pass', sentence: 'right' }],
      unproven: [{ check: 'mode', sentence: 'cannot tell' }],
    });
  });
});

describe('the results of a check for several members', () => {
  const on = checkOf('origination');
  const passed = on.pass('a ready');
  const warned = on.warn('b unreadable', 'check it');
  const failed = on.fail('c disabled', 'enable it');

  it('become one sentence while all pass', () => {
    expect(on.merge([passed, on.pass('b ready')])).toEqual([on.pass('a ready; b ready')]);
  });

  it('keep the members that do not pass, each fix once, and the worst level', () => {
    expect(on.merge([passed, warned, warned, failed])).toEqual([
      {
        check: 'origination',
        level: 'fail',
        sentence: 'b unreadable; b unreadable; c disabled',
        fix: 'check it; enable it',
      },
    ]);
  });

  it('keep unproven results beside the finding', () => {
    const unknown = on.unproven('d unknown');
    expect(on.merge([warned, unknown])).toEqual([warned, unknown]);
    expect(on.merge([passed, unknown])).toEqual([passed, unknown]);
    expect(on.merge([unknown, unknown])).toEqual([on.unproven('d unknown; d unknown')]);
    expect(on.merge([])).toEqual([]);
  });
});

describe('the number of failing checks, compared with the previous run,', () => {
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
