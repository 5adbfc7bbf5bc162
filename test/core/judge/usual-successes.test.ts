import { describe, expect, it } from 'vitest';
import { inboundCallDetails } from '../../../lib/core/judge/call-counts.ts';
import { slotMs, slotsPerDay } from '../../../lib/core/judge/past-calls.ts';
import { UsualSuccesses } from '../../../lib/core/judge/usual-successes.ts';
import type { Minute } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { judgedUntil as until } from '../../builders/metrics.ts';

type Counts = Partial<Minute> | undefined;

/** The newest half hour is place 1; each with 300 attempts, of which 30 failed, or with these counts, or without a datapoint. */
function usual(days: number, countsAt: (place: number) => Counts = () => ({})): UsualSuccesses {
  const minutes = Array.from({ length: days * slotsPerDay }, (_, index) => days * slotsPerDay - index).flatMap(
    (place) => {
      const counts = countsAt(place);
      const startsAt = until - place * slotMs;
      return counts === undefined ? [] : [{ startsAt, InboundCallAttempts: 300, InboundCallFailures: 30, ...counts }];
    },
  );
  return new UsualSuccesses(inboundCallDetails(minutes));
}

const tenMinutes = [until - 10 * minuteMs, until] as const;
/** Places of the half hour before {@link until} on the days before. */
function isThatTime(place: number): boolean {
  return place % slotsPerDay === 1 && place > 1;
}

describe('the calls that usually succeed', () => {
  it('are those of the same time of day, by the minute', () => {
    expect(usual(15).between(...tenMinutes)).toBe(90);
    expect(usual(15, (place) => (isThatTime(place) ? { InboundCallAttempts: 90 } : {})).between(...tenMinutes)).toBe(
      20,
    );
    expect(usual(15).between(until - 45 * minuteMs, until)).toBe(405);
  });

  it('include calls that another route answered after the first had failed', () => {
    const rerouted = { InboundCallFailures: 200, InboundCallsAnswered: 290 };
    expect(usual(15, () => rerouted).between(...tenMinutes)).toBeCloseTo(290 / 3);
  });

  it('are those of most days, so that a day with an outage counts for nothing', () => {
    const outage = (place: number): Counts =>
      Math.floor(place / slotsPerDay) === 3 ? { InboundCallFailures: 300 } : {};
    expect(usual(15, outage).between(...tenMinutes)).toBe(90);
  });

  it('are fewer where the same time of the week had fewer, such as a closed Sunday', () => {
    const closed = (place: number): Counts =>
      place === 7 * slotsPerDay + 1 || place === 14 * slotsPerDay + 1 ? undefined : {};
    expect(usual(15, closed).between(...tenMinutes)).toBe(0);
    const once = (place: number): Counts => (place === 7 * slotsPerDay + 1 ? undefined : {});
    expect(usual(15, once).between(...tenMinutes)).toBe(90);
  });

  it('are those of one day where no more is known, and unknown without one', () => {
    expect(usual(2).between(...tenMinutes)).toBe(90);
    expect(usual(0.5).between(...tenMinutes)).toBeUndefined();
    expect(usual(0).between(...tenMinutes)).toBeUndefined();
  });

  it('are the median of the days before, in whichever order their counts came', () => {
    const attemptsOf = new Map([
      [slotsPerDay + 1, 90],
      [2 * slotsPerDay + 1, 60],
      [3 * slotsPerDay + 1, 600],
      [4 * slotsPerDay + 1, 30],
    ]);
    const varying = (place: number): Counts => ({
      InboundCallAttempts: attemptsOf.get(place) ?? 300,
      InboundCallFailures: 0,
    });
    expect(usual(5, varying).between(...tenMinutes)).toBe(30);
  });

  it('are known as soon as the past begins with the same half hour of the day before', () => {
    expect(usual((slotsPerDay + 1) / slotsPerDay).between(...tenMinutes)).toBe(90);
  });

  it('take half hours without a datapoint for half hours without a call', () => {
    expect(
      usual(15, (place) => (isThatTime(place) && place < 10 * slotsPerDay ? undefined : {})).between(...tenMinutes),
    ).toBe(0);
  });
});
