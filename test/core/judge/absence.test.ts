import { describe, expect, it } from 'vitest';
import { minutesSinceAbsence } from '../../../lib/core/judge/absence.ts';
import { inboundCallDetails } from '../../../lib/core/judge/call-counts.ts';
import { seriesOf, type CallSeries } from '../../../lib/core/judge/call-series.ts';
import { strongestProof } from '../../../lib/core/judge/evidence.ts';
import { natsForBudget } from '../../../lib/core/judge/likelihood.ts';
import { constantNormal } from '../../../lib/core/judge/normal.ts';
import { history, inbound, judgedUntil as until, nothing, type Span } from '../../builders/metrics.ts';

/** Beside another Voice Connector of the group, which has ten calls in each minute unless it is given otherwise. */
function series(spans: readonly Span[], elsewhere?: readonly Span[]): CallSeries {
  const minutes = spans.reduce((sum, span) => sum + span.minutes, 0);
  const covered = { until, minutes };
  const calls = seriesOf(inboundCallDetails(history(...spans)), constantNormal(0.05, 2, 'known'), covered);
  return { ...calls, others: [history(...(elsewhere ?? [inbound(minutes, 10)]))] };
}

function sinceAbsence(...spans: readonly Span[]): number {
  return minutesSinceAbsence(series(spans));
}

/** After an hour of ten calls a minute, twenty minutes without and ten with calls. */
function sinceAbsenceBeside(...elsewhere: readonly Span[]): number {
  return minutesSinceAbsence(series([inbound(60, 10), nothing(20), inbound(10, 10)], elsewhere));
}

function proofIn(...spans: readonly Span[]) {
  return strongestProof(series(spans), { minFailures: 3, minExcessRatio: 0.05 }, natsForBudget(0.1));
}

describe('an absence of calls', () => {
  it('began where the last call before it ended', () => {
    expect(sinceAbsence(inbound(30, 10), nothing(20), inbound(10, 10))).toBe(30);
  });

  it('is none where calls arrived all the time, nor where none has arrived yet', () => {
    expect(sinceAbsence(inbound(60, 10))).toBe(60);
    expect(sinceAbsence(nothing(60))).toBe(60);
    expect(sinceAbsence(nothing(50), inbound(10, 10))).toBe(60);
  });

  it('is none while the calls have not come back', () => {
    expect(sinceAbsence(inbound(40, 10), nothing(20))).toBe(60);
  });

  it('is the newest of several that are over', () => {
    const earlier = [inbound(60, 10), nothing(20), inbound(80, 10), nothing(30)];
    expect(sinceAbsence(...earlier, inbound(10, 10))).toBe(40);
    expect(sinceAbsence(...earlier, inbound(10, 10), nothing(20))).toBe(60);
  });

  it('lasts for ten minutes or more', () => {
    expect(sinceAbsence(inbound(40, 10), nothing(9), inbound(5, 10))).toBe(54);
    expect(sinceAbsence(inbound(40, 10), nothing(10), inbound(5, 10))).toBe(15);
  });

  it('misses ten calls or more, by the rate of the hour before it', () => {
    const everySecond = Array.from({ length: 30 }, () => [nothing(1), inbound(1, 1)]).flat();
    expect(sinceAbsence(inbound(60, 10), ...everySecond, nothing(19), inbound(5, 10))).toBe(144);
    expect(sinceAbsence(inbound(60, 10), ...everySecond, nothing(20), inbound(5, 10))).toBe(25);
  });

  it('is judged by the calls that there are where they do not fill an hour', () => {
    expect(sinceAbsence(inbound(2, 2), nothing(10), inbound(1, 1))).toBe(11);
  });

  it('is one only where another Voice Connector had half of the calls meanwhile', () => {
    expect(sinceAbsenceBeside(nothing(60), inbound(20, 5), nothing(10))).toBe(30);
    expect(sinceAbsenceBeside(nothing(60), inbound(20, 4), nothing(10))).toBe(90);
    expect(sinceAbsenceBeside(inbound(60, 10), nothing(20), inbound(10, 10))).toBe(90);
  });

  it('is none where callers paused, or metrics are missing, and nobody had their calls', () => {
    expect(sinceAbsenceBeside()).toBe(90);
    const alone = { ...series([inbound(60, 10), nothing(20), inbound(10, 10)]), others: [] };
    expect(minutesSinceAbsence(alone)).toBe(90);
  });

  it('is judged by the calls of all others together', () => {
    const calls = series([inbound(60, 10), nothing(20), inbound(10, 10)]);
    const few = history(inbound(90, 3));
    expect(minutesSinceAbsence({ ...calls, others: [few] })).toBe(90);
    expect(minutesSinceAbsence({ ...calls, others: [few, few] })).toBe(30);
  });

  it('is judged by its last minutes where of the others only the last hour was read', () => {
    const long = [inbound(60, 10), nothing(40), inbound(50, 10)];
    expect(minutesSinceAbsence(series(long, [inbound(10, 5), nothing(50)]))).toBe(90);
    expect(minutesSinceAbsence(series(long, [inbound(10, 4), nothing(50)]))).toBe(150);
    expect(minutesSinceAbsence(series(long, [inbound(30, 5), nothing(60)]))).toBe(150);
  });
});

describe('evidence', () => {
  it('does not reach back over an absence: two failures after a failback belong to no fault of an hour ago', () => {
    const fault = [inbound(60, 2), inbound(10, 2, 2)];
    const back = [inbound(1, 2, 2), inbound(1, 2)];
    expect(proofIn(...fault, ...back)?.nats).toBeGreaterThan(natsForBudget(0.1));
    expect(proofIn(...fault, nothing(60), ...back)).toBeUndefined();
  });

  it('is complete after a few calls where the fault still goes on after a failback', () => {
    const back = proofIn(inbound(60, 6), inbound(10, 6, 3), nothing(60), inbound(8, 6, 3));
    expect(back).toMatchObject({ window: { windowMinutes: 8, failures: 24, attempts: 48 }, isLasting: true });
    expect(back?.nats).toBeGreaterThan(natsForBudget(0.1));
  });

  it('still shows where the calls began to fail, in a line whose calls have not come back', () => {
    const proof = proofIn(inbound(60, 6), inbound(10, 6, 3), nothing(30));
    expect(proof?.nats).toBeGreaterThan(natsForBudget(0.1));
  });
});
