import { describe, expect, it } from 'vitest';
import { inboundCallDetails } from '../../../lib/core/judge/call-counts.ts';
import { natsOf, pooled, seriesOf, stretchOf, without, type CallSeries } from '../../../lib/core/judge/call-series.ts';
import { evidenceAgainst } from '../../../lib/core/judge/likelihood.ts';
import { constantNormal, type Normal } from '../../../lib/core/judge/normal.ts';
import { slotMs, slotOf } from '../../../lib/core/judge/past-calls.ts';
import type { Minute } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { history, inbound, judgedUntil as until, nothing, type Span } from '../../builders/metrics.ts';

const normal = constantNormal(0.1, 2, 'known');

function seriesFrom(minutes: readonly Minute[], changes: Partial<Normal> = {}, length = 10): CallSeries {
  return seriesOf(inboundCallDetails(minutes), { ...normal, ...changes }, { until, minutes: length });
}

/** Ten minutes, the newest of which are these spans. */
function series(...spans: readonly Span[]): CallSeries {
  return seriesFrom(history(...spans));
}

/** Failed of attempted calls in each of the newest minutes. */
function perMinute(one: CallSeries, count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => one.minutes - count + place).map((index) => {
    const { failures, attempts } = stretchOf(one, index, index + 1);
    return `${failures} of ${attempts}`;
  });
}

/** The newest minutes as one stretch, by default all. */
function newest(one: CallSeries, minutes = one.minutes) {
  const { attempts, failures } = stretchOf(one, one.minutes - minutes, one.minutes);
  return { attempts, failures };
}

function answered(minutes: number, attempts: number, failures: number, calls: number): Span {
  return { ...inbound(minutes, attempts, failures), InboundCallsAnswered: calls };
}

function refused(minutes: number, attempts: number, failures: number, codes: number): Span {
  return { ...inbound(minutes, attempts, failures), Sip4xxCodes: codes, Sip6xxCodes: 0 };
}

describe('a stretch of minutes', () => {
  it('has the same baseline to the last digit, whichever calls came before it', () => {
    const baselines = Array.from({ length: 60 }, (_, callsBefore) => {
      const one = seriesFrom(history(inbound(1, callsBefore, 0), inbound(2, 17, 3), inbound(2, 20, 0)), {
        ratioIn: () => 0.05,
      });
      return stretchOf(one, one.minutes - 4, one.minutes).baseline;
    });
    expect(new Set(baselines)).toEqual(new Set([0.05]));
  });

  it('adds up the calls from its first minute to before its last', () => {
    const one = series(inbound(1, 10, 1), inbound(1, 20, 5), inbound(1, 30, 6));
    expect(stretchOf(one, 7, 10)).toEqual({ attempts: 60, failures: 12, baseline: expect.closeTo(0.1, 10) as number });
    expect(stretchOf(one, 7, 9)).toEqual({ attempts: 30, failures: 6, baseline: expect.closeTo(0.1, 10) as number });
  });

  it('has no calls where AWS published nothing', () => {
    expect(stretchOf(series(), 0, 10)).toEqual({ attempts: 0, failures: 0, baseline: 0 });
  });

  it('leaves out minutes before the series and after the judged time', () => {
    const late = { startsAt: until, InboundCallAttempts: 99, InboundCallFailures: 99 };
    expect(newest(seriesFrom([...history(inbound(1, 99, 99), inbound(10, 5)), late]))).toEqual({
      attempts: 50,
      failures: 0,
    });
  });

  it('takes two reports of one minute as one minute with the calls of both', () => {
    const two = [...history(inbound(1, 10)), ...history(inbound(1, 10, 3))];
    expect(perMinute(seriesFrom(two), 1)).toEqual(['3 of 20']);
  });

  it('weighs the baseline by the calls of each half hour', () => {
    const slot = slotOf(until);
    const ratioIn = (each: number) => (each === slot - 1 ? 0.2 : 0.6);
    const around = [-2, -1, 0, 1].map((minute) => ({
      startsAt: slot * slotMs + minute * minuteMs,
      InboundCallAttempts: minute < 0 ? 30 : 10,
    }));
    const end = slot * slotMs + 2 * minuteMs;
    const one = seriesOf(inboundCallDetails(around), { ...normal, ratioIn }, { until: end, minutes: 4 });
    expect(stretchOf(one, 0, 4)).toEqual({ attempts: 80, failures: 0, baseline: expect.closeTo(0.3, 10) as number });
  });

  it('has the recent ratio at its start as baseline where it is higher', () => {
    const recent = (ratio: number) => seriesFrom(history(inbound(10, 10)), { recentRatioBefore: () => ratio });
    expect(stretchOf(recent(0.3), 0, 10).baseline).toBe(0.3);
    expect(stretchOf(recent(0.05), 0, 10).baseline).toBeCloseTo(0.1, 10);
  });

  it('has the evidence of its calls at the dispersion of its length', () => {
    const dispersion = [
      { upToMinutes: 2, factor: 2 },
      { upToMinutes: 60, factor: 5 },
    ];
    const one = seriesFrom(history(inbound(3, 10, 5)), { dispersion });
    expect(natsOf(one, 8, 10)).toBeCloseTo(evidenceAgainst(10, 20, 0.1, 2), 10);
    expect(natsOf(one, 7, 10)).toBeCloseTo(evidenceAgainst(15, 30, 0.1, 5), 10);
  });
});

describe('failures that AWS reports late', () => {
  it.each([1, 2, 3])('belong to the calls of %i minutes before', (minutes) => {
    const late = series(inbound(1, 10), inbound(minutes - 1, 0), inbound(1, 0, 8));
    expect(perMinute(late, minutes + 1)[0]).toBe('8 of 10');
    expect(newest(late, minutes)).toEqual({ attempts: 0, failures: 0 });
  });

  it('are left out where there were no calls for four minutes', () => {
    expect(newest(series(inbound(1, 10), inbound(3, 0), inbound(1, 0, 8)))).toEqual({ attempts: 10, failures: 0 });
  });

  it('belong to the newest calls that are left, and then to older ones', () => {
    const late = series(inbound(1, 10, 2), inbound(1, 3, 1), inbound(1, 4, 10));
    expect(perMinute(late, 3)).toEqual(['6 of 10', '3 of 3', '4 of 4']);
  });

  it('are left out as far as they are more than the calls', () => {
    expect(perMinute(series(inbound(1, 2), inbound(1, 3, 9)), 2)).toEqual(['2 of 2', '3 of 3']);
  });

  it('count where the minute has a datapoint of failures only', () => {
    expect(newest(series(inbound(1, 10), { minutes: 1, InboundCallFailures: 4 }))).toEqual({
      attempts: 10,
      failures: 4,
    });
  });
});

describe('a call that failed on one route and was answered on the next', () => {
  it('is no failed call', () => {
    expect(newest(series(answered(5, 10, 10, 10)))).toEqual({ attempts: 50, failures: 0 });
    expect(newest(series(answered(5, 10, 10, 7)))).toEqual({ attempts: 50, failures: 15 });
  });

  it('does not make unanswered calls failed ones', () => {
    expect(newest(series(answered(5, 10, 2, 3)))).toEqual({ attempts: 50, failures: 10 });
  });

  it('may be answered a minute later: answers are compared over the whole stretch', () => {
    const late = series(answered(1, 10, 10, 0), answered(1, 0, 0, 10));
    expect(newest(late)).toEqual({ attempts: 10, failures: 0 });
    expect(perMinute(late, 2)).toEqual(['10 of 10', '0 of 0']);
  });
});

describe('refused and throttled calls', () => {
  it('that were refused did not fail', () => {
    expect(newest(series(refused(5, 10, 6, 4)))).toEqual({ attempts: 50, failures: 10 });
  });

  it('are never more than the failed ones', () => {
    expect(newest(series(refused(5, 10, 6, 40)))).toEqual({ attempts: 50, failures: 0 });
  });

  it('may be reported a minute later: codes are compared over the whole stretch', () => {
    const late = series(refused(1, 10, 6, 0), refused(1, 10, 0, 6));
    expect(newest(late)).toEqual({ attempts: 20, failures: 0 });
    expect(perMinute(late, 2)).toEqual(['6 of 10', '0 of 10']);
  });

  it('excuse no other failure where so many calls are usually refused on the first route and answered on the second', () => {
    const minutes = history({ ...answered(5, 10, 10, 6), Sip4xxCodes: 6, Sip6xxCodes: 0 });
    const failuresAt = (reroutedRatio: number) => newest(seriesFrom(minutes, { reroutedRatio })).failures;
    expect([0, 0.4, 0.6, 0.9].map(failuresAt)).toEqual([0, 10, 20, 20]);
  });

  it('that were throttled are no calls at all', () => {
    expect(newest(series({ ...inbound(5, 10, 4), Throttles: 3 }))).toEqual({ attempts: 35, failures: 5 });
    expect(newest(series({ ...inbound(5, 10, 4), Throttles: 9 }))).toEqual({ attempts: 30, failures: 0 });
  });

  it('are not taken twice where a call was throttled and refused', () => {
    expect(newest(series({ ...refused(5, 10, 5, 4), Throttles: 3 }))).toEqual({ attempts: 35, failures: 0 });
  });
});

describe('the newest published minute', () => {
  it('is the last one with a datapoint, even of zero', () => {
    expect(series(inbound(2, 10), inbound(3, 0)).publishedMinutes).toBe(10);
    expect(series(inbound(2, 10), nothing(3)).publishedMinutes).toBe(7);
  });

  it('is none without data, or with data only before the series', () => {
    expect(series().publishedMinutes).toBe(0);
    expect(series(inbound(1, 10), nothing(10)).publishedMinutes).toBe(0);
  });

  it('is not one after the judged time', () => {
    const late = { startsAt: until, InboundCallAttempts: 10 };
    expect(seriesFrom([...history(inbound(1, 10), nothing(4)), late]).publishedMinutes).toBe(6);
  });
});

describe('the calls of several Voice Connectors', () => {
  const east = seriesFrom(history(inbound(10, 10, 1)), { recentRatioBefore: () => 0.2 });
  const west = seriesFrom(history(inbound(4, 30, 6), nothing(1)), {
    ratioIn: () => 0.3,
    recentRatioBefore: () => 0.1,
    dispersion: [
      { upToMinutes: 30, factor: 1.5 },
      { upToMinutes: 240, factor: 6 },
    ],
  });
  const pool = pooled([east, west], 10);

  it('are added up, each expected to fail at its own baseline', () => {
    expect(stretchOf(pool, 5, 10)).toEqual({
      attempts: 170,
      failures: 29,
      baseline: expect.closeTo((50 * 0.1 + 120 * 0.3) / 170, 10) as number,
    });
  });

  it('have the recent ratios by their calls, and the highest dispersion of each length', () => {
    expect(pool.recentRatio[5]).toBeCloseTo((100 * 0.2 + 120 * 0.1) / 220, 10);
    expect(pool.dispersion).toEqual([
      { upToMinutes: 30, factor: 2 },
      { upToMinutes: 240, factor: 6 },
    ]);
  });

  it('are as recent as the newest of them', () => {
    expect(pool.publishedMinutes).toBe(10);
    expect(pooled([west, west], 10).publishedMinutes).toBe(9);
  });

  it('are aligned at the newest minute where one series is longer', () => {
    const long = seriesFrom(history(inbound(20, 1)), {}, 20);
    const lengths = [10, 20].map((minutes) => newest(pooled([long, east], minutes)));
    expect(lengths).toEqual([
      { attempts: 110, failures: 10 },
      { attempts: 120, failures: 10 },
    ]);
  });

  it('are those of the others without one of them', () => {
    expect(stretchOf(without(pool, west), 5, 10)).toEqual({
      attempts: 50,
      failures: 5,
      baseline: expect.closeTo((100 * 0.2 + 120 * 0.1) / 220, 10) as number,
    });
    expect(newest(pool)).toEqual({ attempts: 220, failures: 34 });
  });
});
