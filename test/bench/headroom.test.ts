import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectorHistory, metricLagSeconds } from '../../bench/connector-history.ts';
import { noMetrics, type ConnectorMetrics } from '../../bench/connector-metrics.ts';
import { Headroom } from '../../bench/headroom.ts';
import { epoch } from '../../bench/worlds.ts';
import { suspicionOf } from '../../lib/core/judge/calls.ts';
import { callsOf, type ConnectorCalls } from '../../lib/core/judge/connector-calls.ts';
import { slotMs } from '../../lib/core/judge/past-calls.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import { runs } from '../builders/random.ts';

const limit = 10;
const minutesBefore = 3 * 24 * 60;

/** A line with calls of which some fail: attempts, failures, and how many of them were refused. */
type Minute = readonly [attempts: number, failures: number, refused: number];

function metrics([attempts, failed, refusals]: Minute): ConnectorMetrics {
  const failures = Math.min(failed, attempts);
  return { ...noMetrics, published: true, attempts, failures, sip4xx: Math.min(refusals, failures) };
}

class Line {
  readonly #history = new ConnectorHistory();
  #newest = epoch - minuteMs;

  push(minute: Minute): void {
    this.#newest += minuteMs;
    this.#history.push(this.#newest, metrics(minute));
  }

  get until(): number {
    return this.#newest + minuteMs;
  }

  calls(): ConnectorCalls {
    const observedAt = this.until + metricLagSeconds * 1000;
    return callsOf(this.#history.observeSuspect(0, observedAt), this.until, { dispersion: 2 });
  }
}

/** Three days in which one call in ten fails, one in twenty of all refused. */
function lineWithPast(): Line {
  const line = new Line();
  for (let minute = 0; minute < minutesBefore; minute += 1) line.push([10, 1, minute % 2]);
  return line;
}

function strongestEvidence({ all, unrefused }: ConnectorCalls): number {
  return Math.max(suspicionOf(all), unrefused === undefined ? 0 : suspicionOf(unrefused));
}

const minute = fc.tuple(fc.nat(20), fc.nat(8), fc.nat(3));

describe('the headroom of a line', () => {
  it('covers no minute in which the evidence may exceed the limit', () => {
    let [covered, exceeded] = [0, 0];
    fc.assert(
      fc.property(fc.array(minute, { minLength: 5, maxLength: 25 }), fc.nat(4), (minutes, before) => {
        const line = lineWithPast();
        for (const each of minutes.slice(0, before + 1)) line.push(each);
        const headroom = Headroom.after(line.calls(), limit);
        for (const each of minutes.slice(before + 1)) {
          line.push(each);
          headroom?.push(metrics(each));
          const evidence = strongestEvidence(line.calls());
          if (evidence > limit) exceeded += 1;
          if (headroom?.covers(line.until) !== true) continue;
          covered += 1;
          expect(evidence).toBeLessThanOrEqual(limit);
        }
      }),
      runs(100),
    );
    expect(Math.min(covered, exceeded)).toBeGreaterThan(0);
  });

  it('covers most of a half hour of a line that fails as usual, and ends with it', () => {
    const line = lineWithPast();
    line.push([10, 1, 0]);
    const headroom = Headroom.after(line.calls(), limit);
    let covered = 0;
    for (let pushed = 1; line.until % slotMs !== 0; pushed += 1) {
      line.push([10, 1, pushed % 2]);
      headroom?.push(metrics([10, 1, pushed % 2]));
      if (headroom?.covers(line.until) === true) covered += 1;
    }
    expect(covered).toBe(28);
    expect(headroom?.covers(line.until)).toBe(false);
  });

  it('is unknown before the half hour has calls to compare', () => {
    const line = lineWithPast();
    expect(Headroom.after(line.calls(), limit)).toBeUndefined();
    line.push([0, 0, 0]);
    expect(Headroom.after(line.calls(), limit)).toBeUndefined();
  });
});
