import { describe, expect, it } from 'vitest';
import { slotsPerDay, type CallTotal, type PastSlot } from '../../../lib/core/judge/past-calls.ts';
import { assumedRatio, WeeklyPattern } from '../../../lib/core/judge/weekly-pattern.ts';

const today = 14;
const noon = slotsPerDay / 2;
const usual: CallTotal = { attempts: 200, failures: 20 };
type Changes = (day: number, time: number) => Partial<CallTotal> | undefined;

/** The slots of the days up to today; 20 of 200 calls failed in each that `changes` does not change. */
function days(count: number, changes: Changes = () => ({})): readonly PastSlot[] {
  return Array.from({ length: count * slotsPerDay }, (_, place) => (today - count) * slotsPerDay + place).flatMap(
    (slot): PastSlot | [] => {
      const changed = changes(Math.floor(slot / slotsPerDay), slot % slotsPerDay);
      return changed === undefined ? [] : { slot, ...usual, ...changed };
    },
  );
}

function ratioAt(slots: readonly PastSlot[], time = noon): number {
  return new WeeklyPattern(slots).ratioIn(today * slotsPerDay + time);
}

/** The ratio of these calls, drawn towards another ratio as if `weight` more calls had it. */
function drawn({ attempts, failures }: CallTotal, towards: number, weight: number): number {
  return (failures + weight * towards) / (attempts + weight);
}

function error(ratio: number, attempts: number): number {
  return Math.sqrt((2 * ratio * (1 - ratio)) / attempts);
}

/**
 * The ratio of a time of day that `own` was learned from, on a line that `all` was learned from, standard errors added.
 *
 * @param weight of the line in calls; 50 where the time of day certainly differs
 */
function ratioOfDay(own: CallTotal, all: CallTotal, weight = 500): number {
  const overall = drawn(all, assumedRatio, 100);
  const ratio = drawn(own, overall, weight);
  const share = own.attempts / (own.attempts + weight);
  return ratio + share * error(ratio, own.attempts + weight) + error(overall, all.attempts + 100);
}

function times(count: number, { attempts, failures }: CallTotal = usual): CallTotal {
  return { attempts: attempts * count, failures: failures * count };
}

/** Noon has no time of the week, which needs both weeks. */
function atNoonExceptInOneWeek(changed: Partial<CallTotal>): Changes {
  return (day, time) => (time !== noon ? {} : day === 7 ? undefined : changed);
}

const steady = ratioOfDay(times(14), times(14 * slotsPerDay));

describe('the usual failure ratio of a time of day', () => {
  it('is what the same half hour of the other days showed, standard errors up', () => {
    expect(ratioAt(days(14))).toBeCloseTo(steady, 10);
  });

  it('differs from that of another half hour', () => {
    const lunch = days(14, atNoonExceptInOneWeek({ failures: 60 }));
    const all = { attempts: (14 * slotsPerDay - 1) * 200, failures: (14 * slotsPerDay - 1) * 20 + 13 * 40 };
    expect(ratioAt(lunch)).toBeCloseTo(ratioOfDay(times(13, { attempts: 200, failures: 60 }), all, 50), 10);
    expect(ratioAt(lunch, noon + 3)).toBeCloseTo(ratioOfDay(times(14), all), 10);
  });

  it('is that of a half hour within an hour which certainly fails more: breaks move with the clocks', () => {
    const lunch = days(14, atNoonExceptInOneWeek({ failures: 36 }));
    const around = [-3, -2, -1, 1, 2, 3].map((distance) => ratioAt(lunch, noon + distance));
    const [atNoon, usually] = [ratioAt(lunch), ratioAt(lunch, noon + 5)];
    expect(around).toEqual([usually, atNoon, atNoon, atNoon, atNoon, usually]);
  });

  it('rises by a half hour within an hour to a fifth at most', () => {
    const closed = days(14, atNoonExceptInOneWeek({ failures: 160 }));
    expect(ratioAt(closed)).toBeGreaterThan(0.7);
    expect(ratioAt(closed, noon + 1)).toBe(0.2);
  });

  it('is not that of a half hour within an hour which fails more by chance', () => {
    const chance = days(14, atNoonExceptInOneWeek({ failures: 22 }));
    expect(ratioAt(chance, noon + 1)).toBe(ratioAt(chance, noon + 5));
  });

  it('is that of the same time of the week within an hour, where both weeks certainly failed more', () => {
    const rush = days(14, (day, time) => (day % 7 === 0 && time === noon ? { failures: 50 } : {}));
    const [atNoon, usually] = [ratioAt(rush), ratioAt(rush, noon + 5)];
    expect([ratioAt(rush, noon + 2), ratioAt(rush, noon + 3)]).toEqual([atNoon, usually]);
    const inOneWeek = days(14, (day, time) => (day === 7 && time === noon ? { failures: 120 } : {}));
    expect(ratioAt(inOneWeek, noon + 2)).toBe(ratioAt(inOneWeek, noon + 5));
  });

  it('is learned from a single day', () => {
    expect(ratioAt(days(1))).toBeCloseTo(ratioOfDay(usual, times(slotsPerDay)), 10);
  });

  it('is close to that of the whole line where the half hour has few calls', () => {
    const few = { attempts: 2, failures: 0 };
    const quiet = days(14, atNoonExceptInOneWeek(few));
    const all = { attempts: 14 * (slotsPerDay - 1) * 200 + 26, failures: 14 * (slotsPerDay - 1) * 20 };
    expect(ratioAt(quiet)).toBeCloseTo(ratioOfDay(times(13, few), all), 10);
    expect(ratioAt(quiet)).toBeGreaterThan(0.09);
  });

  it('is close to the assumption where the whole line has few calls', () => {
    const one = { slot: (today - 1) * slotsPerDay + noon, attempts: 1, failures: 0 };
    expect(ratioAt([one])).toBeCloseTo(ratioOfDay(one, one), 10);
    expect(ratioAt([one]) - error(assumedRatio, 100)).toBeCloseTo(assumedRatio, 2);
  });

  it('is the assumption, a standard error up, where nothing was learned', () => {
    expect(ratioAt([])).toBeCloseTo(assumedRatio + error(assumedRatio, 100), 10);
  });

  it('is the assumption drawn from the other half hours where this one never had calls', () => {
    const closed = days(14, (_, time) => (time === noon ? undefined : {}));
    const all = times(14 * (slotsPerDay - 1));
    expect(ratioAt(closed)).toBeCloseTo(ratioOfDay({ attempts: 0, failures: 0 }, all), 10);
  });

  it('is never below 1 %, though no call ever failed', () => {
    expect(ratioAt(days(14, () => ({ failures: 0 })))).toBe(0.01);
    expect(new WeeklyPattern(days(14, () => ({ failures: 0 }))).ratioInPast(7 * slotsPerDay)).toBe(0.01);
  });

  it('is never above 98 %, though every call failed', () => {
    expect(ratioAt(days(14, () => ({ failures: 200 })))).toBe(0.98);
  });
});

describe('an outage of the past', () => {
  const withOutage = (badDays: readonly number[]) =>
    days(14, (day, time) => (time === noon && badDays.includes(day) ? { failures: 200 } : {}));
  const withoutThem = (badDays: readonly number[]) =>
    days(14, (day, time) => (time === noon && badDays.includes(day) ? undefined : {}));

  it('teaches nothing, at its own time of day and at any other', () => {
    expect(ratioAt(withOutage([3]))).toBe(ratioAt(withoutThem([3])));
    expect(ratioAt(withOutage([3]), noon + 1)).toBe(ratioAt(withoutThem([3]), noon + 1));
    expect(ratioAt(withOutage([3]))).toBeLessThan(steady + 0.01);
  });

  it('that comes back on fewer than half of the days teaches nothing either', () => {
    expect(ratioAt(withOutage([1, 2, 3, 4, 5, 6]))).toBe(ratioAt(withoutThem([1, 2, 3, 4, 5, 6])));
  });

  it('is none where most days are as bad at this time', () => {
    const bad = [1, 2, 3, 4, 5, 6, 8, 9];
    const own = { attempts: 14 * 200, failures: 8 * 200 + 6 * 20 };
    const all = { attempts: 14 * slotsPerDay * 200, failures: 14 * (slotsPerDay - 1) * 20 + own.failures };
    expect(ratioAt(withOutage(bad))).toBeCloseTo(ratioOfDay(own, all, 50), 10);
  });

  it('in the only day of the history is found by the other half hours', () => {
    const oneDay = (at: Partial<CallTotal> | undefined) => days(1, (_, time) => (time === noon ? at : {}));
    expect(ratioAt(oneDay({ failures: 200 }))).toBe(ratioAt(oneDay(undefined)));
  });
});

describe('the usual failure ratio of a time of the week', () => {
  const weekly = (lastWeek: Partial<CallTotal> | undefined, weekBefore: Partial<CallTotal> | undefined) =>
    days(14, (day, time) => (time !== noon ? {} : day === 7 ? lastWeek : day === 0 ? weekBefore : {}));
  /** Noon on the other days, because both bad weeks are outages beside these. */
  const ofDay = ratioOfDay(times(12), times(14 * slotsPerDay - 2));

  it('counts where both weeks were worse than the time of day', () => {
    const both = { attempts: 400, failures: 160 };
    expect(ratioAt(weekly({ failures: 80 }, { failures: 80 }))).toBeCloseTo(drawn(both, ofDay, 300), 10);
  });

  it('is that of the better week where they differ by more than chance', () => {
    const better = { attempts: 200, failures: 80 };
    const expected = drawn(better, ofDay, 300);
    expect(ratioAt(weekly({ failures: 80 }, { failures: 200 }))).toBeCloseTo(expected, 10);
    expect(ratioAt(weekly({ failures: 200 }, { failures: 80 }))).toBeCloseTo(expected, 10);
  });

  it('does not count where only one week was worse, or only one week has calls', () => {
    const one = ratioOfDay(times(13), times(14 * slotsPerDay - 1));
    expect(ratioAt(weekly({ failures: 80 }, {}))).toBeCloseTo(one, 10);
    expect(ratioAt(weekly({ failures: 80 }, undefined))).toBeCloseTo(ofDay, 10);
  });

  it('does not count where both weeks were better than the time of day', () => {
    const own = { attempts: 14 * 200, failures: 12 * 20 };
    const all = { attempts: 14 * slotsPerDay * 200, failures: (14 * slotsPerDay - 2) * 20 };
    expect(ratioAt(weekly({ failures: 0 }, { failures: 0 }))).toBeCloseTo(ratioOfDay(own, all), 10);
  });

  it('weighs little with few calls', () => {
    const few = { attempts: 5, failures: 5 };
    expect(ratioAt(weekly(few, few))).toBeLessThan(steady + 0.03);
  });

  it('is predicted for the past from the week before or the week after', () => {
    const bad = { attempts: 200, failures: 80 };
    const inPast = (slots: readonly PastSlot[], day: number) =>
      new WeeklyPattern(slots).ratioInPast(day * slotsPerDay + noon);
    expect(inPast(weekly({ failures: 80 }, { failures: 80 }), 0)).toBeCloseTo(drawn(bad, ofDay, 300), 10);
    expect(inPast(weekly({ failures: 80 }, { failures: 80 }), 7)).toBeCloseTo(drawn(bad, ofDay, 300), 10);
    expect(inPast(weekly({ failures: 80 }, { failures: 80 }), 8)).toBeCloseTo(ofDay, 10);
  });
});
