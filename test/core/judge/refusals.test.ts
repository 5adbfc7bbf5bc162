import { describe, expect, it } from 'vitest';
import { judgeCalls } from '../../../lib/core/judge/calls.ts';
import { callsOf } from '../../../lib/core/judge/connector-calls.ts';
import { slotMs } from '../../../lib/core/judge/past-calls.ts';
import type { MetricName, MetricsReading, Minute } from '../../../lib/core/model/observation.ts';
import { history, inbound, judgedUntil as until, nothing, read, type Span } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

type Datapoints = Readonly<Partial<Record<MetricName, number>>>;

/** Inbound calls of which this many were refused, beside any other datapoints. */
function calls(minutes: number, attempts: number, failures: number, refused: number, others: Datapoints = {}): Span {
  return { ...inbound(minutes, attempts, failures), Sip4xxCodes: refused, Sip6xxCodes: 0, ...others };
}

/** A fortnight of half hours; 6 of 300 calls failed in each, and half of these were refused. */
function fortnight(slotAt: (timeOfDay: number) => Datapoints = () => ({})): MetricsReading {
  const minutes = Array.from({ length: 14 * 48 }, (_, place): Minute => {
    const startsAt = until - (14 * 48 - place) * slotMs;
    const usual = { InboundCallAttempts: 300, InboundCallFailures: 6, Sip4xxCodes: 3, Sip6xxCodes: 0 };
    return { startsAt, ...usual, ...slotAt(Math.round(startsAt / slotMs) % 48) };
  });
  return { kind: 'read', minutes };
}

function verdictOn(spans: readonly Span[], past: MetricsReading = fortnight()) {
  const policy = aPolicy();
  const judged = callsOf({ inbound: read(...spans), history: past }, until, policy);
  return judgeCalls({ calls: judged, expectsCalls: true, policy });
}

const usual = calls(230, 10, 0, 0);

describe('calls that the called party or the callers refused', () => {
  it('make a line degraded, with their share in the reason', () => {
    expect(verdictOn([usual, calls(10, 10, 5, 5)])).toEqual({
      health: 'degraded',
      loss: { least: 0, likely: 0 },
      reason: expect.stringMatching(
        /^50 of 100 calls failed in 10 min \(50 %, .*; 50 of these 50 were refused by the called party or the callers \(SIP 4xx, 6xx\), which is no fault of a Region$/,
      ) as unknown,
    });
  });

  it('count alike with 6xx codes', () => {
    const [clientErrors, globalFailures] = [calls(10, 10, 5, 5), calls(10, 10, 5, 0, { Sip6xxCodes: 5 })];
    expect(verdictOn([usual, globalFailures])).toEqual(verdictOn([usual, clientErrors]));
  });

  it('never make it unhealthy, however many they are and however long it lasts', () => {
    for (const minutes of [3, 10, 60, 200]) {
      for (const refused of [3, 5, 8]) {
        const verdict = verdictOn([calls(240 - minutes, 10, 0, 0), calls(minutes, 10, refused, refused)]);
        expect([minutes, refused, verdict.health]).toEqual([minutes, refused, 'degraded']);
      }
    }
  });

  it('do not hide failures that nobody refused', () => {
    expect(verdictOn([usual, calls(10, 10, 8, 4)])).toEqual({
      health: 'unhealthy',
      loss: { least: 0.26, likely: 0.393 },
      reason: expect.stringMatching(/^40 of 100 calls failed in 10 min .*; refused calls left out$/) as unknown,
    });
  });

  it('are a fault where next to no call gets through, against the usual successes', () => {
    expect(verdictOn([usual, calls(10, 10, 10, 10)])).toEqual({
      health: 'unhealthy',
      loss: { least: 0.96, likely: 1 },
      reason: expect.stringMatching(
        /^100 of 100 calls failed in 10 min .*; refused, but next to no call gets through: 0 succeeded instead of about 98$/,
      ) as unknown,
    });
    expect(verdictOn([usual, calls(10, 10, 9, 9)])).toMatchObject({ health: 'degraded' });
  });

  it('are no fault where as many calls as usual get through beside a dialler’s', () => {
    expect(verdictOn([usual, calls(10, 200, 190, 190)])).toMatchObject({ health: 'degraded' });
  });

  it('are no fault where the usual successes are not known', () => {
    const refused = [usual, calls(10, 10, 10, 10)];
    expect(verdictOn(refused, { kind: 'partial', message: 'some' })).toMatchObject({ health: 'degraded' });
  });
});

describe('a flood of calls to unknown numbers, beside the usual calls of a quiet hour', () => {
  /** 60 refused calls a minute beside those of the line. */
  const flood = (minutes: number, succeeding: number): Span => calls(minutes, 60 + succeeding, 60, 60);

  it('is no fault where so few calls usually succeed that their absence may be chance', () => {
    const quiet = fortnight(() => ({ InboundCallAttempts: 30 }));
    expect(verdictOn([calls(220, 1, 0, 0), flood(20, 0)], quiet)).toMatchObject({ health: 'unhealthy' });
    expect(verdictOn([calls(235, 1, 0, 0), flood(5, 0)], quiet)).toMatchObject({ health: 'degraded' });
  });

  it('is no fault on a Sunday on which the line is closed, against working days that begin at this time', () => {
    const week = fortnight((timeOfDay) => (timeOfDay < 23 ? { InboundCallAttempts: 0, InboundCallFailures: 0 } : {}));
    const weekdayOf = (time: number): number => new Date(time).getUTCDay();
    const workingDays =
      week.kind === 'read' ? week.minutes.filter(({ startsAt }) => weekdayOf(startsAt) !== weekdayOf(until)) : [];
    const flooded = [nothing(212), flood(28, 0)];
    expect(verdictOn(flooded, week)).toMatchObject({ health: 'unhealthy' });
    expect(verdictOn(flooded, { kind: 'read', minutes: workingDays })).toMatchObject({ health: 'degraded' });
  });

  it('is no fault on a holiday, on which fewer calls than usual came before it too', () => {
    expect(verdictOn([calls(235, 10, 0, 0), flood(5, 0)])).toMatchObject({ health: 'unhealthy' });
    expect(verdictOn([calls(235, 1, 0, 0), flood(5, 0)])).toMatchObject({ health: 'degraded' });
  });
});

describe('response codes and Throttles of outbound calls', () => {
  const dialler = { OutboundCallAttempts: 20, OutboundCallFailures: 8 };

  it('do not excuse inbound failures: a dialler’s busy calls beside 5xx', () => {
    expect(verdictOn([usual, calls(10, 10, 6, 8, dialler)])).toMatchObject({
      health: 'unhealthy',
      reason: expect.stringMatching(/^60 of 100 calls failed in 10 min/) as unknown,
    });
  });

  it('leave the refusals that the failed outbound calls cannot explain', () => {
    expect(verdictOn([usual, calls(10, 10, 6, 14, dialler)])).toMatchObject({ health: 'degraded' });
  });

  it('do not hide inbound failures as throttled', () => {
    const throttled = { ...dialler, Throttles: 8 };
    expect(verdictOn([usual, calls(10, 10, 6, 0, throttled)])).toMatchObject({
      health: 'unhealthy',
      reason: expect.stringMatching(/^60 of 100 calls failed in 10 min/) as unknown,
    });
    expect(verdictOn([usual, calls(10, 10, 6, 0, { Throttles: 6 })])).toMatchObject({ health: 'healthy' });
  });
});

describe('response codes that explain nothing', () => {
  const failing = [usual, calls(10, 10, 5, 5)];

  it('are those of a line whose first route always answers 4xx', () => {
    expect(
      verdictOn(
        failing,
        fortnight(() => ({ Sip4xxCodes: 300 })),
      ),
    ).toMatchObject({
      health: 'unhealthy',
      reason: expect.stringMatching(/^50 of 100 calls failed in 10 min/) as unknown,
    });
    expect(
      verdictOn(
        failing,
        fortnight(() => ({ Sip4xxCodes: 9 })),
      ),
    ).toMatchObject({ health: 'degraded' });
    expect(
      verdictOn(
        failing,
        fortnight(() => ({ Sip4xxCodes: 10 })),
      ),
    ).toMatchObject({ health: 'unhealthy' });
  });

  it('are those that were not read: the counts decide', () => {
    expect(verdictOn([inbound(230, 10), inbound(10, 10, 5)])).toMatchObject({
      health: 'unhealthy',
      reason: expect.stringMatching(/^50 of 100 calls failed in 10 min/) as unknown,
    });
  });

  it('are those before the history was read', () => {
    const policy = aPolicy();
    const { all, unrefused } = callsOf({ inbound: read(...failing), history: undefined }, until, policy);
    expect(unrefused).toBeUndefined();
    expect(all.source).toBe('assumed, history not read');
  });
});

describe('refusals that are normal for a line', () => {
  const everyThird = fortnight(() => ({ InboundCallFailures: 90, Sip4xxCodes: 90 }));

  it('leave it healthy: 30 % at every hour', () => {
    expect(verdictOn([calls(240, 10, 3, 3)], everyThird)).toMatchObject({
      health: 'healthy',
      reason: expect.stringMatching(/^15 of 50 calls failed in 5 min \(30 %/) as unknown,
    });
  });

  it('do not hide a fault beside them', () => {
    expect(verdictOn([calls(230, 10, 3, 3), calls(10, 10, 8, 3)], everyThird)).toMatchObject({ health: 'unhealthy' });
  });

  it('leave it healthy at night, where a closed call centre declined 70 % in the last nights too', () => {
    // From eight until after noon, which is the judged time.
    const isNight = (timeOfDay: number) => timeOfDay >= 16 && timeOfDay < 28;
    const declined = { InboundCallAttempts: 3000, InboundCallFailures: 2100, Sip4xxCodes: 2100 };
    const nights = fortnight((timeOfDay) => (isNight(timeOfDay) ? declined : {}));
    const night = [calls(240, 100, 70, 70)];
    expect(verdictOn(night, nights)).toMatchObject({ health: 'healthy' });
    expect(verdictOn(night)).toMatchObject({ health: 'degraded' });
  });

  it('are learned whatever their share; other failures only up to 20 %', () => {
    const learnedFrom = (refused: number) => {
      const past = fortnight(() => ({ InboundCallFailures: 210, Sip4xxCodes: refused }));
      return callsOf({ inbound: { kind: 'read', minutes: history(usual) }, history: past }, until, aPolicy());
    };
    const baselineOf = ({ all }: ReturnType<typeof learnedFrom>) => (all.series.expected[240] ?? 0) / 2300;
    expect(baselineOf(learnedFrom(210))).toBeGreaterThan(0.65);
    expect(baselineOf(learnedFrom(0))).toBeLessThan(0.25);
  });
});

describe('refusals beside a first route that is down', () => {
  // Of ten calls, one is refused and nine are answered, six of them by the second route.
  const down = (minutes: number) => calls(minutes, 10, 7, 1, { InboundCallsAnswered: 9 });
  const fine = (minutes: number) => calls(minutes, 10, 1, 1, { InboundCallsAnswered: 9 });

  it('stay refusals: the callers lose nothing, however long it lasts', () => {
    for (const minutes of [3, 10, 60, 200]) {
      const verdict = verdictOn([fine(240 - minutes), down(minutes)]);
      expect([minutes, verdict.health]).not.toEqual([minutes, 'unhealthy']);
    }
  });

  it('do not hide a fault of a line whose routes are tried in turn, where refusals are answered by the next', () => {
    const inTurn = fortnight(() => ({ InboundCallFailures: 180, InboundCallsAnswered: 297, Sip4xxCodes: 177 }));
    const normally = calls(230, 10, 6, 6, { InboundCallsAnswered: 10 });
    expect(verdictOn([normally, calls(10, 10, 9, 5, { InboundCallsAnswered: 5 })], inTurn)).toMatchObject({
      health: 'unhealthy',
      reason: expect.stringMatching(/^40 of 100 calls failed in 10 min/) as unknown,
    });
  });
});

describe('the loss of a line that only refusals make degraded', () => {
  it('is that of the failures which nobody refused, also where they are too few to prove a fault', () => {
    const few = verdictOn([usual, calls(10, 10, 4, 4), calls(1, 10, 4, 1)]);
    // Three of 110 calls, against 1 %; on a fault that is over they would count for nothing.
    expect(few).toMatchObject({ health: 'degraded', loss: { least: 0.026, likely: 0.026 } });
  });
});
