import { describe, expect, it } from 'vitest';
import {
  isAboveWakeThreshold,
  newestAboveWakeThreshold,
  wakeExpression,
} from '../../../lib/core/judge/wake-threshold.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { parseExpression } from '../../../sim/account/alarms/metric-math.ts';
import { history, inbound, judgedUntil } from '../../builders/metrics.ts';

describe('The threshold of failed calls at which the monitor is woken', () => {
  it('is the same in CloudWatch and in the monitor', () => {
    const { evaluate } = parseExpression(wakeExpression('attempts', 'failures'));
    const counts = Array.from({ length: 60 }, (_, attempts) => attempts);
    const differing = counts.flatMap((attempts) =>
      counts
        .slice(0, attempts + 1)
        .filter((failures) => {
          const beyond = evaluate((id) => (id === 'attempts' ? attempts : failures)) ?? Number.NaN;
          return beyond > 0 !== isAboveWakeThreshold(attempts, failures);
        })
        .map((failures) => [attempts, failures]),
    );
    expect(differing).toEqual([]);
  });

  it.each([
    [0, 0, false],
    [1, 1, true],
    [10, 1, false],
    [10, 2, true],
    [24, 3, false],
    [24, 4, true],
    [1000, 64, false],
    [1000, 65, true],
  ])('of %i calls and %i failures is exceeded: %s', (attempts, failures, expected) => {
    expect(isAboveWakeThreshold(attempts, failures)).toBe(expected);
  });

  it('is looked for in the newest minutes only', () => {
    const minutes = history(inbound(1, 10, 9), inbound(4, 10));
    const found = { startsAt: judgedUntil - 5 * minuteMs, attempts: 10, failures: 9 };
    expect(newestAboveWakeThreshold(minutes, judgedUntil, 5)).toMatchObject(found);
    expect(newestAboveWakeThreshold(minutes, judgedUntil, 4)).toBeUndefined();
  });
});
