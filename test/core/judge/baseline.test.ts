import { describe, expect, it } from 'vitest';
import { assumedRatio, learnBaseline, unreadBaseline, unreadableBaseline } from '../../../lib/core/judge/baseline.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { coarse, judgedUntil, past, type Stretch } from '../../builders/metrics.ts';

function learned(...stretches: readonly Stretch[]) {
  return learnBaseline(coarse(...stretches), judgedUntil, 2);
}

/** The expected ratio: drawn towards the assumption with the weight of 100 calls, plus one standard error. */
function cautious(failures: number, attempts: number): number {
  const ratio = (failures + 5) / (attempts + 100);
  return ratio + (attempts / (attempts + 100)) * Math.sqrt((2 * ratio * (1 - ratio)) / (attempts + 100));
}

describe('the baseline of a Voice Connector', () => {
  it('is learned from the day before it is judged, one standard error up', () => {
    expect(learned(past(24, 50, 1))).toEqual({ ratio: cautious(240, 12_000), text: 'baseline 2.2 %' });
  });

  it('follows a line on which many calls normally fail', () => {
    expect(learned(past(24, 50, 5)).ratio).toBeCloseTo(cautious(1200, 12_000), 10);
  });

  it('is the assumption without history, or without calls in it', () => {
    const assumed = { ratio: assumedRatio, text: 'no history, baseline assumed 5 %' };
    expect(learned()).toEqual(assumed);
    expect(learned(past(24, 0))).toEqual(assumed);
  });

  it('stays close to the assumption with few calls, even if all of them succeeded', () => {
    expect(learned({ hours: 19 }, past(1, 1), past(4, 0)).ratio).toBeCloseTo(cautious(0, 12), 10);
    expect(cautious(0, 12)).toBeGreaterThan(0.04);
  });

  it('does not learn from the last four hours, which are being judged', () => {
    expect(learned(past(20, 50, 1), past(4, 50, 50))).toEqual(learned(past(20, 50, 1), past(4, 50, 0)));
    expect(learned(past(19, 50, 1), past(1, 50, 2), past(4, 50, 1))).not.toEqual(learned(past(24, 50, 1)));
  });

  it('does not learn from five minutes that reach into them', () => {
    const day = coarse(past(20, 50, 1), { hours: 4 });
    const fourHoursAgo = judgedUntil - 240 * minuteMs;
    const extra = (endsAt: number) =>
      learnBaseline([...day, { startsAt: endsAt - 5 * minuteMs, attempts: 500, failures: 0 }], judgedUntil, 2);
    expect(extra(fourHoursAgo + minuteMs)).toEqual(learnBaseline(day, judgedUntil, 2));
    expect(extra(fourHoursAgo)).not.toEqual(learnBaseline(day, judgedUntil, 2));
  });

  it('does not learn from an outage in that day', () => {
    expect(learned(past(10, 50, 1), past(2, 50, 50), past(12, 50, 1)).ratio).toBeCloseTo(cautious(216, 10_800), 10);
  });

  it('does not learn from hours with unusual failures, anywhere in the day', () => {
    expect(learned(past(8, 50, 1), past(4, 50, 8), past(12, 50, 1)).ratio).toBeCloseTo(cautious(192, 9600), 10);
    expect(learned(past(4, 50, 8), past(20, 50, 1)).ratio).toBeCloseTo(cautious(192, 9600), 10);
  });

  it('uses the median call: a quiet night does not make the day an outage', () => {
    const night = past(7, 50, 0);
    expect(learned(night, past(13, 50, 3), past(4, 50, 0)).ratio).toBe(cautious(13 * 36, 12_000));
    expect(learned(past(13, 50, 0), past(7, 50, 3), past(4, 50, 0)).ratio).toBe(cautious(0, 7800));
    expect(learned(past(10, 50, 0), past(10, 50, 3), past(4, 50, 0)).ratio).toBe(cautious(0, 6000));
  });

  it('accepts hours with published zeros', () => {
    expect(learned(past(10, 0), past(10, 50, 1), past(4, 50))).toEqual(
      learned({ hours: 10 }, past(10, 50, 1), past(4, 50)),
    );
  });

  it('learns from a single failure in a day without any other', () => {
    const day = coarse(past(20, 50), { hours: 4 });
    const [first, ...rest] = day;
    expect(learnBaseline([{ ...first!, failures: 1 }, ...rest], judgedUntil, 2).ratio).toBe(cautious(1, 12_000));
  });

  it('is never above 20 %, however many calls fail', () => {
    expect(learned(past(24, 50, 10))).toEqual({ ratio: 0.2, text: 'baseline 20 %' });
    expect(learned(past(24, 50, 20))).toEqual({
      ratio: 0.2,
      text: 'always above 20 % in the past, baseline set to 20 %',
    });
  });

  it('is higher where failures cluster more, and where it learned from fewer calls', () => {
    const counts = coarse(past(24, 5, 1));
    expect(learnBaseline(counts, judgedUntil, 1).ratio).toBeLessThan(learnBaseline(counts, judgedUntil, 2).ratio);
    expect(learned(past(24, 20, 1)).ratio).toBeGreaterThan(learned(past(24, 200, 10)).ratio);
  });

  it('does not depend on the order of the history', () => {
    const counts = coarse(past(7, 40, 1), past(3, 60, 2), past(14, 50, 0));
    expect(learnBaseline(counts.toReversed(), judgedUntil, 2)).toEqual(learnBaseline(counts, judgedUntil, 2));
  });
});

describe('without a readable history', () => {
  it('a Voice Connector is judged by the assumed baseline', () => {
    expect(unreadBaseline).toEqual({ ratio: 0.05, text: 'history not read, baseline assumed 5 %' });
  });

  it('only failures above the highest baseline count', () => {
    expect(unreadableBaseline).toEqual({ ratio: 0.2, text: 'history unreadable, baseline set to 20 %' });
  });
});
