import { describe, expect, it } from 'vitest';
import { inboundCallDetails } from '../../../lib/core/judge/call-counts.ts';
import { seriesOf, type CallSeries } from '../../../lib/core/judge/call-series.ts';
import { passes, strongestProof, windowOf, windowsOf, type Floors } from '../../../lib/core/judge/evidence.ts';
import { evidenceAgainst, natsForBudget } from '../../../lib/core/judge/likelihood.ts';
import { constantNormal } from '../../../lib/core/judge/normal.ts';
import { minutesSinceRecovery } from '../../../lib/core/judge/recovery.ts';
import { history, inbound, judgedUntil as until, nothing, type Span } from '../../builders/metrics.ts';

const floors: Floors = { minFailures: 3, minExcessRatio: 0.05 };
const needed = natsForBudget(0.1);

/** An hour with a baseline of 5 %. */
function series(spans: readonly Span[], { baseline = 0.05, minutes = 60 } = {}): CallSeries {
  return seriesOf(inboundCallDetails(history(...spans)), constantNormal(baseline, 2, 'known'), { until, minutes });
}

function proofIn(...spans: readonly Span[]) {
  return strongestProof(series(spans), floors, needed);
}

function sinceRecovery(...spans: readonly Span[]): number {
  return minutesSinceRecovery(series(spans), needed);
}

describe('the windows that are compared', () => {
  const lengths = (minutes: number) => windowsOf(series([], { minutes })).map(({ windowMinutes }) => windowMinutes);
  const everyMinute = Array.from({ length: 60 }, (_, place) => place + 1);

  it('have each length up to an hour', () => {
    expect(lengths(60)).toEqual(everyMinute);
  });

  it('have quarters of an hour up to four hours where these were read', () => {
    expect(lengths(240)).toEqual([...everyMinute, 75, 90, 105, 120, 135, 150, 165, 180, 195, 210, 225, 240]);
  });

  it('contain the calls up to now', () => {
    const baseline = expect.closeTo(0.05, 10) as number;
    expect(windowsOf(series([inbound(1, 10, 1), inbound(1, 20, 5), inbound(1, 30, 6)])).slice(0, 4)).toEqual([
      { windowMinutes: 1, attempts: 30, failures: 6, baseline },
      { windowMinutes: 2, attempts: 50, failures: 11, baseline },
      { windowMinutes: 3, attempts: 60, failures: 12, baseline },
      { windowMinutes: 4, attempts: 60, failures: 12, baseline },
    ]);
  });

  it('count a minute without a datapoint as time that passed without calls', () => {
    expect(windowOf(series([inbound(1, 10, 2), nothing(2)]), 2)).toEqual({
      windowMinutes: 2,
      attempts: 0,
      failures: 0,
      baseline: 0,
    });
  });

  it('contain all calls where they are longer than the series', () => {
    expect(windowOf(series([inbound(60, 1)]), 90)).toMatchObject({ windowMinutes: 90, attempts: 60 });
  });
});

describe('a window passes the floors', () => {
  const stretch = (failures: number, attempts: number) => ({ failures, attempts, baseline: 0.05 });

  it('from minFailures failed calls on', () => {
    expect([passes(stretch(2, 2), floors), passes(stretch(3, 3), floors)]).toEqual([false, true]);
  });

  it('from the excess over the baseline on', () => {
    expect([passes(stretch(99, 1000), floors), passes(stretch(100, 1000), floors)]).toEqual([false, true]);
  });
});

describe('the strongest proof', () => {
  it('is the window with the most evidence', () => {
    expect(proofIn(inbound(50, 10), inbound(10, 10, 8))).toEqual({
      window: { windowMinutes: 10, attempts: 100, failures: 80, baseline: expect.closeTo(0.05, 10) as number },
      nats: expect.closeTo(evidenceAgainst(80, 100, 0.05, 2), 8) as number,
      isLasting: true,
      beganMinutesAgo: { least: 10, most: 10 },
    });
  });

  it('is the shortest of several with equal evidence', () => {
    expect(proofIn(inbound(40, 10), nothing(5), inbound(5, 10, 10))?.window.windowMinutes).toBe(5);
  });

  it('is none where no window passes the floors, however certain the fault is', () => {
    expect(proofIn(inbound(60, 10_000, 990))).toBeUndefined();
    expect(proofIn(inbound(60, 10_000, 1000))).toBeDefined();
  });

  it('may be less than a proof', () => {
    const proof = proofIn(inbound(55, 10), inbound(5, 10, 2));
    expect(proof?.window).toMatchObject({ windowMinutes: 5, failures: 10, attempts: 50 });
    expect(proof?.nats).toBeLessThan(needed);
  });
});

describe('a recovery', () => {
  const outage = inbound(10, 10, 10);

  it('is none while the fault goes on', () => {
    expect(sinceRecovery(inbound(50, 10), outage)).toBe(60);
    expect(sinceRecovery(inbound(60, 10))).toBe(60);
  });

  it('is where successful calls contradict the fault', () => {
    expect(sinceRecovery(inbound(40, 10), outage, inbound(10, 10))).toBe(10);
    expect(proofIn(inbound(40, 10), outage, inbound(10, 10))).toBeUndefined();
  });

  it('needs more than a few successful calls', () => {
    expect(sinceRecovery(inbound(40, 10), outage, inbound(1, 1))).toBe(60);
    expect(sinceRecovery(inbound(40, 10), outage, inbound(1, 10))).toBe(1);
  });

  it('of a proven fault lasts, whatever fails later', () => {
    const later = inbound(4, 10, 4);
    expect(sinceRecovery(inbound(30, 10), outage, inbound(10, 10), later)).toBe(14);
    expect(proofIn(inbound(30, 10), outage, inbound(10, 10), later)?.window).toMatchObject({
      windowMinutes: 4,
      failures: 16,
      attempts: 40,
    });
  });

  it('of an unproven fault is open: later failures may belong to it', () => {
    const few = inbound(2, 10, 4);
    expect(sinceRecovery(inbound(40, 10), few, inbound(6, 10), few)).toBe(60);
    expect(proofIn(inbound(40, 10), few, inbound(6, 10), few)?.beganMinutesAgo.most).toBeGreaterThanOrEqual(10);
  });

  it('of an unproven fault is one where nothing failed since', () => {
    expect(sinceRecovery(inbound(28, 10), inbound(2, 10, 4), inbound(30, 10))).toBe(30);
  });

  it('is the newest of several', () => {
    expect(sinceRecovery(inbound(20, 10), outage, inbound(8, 10), outage, inbound(5, 10))).toBe(5);
  });

  it('followed by a second outage leaves only that one to be proven', () => {
    const proof = proofIn(inbound(20, 10), outage, inbound(8, 10), inbound(15, 10, 10));
    expect(proof?.window).toMatchObject({ windowMinutes: 15, failures: 150, attempts: 150 });
  });

  it('on a line with three calls a minute: one of thirty after a total outage and a pause proves nothing', () => {
    const spans = [inbound(180, 3), inbound(10, 3, 3), nothing(40), inbound(1, 3, 1), inbound(9, 3)];
    const quiet = series(spans, { baseline: 0.02, minutes: 240 });
    expect(minutesSinceRecovery(quiet, needed)).toBe(10);
    expect(strongestProof(quiet, floors, needed)).toBeUndefined();
  });
});

describe('a lasting fault, at thirty calls a minute,', () => {
  const isLasting = (...newest: readonly Span[]) => {
    const minutes = newest.reduce((sum, span) => sum + span.minutes, 0);
    return proofIn(inbound(60 - minutes, 30), ...newest)?.isLasting;
  };

  it.each([
    { across: '13 and 30 s', spans: [inbound(1, 30, 7), inbound(1, 30, 15)] },
    { across: '20 and 23 s', spans: [inbound(1, 30, 10), inbound(1, 30, 12)] },
    { across: '0 and 43 s', spans: [inbound(2, 30, 1), inbound(1, 30), inbound(1, 30, 22)] },
  ])('is not a disturbance of 43 s, of which two minutes have $across', ({ spans }) => {
    expect(isLasting(...spans)).toBe(false);
  });

  it('is not one minute in which every call failed', () => {
    expect(isLasting(inbound(1, 30, 30))).toBe(false);
    expect(isLasting(inbound(2, 30, 15))).toBe(false);
  });

  it('is total failure for two minutes', () => {
    expect(isLasting(inbound(2, 30, 30))).toBe(true);
  });

  it('is failure in three minutes', () => {
    expect(isLasting(inbound(3, 30, 10))).toBe(true);
  });

  it('is proven by a longer window, where the newest minute alone is stronger evidence', () => {
    const proof = proofIn(inbound(45, 30), inbound(14, 30, 4), inbound(1, 30, 30));
    expect(proof).toMatchObject({ window: { windowMinutes: 15, failures: 86, attempts: 450 }, isLasting: true });
    expect(proofIn(inbound(59, 30), inbound(1, 30, 30))?.nats).toBeGreaterThan(proof?.nats ?? Infinity);
  });

  it('is not a disturbance of a minute among normal failures', () => {
    expect(isLasting(inbound(1, 30, 1), inbound(5, 30), inbound(2, 30, 15))).toBe(false);
  });
});

describe('the beginning of a fault', () => {
  it('is exact where every call fails', () => {
    expect(proofIn(inbound(53, 10), inbound(7, 10, 10))?.beganMinutesAgo).toEqual({ least: 7, most: 7 });
  });

  it('lies between the windows that explain the calls nearly as well, where some calls fail', () => {
    const proof = proofIn(inbound(50, 4), inbound(10, 4, 1));
    expect(proof?.window.windowMinutes).toBe(10);
    expect(proof?.beganMinutesAgo).toEqual({ least: 6, most: 15 });
  });

  it('may have been at any time of a pause before it', () => {
    expect(proofIn(inbound(40, 10), nothing(15), inbound(5, 10, 10))?.beganMinutesAgo).toEqual({ least: 5, most: 20 });
  });
});
