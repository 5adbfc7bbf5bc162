import { describe, expect, it } from 'vitest';
import { isIntervalBegun, previousRunAt } from '../../../lib/core/model/wake.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';

const at = Date.UTC(2026, 10, 20, 9, 2, 4);

function minutesBefore(minutes: number): number {
  return at - minutes * minuteMs;
}

describe('The run before', () => {
  it.each([
    ['of a schedule of every minute was a minute ago, whatever is remembered', 'schedule', minutesBefore(4), 1],
    ['was as remembered', 'alarms', minutesBefore(3), 3],
    ['was an interval ago after a cold start', 'alarms', undefined, 5],
    ['was an interval ago at the earliest, however old the memory is', 'alarms', minutesBefore(90), 5],
    ['was a minute ago at the latest, because two runs may begin in one minute', 'alarms', minutesBefore(0), 1],
  ] as const)('%s', (_what, mode, rememberedAt, minutes) => {
    expect(previousRunAt(at, mode, rememberedAt)).toBe(minutesBefore(minutes));
  });
});

describe('A quarter of an hour', () => {
  it.each([
    ['begins between two runs of a schedule of every 5 minutes', [8, 58], [9, 3], true],
    ['begins with the minute of the run', [8, 59], [9, 0], true],
    ['does not begin with the minute after', [9, 0], [9, 1], false],
  ] as const)('%s', (_what, [hour, minute], [laterHour, laterMinute], expected) => {
    const since = Date.UTC(2026, 10, 20, hour, minute, 59);
    expect(isIntervalBegun(15, since, Date.UTC(2026, 10, 20, laterHour, laterMinute, 1))).toBe(expected);
  });
});
