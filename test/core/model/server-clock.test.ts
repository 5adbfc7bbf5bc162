import { describe, expect, it } from 'vitest';
import { clockProblem } from '../../../lib/core/model/server-clock.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';

const sentAt = Date.UTC(2026, 10, 20, 9);

/** What is wrong where AWS's clock shows so many milliseconds more than ours. */
function problemAt(ofAwsAhead: number): string | undefined {
  return clockProblem([{ region: 'us-east-1', date: sentAt + ofAwsAhead, sentAt, receivedAt: sentAt }]);
}

describe('our clock', () => {
  it('may be up to two minutes behind that of AWS', () => {
    expect(problemAt(2 * minuteMs)).toBeUndefined();
    expect(problemAt(2 * minuteMs + 1)).toBe(
      "our clock is at least 2 min behind AWS's (Date header of us-east-1, round trip 0 s), limit 2 min: nothing is decided",
    );
  });

  it('may be up to two minutes ahead of it, beyond the second that AWS leaves out', () => {
    expect(problemAt(-2 * minuteMs - 1000)).toBeUndefined();
    expect(problemAt(-2 * minuteMs - 1001)).toMatch(
      /^our clock is at least 2 min ahead of AWS's .*: nothing is decided$/,
    );
  });

  it('has no known problem where AWS sent no time', () => {
    expect(clockProblem([])).toBeUndefined();
  });
});
