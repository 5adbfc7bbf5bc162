import { describe, expect, it } from 'vitest';
import { faultBeganAt, judgeCalls } from '../../../lib/core/judge/calls.ts';
import { callsOf, type ConnectorCalls } from '../../../lib/core/judge/connector-calls.ts';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { inbound, judgedUntil as until, past, read, readPast, type Span } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

const policy = aPolicy();

function calls(spans: readonly Span[], history?: MetricsReading): ConnectorCalls {
  return callsOf({ inbound: read(...spans), history }, until, policy);
}

/** Minutes before the end of the judged time. */
function beganMinutesBefore(spans: readonly Span[], history?: MetricsReading): number | undefined {
  const at = faultBeganAt(calls(spans, history), policy);
  return at === undefined ? undefined : (until - at) / minuteMs;
}

function healthOf(spans: readonly Span[]): string {
  return judgeCalls({ calls: calls(spans), expectsCalls: true, policy }).health;
}

describe('the beginning of a proven fault', () => {
  it.each([3, 8, 25])('is its first bad minute, %i minutes ago, where every call fails', (minutes) => {
    expect(beganMinutesBefore([inbound(55, 24), inbound(minutes, 24, 24)])).toBe(minutes);
  });

  it('is its first bad minute where some calls fail', () => {
    expect(beganMinutesBefore([inbound(50, 24), inbound(12, 24, 8)])).toBe(12);
  });

  it('is undefined where no call failed, or too few for a proof', () => {
    const suspected = [inbound(50, 4), inbound(4, 4, 2)];
    expect(healthOf(suspected)).not.toBe('unhealthy');
    expect(beganMinutesBefore(suspected)).toBeUndefined();
    expect(beganMinutesBefore([inbound(60, 24)])).toBeUndefined();
  });

  it('is undefined where the proof needs more nats than the policy of a stricter group allows', () => {
    const spans = [inbound(55, 10), inbound(5, 18, 6)];
    expect(faultBeganAt(calls(spans), aPolicy({ falseMovesPerGroupYear: 0.1 }))).toBeDefined();
    expect(faultBeganAt(calls(spans), aPolicy({ falseMovesPerGroupYear: 0.01 }))).toBeUndefined();
  });

  it('is undefined after the recovery', () => {
    expect(beganMinutesBefore([inbound(40, 24), inbound(10, 24, 24), inbound(10, 24)])).toBeUndefined();
  });

  it('is that of the failures that nobody refused', () => {
    const codes = (refused: number) => ({ Sip4xxCodes: refused, Sip6xxCodes: 0 });
    const spans = [
      { ...inbound(40, 24), ...codes(0) },
      { ...inbound(14, 24, 12), ...codes(12) },
      { ...inbound(6, 24, 24), ...codes(0) },
    ];
    expect(beganMinutesBefore(spans, readPast(past(14 * 24, 50, 1)))).toBe(6);
  });
});
