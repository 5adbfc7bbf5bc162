import { describe, expect, it } from 'vitest';
import { unreadBaseline } from '../../../lib/core/judge/baseline.ts';
import { faultBeganAt, judgeCalls } from '../../../lib/core/judge/calls.ts';
import type { CallCount } from '../../../lib/core/judge/evidence.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { counts, inbound, judgedUntil as until } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

function calls(minutes: readonly CallCount[]) {
  return {
    minutes,
    coarse: [],
    baseline: unreadBaseline,
    until,
    policy: aPolicy(),
  };
}

/** Minutes before the end of the judged time. */
function beganMinutesBefore(minutes: readonly CallCount[]): number | undefined {
  const at = faultBeganAt(calls(minutes));
  return at === undefined ? undefined : (until - at) / minuteMs;
}

describe('the beginning of a proven fault', () => {
  it.each([3, 8, 25])('is its first bad minute, %i minutes ago, where every call fails', (minutes) => {
    expect(beganMinutesBefore(counts(inbound(55, 24), inbound(minutes, 24, 24)))).toBe(minutes);
  });

  it('is its first bad minute where some calls fail', () => {
    expect(beganMinutesBefore(counts(inbound(50, 24), inbound(12, 24, 8)))).toBe(12);
  });

  it('is undefined where no call failed, or too few for a proof', () => {
    const suspected = counts(inbound(50, 4), inbound(4, 4, 2));
    expect(judgeCalls({ ...calls(suspected), expectsCalls: true }).health).not.toBe('unhealthy');
    expect(beganMinutesBefore(suspected)).toBeUndefined();
    expect(beganMinutesBefore(counts(inbound(60, 24)))).toBeUndefined();
  });

  it('is undefined where a normal failure precedes one bad minute', () => {
    const blip = counts(inbound(58, 20), inbound(1, 20, 1), inbound(1, 20, 20));
    expect(judgeCalls({ ...calls(blip), expectsCalls: true }).health).not.toBe('unhealthy');
    expect(beganMinutesBefore(blip)).toBeUndefined();
  });
});
