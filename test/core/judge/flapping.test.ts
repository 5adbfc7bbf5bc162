/** A fault that comes and goes: at thirty calls a minute, 25 of which fail in each disturbance of less than a minute. */
import { describe, expect, it } from 'vitest';
import { inboundCallDetails } from '../../../lib/core/judge/call-counts.ts';
import { seriesOf, type CallSeries } from '../../../lib/core/judge/call-series.ts';
import { strongestProof } from '../../../lib/core/judge/evidence.ts';
import { natsForBudget } from '../../../lib/core/judge/likelihood.ts';
import { constantNormal } from '../../../lib/core/judge/normal.ts';
import { minutesSinceRecovery } from '../../../lib/core/judge/recovery.ts';
import { history, inbound, judgedUntil as until, type Span } from '../../builders/metrics.ts';

const needed = natsForBudget(0.1);

function series(...spans: readonly Span[]): CallSeries {
  const minutes = spans.reduce((sum, span) => sum + span.minutes, 0);
  return seriesOf(inboundCallDetails(history(...spans)), constantNormal(0.02, 2, 'known'), { until, minutes });
}

function sinceRecovery(...spans: readonly Span[]): number {
  return minutesSinceRecovery(series(...spans), needed);
}

const healthy = inbound(60, 30);

/** Disturbances, each followed by so many healthy minutes. */
function disturbances(count: number, healthyMinutes: number): readonly Span[] {
  return Array.from({ length: count }, () => [inbound(1, 30, 25), inbound(healthyMinutes, 30)]).flat();
}

describe('disturbances of less than a minute', () => {
  it('are over one by one where there are four within half an hour', () => {
    expect(sinceRecovery(healthy, ...disturbances(4, 4))).toBe(4);
  });

  it('are one fault from the fifth within half an hour on, which began with the first of the five', () => {
    expect(sinceRecovery(healthy, ...disturbances(5, 4))).toBe(25);
    expect(sinceRecovery(healthy, ...disturbances(9, 4))).toBe(25);
  });

  it('are one fault only while the first of the five is at most half an hour ago', () => {
    expect(sinceRecovery(healthy, ...disturbances(5, 5))).toBe(30);
    expect(sinceRecovery(healthy, ...disturbances(5, 5), inbound(1, 30))).toBe(6);
  });

  it('are one fault beside an outage that ended long ago', () => {
    expect(sinceRecovery(inbound(10, 30, 30), healthy, ...disturbances(5, 4))).toBe(25);
    expect(sinceRecovery(inbound(10, 30, 30), healthy, ...disturbances(4, 4))).toBe(4);
  });

  it('prove together a lasting fault that none of them proves', () => {
    const spans = [healthy, ...disturbances(4, 4), inbound(1, 30, 25)];
    const floors = { minFailures: 3, minExcessRatio: 0.05 };
    expect(strongestProof(series(...spans), floors, needed)).toMatchObject({
      window: { windowMinutes: 1 },
      isLasting: false,
    });
    expect(strongestProof(series(...spans, inbound(4, 30)), floors, needed)).toMatchObject({
      window: { windowMinutes: 25, failures: 125, attempts: 750 },
      isLasting: true,
    });
  });
});

describe('a disturbance that proves nothing alone', () => {
  it('is not the fifth', () => {
    expect(sinceRecovery(healthy, ...disturbances(4, 4), inbound(1, 30, 8), inbound(4, 30))).toBe(4);
  });
});
