import { describe, expect, it } from 'vitest';
import { judgedUntil, judgeGroup, judgeOutbound, judgeRegions } from '../../lib/core/judge.ts';
import { minuteMs, type GroupPolicy, type MetricsReading, type Verdict } from '../../lib/core/model.ts';
import { aGroup, items } from '../builders/group.ts';
import { history, inbound, nothing, observedAt, outbound, read, type Span } from '../builders/metrics.ts';
import { aConnector, anObservation, inVirginia } from '../builders/observation.ts';
import { aPolicy } from '../builders/policy.ts';

/** The verdict on `east` as the first of its group, when its Region is known only by it. */
function verdictOnTop(reading: MetricsReading, policy: GroupPolicy = aPolicy()): Verdict | undefined {
  const observation = anObservation({ connectors: [aConnector({ inbound: reading })] });
  return judgeGroup(observation.groups[0]!, observation, judgeRegions(observation, policy), policy).get('east');
}

/** The verdict on `east` as the second of its group, behind a `west` in another Region where all is well. */
function verdictOnStandby(reading: MetricsReading): Verdict | undefined {
  const west = aConnector({ voiceConnectorId: 'west', region: 'us-west-2' });
  const observation = anObservation({ connectors: [west, aConnector({ inbound: reading })] });
  const policy = aPolicy();
  return judgeGroup(observation.groups[0]!, observation, judgeRegions(observation, policy), policy).get('east');
}

function audio(minutes: number, metric: 'MOSBetweenVcAndCustomer' | 'MOSBetweenVcAndRemote', mos: number): Span {
  return { ...inbound(minutes, 10), [metric]: mos };
}

describe('a Voice Connector is healthy', () => {
  it('when no call failed', () => {
    expect(verdictOnTop(read(inbound(60, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, tolerable 10 %)',
    });
  });

  it('when CloudWatch has no datapoint for failures at all', () => {
    expect(verdictOnTop(read({ minutes: 60, InboundCallAttempts: 10 }))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, tolerable 10 %)',
    });
  });

  it('when exactly the tolerable share failed', () => {
    expect(verdictOnTop(read(inbound(60, 10, 1)))).toEqual({
      health: 'healthy',
      reason: '5 of 50 calls failed in 5 min (10 %, tolerable 10 %)',
    });
  });

  it('as soon as the judged minutes are good again, whatever the hour before was like', () => {
    expect(verdictOnTop(read(inbound(55, 10, 10), inbound(5, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, tolerable 10 %)',
    });
  });

  it('at a low volume by the shortest window with enough answered calls', () => {
    expect(verdictOnTop(read(inbound(60, 1)))).toEqual({
      health: 'healthy',
      reason: '0 of 10 calls failed in 10 min (0 %, tolerable 10 %)',
    });
  });
});

describe('a Voice Connector is unhealthy', () => {
  it('when every call has failed for two minutes', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, tolerable 10 %; chance 1e-20 < 1e-6)',
    });
  });

  it('when a third of its calls fails for long enough to be no luck', () => {
    expect(verdictOnTop(read(inbound(55, 10), inbound(5, 12, 4)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 60 calls failed in 5 min (33.3 %, tolerable 10 %; chance 8e-7 < 1e-6)',
    });
  });

  it('at a low volume by a window as wide as its calls need', () => {
    expect(verdictOnTop(read(inbound(48, 1), inbound(12, 1, 1)))).toEqual({
      health: 'unhealthy',
      reason: '12 of 12 calls failed in 12 min (100 %, tolerable 10 %; chance 1e-12 < 1e-6)',
    });
  });

  it('when failures are reported that outnumber the attempts, as if all had failed', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 25)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, tolerable 10 %; chance 1e-20 < 1e-6)',
    });
  });

  it('until enough calls went through again: one more failed call does not make up the number', () => {
    const recovering = (failures: number) =>
      read(inbound(55, 10, 10), inbound(4, 0), inbound(1, 9 + failures, failures));
    expect(verdictOnTop(recovering(0))?.health).toBe('unhealthy');
    expect(verdictOnTop(recovering(1))?.health).toBe('unhealthy');
    expect(verdictOnTop(read(inbound(55, 10, 10), inbound(4, 0), inbound(1, 10)))?.health).toBe('healthy');
  });

  it('by what fails beyond its throttled calls', () => {
    const mixed = { ...inbound(5, 20, 12), Throttles: 4 };
    expect(verdictOnTop(read(inbound(55, 20), mixed))).toEqual({
      health: 'unhealthy',
      reason: '40 of 80 calls failed in 5 min (50 %, tolerable 10 %; chance 2e-19 < 1e-6)',
    });
  });
});

describe('a Voice Connector is not convicted', () => {
  it('by one failing minute, however bad: a blip of 43 seconds is over before a move would help', () => {
    expect(verdictOnTop(read(inbound(59, 100), inbound(1, 100, 100)))).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '100 of 500 calls failed in 5 min (20 %, tolerable 10 %; proof needs 3 failures over 2 failing minutes)',
    });
  });

  it('by the newest minute, whose metrics are still coming in', () => {
    const settled = history(inbound(59, 10), inbound(1, 10, 10));
    const incomplete = { startsAt: observedAt - 90_000, InboundCallAttempts: 10, InboundCallFailures: 10 };
    const newer = { ...incomplete, startsAt: observedAt - 30_000 };
    expect(verdictOnTop({ kind: 'read', minutes: [...settled, incomplete, newer] })).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '10 of 50 calls failed in 5 min (20 %, tolerable 10 %; proof needs 3 failures over 2 failing minutes)',
    });
  });

  it('by fewer failures than the policy asks for, even where luck is no explanation', () => {
    const policy = aPolicy({ minFailures: 21 });
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)), policy)).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '20 of 50 calls failed in 5 min (40 %, tolerable 10 %; proof needs 21 failures over 2 failing minutes)',
    });
  });

  it('by fewer calls than the policy asks for, though all of them failed', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(1, 4, 4), inbound(1, 5, 5)))).toEqual({
      health: 'degraded',
      reason: '9 of 19 calls failed in 3 min (47.4 %, tolerable 10 %; chance 4e-5, proof needs < 1e-6)',
    });
  });

  it('by what luck shows a little more often than the policy tolerates', () => {
    const policy = aPolicy({ falseAlarmProbability: 7.8e-7 });
    expect(verdictOnTop(read(inbound(55, 10), inbound(5, 12, 4)), policy)).toEqual({
      health: 'degraded',
      reason: '20 of 60 calls failed in 5 min (33.3 %, tolerable 10 %; chance 8e-7, proof needs < 8e-7)',
    });
  });

  it('by failures that luck explains', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 3)))).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '6 of 20 calls failed in 2 min (30 %, tolerable 10 %; chance 0.011, proof needs < 1e-6)',
    });
  });

  it('by failures rare enough to be reported but not proven', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 4)))).toEqual({
      health: 'degraded',
      reason: '8 of 20 calls failed in 2 min (40 %, tolerable 10 %; chance 4e-4, proof needs < 1e-6)',
    });
  });

  it('by calls that the account’s own limit turned away', () => {
    const throttled = { ...inbound(5, 20, 10), Throttles: 10 };
    expect(verdictOnTop(read(inbound(55, 20), throttled))).toEqual({
      health: 'degraded',
      reason: '50 Throttles beside 50 good calls in 5 min: a quota is too low, moving would move the overload',
    });
  });

  it('by a limit that turned every single call away', () => {
    const throttled = { ...inbound(60, 20, 20), Throttles: 20 };
    expect(verdictOnTop(read(throttled))).toEqual({
      health: 'degraded',
      reason: '100 Throttles beside 0 good calls in 5 min: a quota is too low, moving would move the overload',
    });
  });

  it('by throttles that were not counted as failed calls', () => {
    expect(verdictOnTop(read(inbound(55, 20), { ...inbound(5, 20), Throttles: 1 }))).toEqual({
      health: 'healthy',
      reason: '0 of 100 calls failed in 5 min (0 %, tolerable 10 %)',
    });
  });

  it('by a tolerable share of throttled calls, which is not even an overload', () => {
    expect(verdictOnTop(read(inbound(55, 20), { ...inbound(5, 22, 2), Throttles: 2 }))).toEqual({
      health: 'healthy',
      reason: '0 of 100 calls failed in 5 min (0 %, tolerable 10 %)',
    });
  });

  it.each(['MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote'] as const)('by bad audio on %s', (leg) => {
    expect(verdictOnTop(read(inbound(57, 10), audio(3, leg, 1.2)))).toEqual({
      health: 'degraded',
      reason: `${leg} 1.20 on average over 3 min, degradedMos 3.5`,
    });
  });
});

describe('audio', () => {
  it('of failing calls that prove nothing by their number is still bad', () => {
    const failing = { ...audio(2, 'MOSBetweenVcAndCustomer', 1.2), InboundCallFailures: 3 };
    expect(verdictOnTop(read(inbound(57, 10), audio(1, 'MOSBetweenVcAndCustomer', 1.2), failing))).toEqual({
      health: 'degraded',
      reason: 'MOSBetweenVcAndCustomer 1.20 on average over 3 min, degradedMos 3.5',
    });
  });

  it('of a lone call says nothing of an idle standby, or of one with a few calls', () => {
    expect(verdictOnTop(read({ minutes: 5, MOSBetweenVcAndCustomer: 1.2 }))).toMatchObject({ cause: 'idle' });
    const few = { ...inbound(5, 1), MOSBetweenVcAndCustomer: 1.2 };
    expect(verdictOnTop(read(few))).toMatchObject({ cause: 'low-volume' });
  });

  it('needs a majority of the judged minutes to complain', () => {
    expect(verdictOnTop(read(inbound(58, 10), audio(2, 'MOSBetweenVcAndCustomer', 1.2)))?.health).toBe('healthy');
  });

  it('of before the judged minutes, and of the incomplete one, is past or not yet known', () => {
    const past = read(audio(55, 'MOSBetweenVcAndCustomer', 1.2), inbound(5, 10));
    expect(verdictOnTop(past)?.health).toBe('healthy');
    const bad = history(inbound(58, 10), audio(2, 'MOSBetweenVcAndCustomer', 1.2));
    const newest = { startsAt: observedAt - 90_000, MOSBetweenVcAndCustomer: 1.2 };
    expect(verdictOnTop({ kind: 'read', minutes: [...bad, newest] })?.health).toBe('healthy');
  });

  it('at the threshold is good enough, in whatever order its minutes are listed', () => {
    // To a computer 1 + 1.2 + 2.1 is more than 2.1 + 1.2 + 1.
    const policy = aPolicy({ degradedMos: (1 + 1.2 + 2.1) / 3 });
    const scored = history(
      inbound(57, 10),
      audio(1, 'MOSBetweenVcAndCustomer', 1),
      audio(1, 'MOSBetweenVcAndCustomer', 1.2),
      audio(1, 'MOSBetweenVcAndCustomer', 2.1),
    );
    const verdict = verdictOnTop({ kind: 'read', minutes: scored }, policy);
    expect(verdict?.health).toBe('healthy');
    expect(verdictOnTop({ kind: 'read', minutes: scored.toReversed() }, policy)).toEqual(verdict);
  });
});

describe('too little to judge by', () => {
  it('is idle where no call came in an hour', () => {
    expect(verdictOnTop(read(nothing(60)))).toEqual({ health: 'unknown', cause: 'idle', reason: 'no calls in 60 min' });
    expect(verdictOnTop(read(inbound(60, 0)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no calls in 60 min',
    });
  });

  it('is idle where all calls are older than the hour', () => {
    expect(verdictOnTop(read(inbound(30, 10, 10), nothing(60)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no calls in 60 min',
    });
  });

  it('is idle where failures are reported without the attempts they belong to', () => {
    expect(verdictOnTop(read({ minutes: 60, InboundCallFailures: 5 }))?.health).toBe('unknown');
  });

  it('is low volume at night, even if the one call failed', () => {
    expect(verdictOnTop(read(inbound(1, 1, 1), inbound(4, 0)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '1 calls in 60 min, minAttempts 10',
    });
  });

  it('is low volume one call below the floor, though all failed', () => {
    expect(verdictOnTop(read(inbound(51, 0), inbound(9, 1, 1)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '9 calls in 60 min, minAttempts 10',
    });
    expect(verdictOnTop(read(inbound(50, 0), inbound(10, 1, 1)))?.health).toBe('unhealthy');
  });

  it('is low volume, not health, where the floor is reached by failed calls alone', () => {
    expect(verdictOnTop(read(inbound(50, 0), inbound(9, 1), inbound(1, 1, 1)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '9 of 10 calls went through in 60 min, minAttempts 10',
    });
  });
});

describe('silence', () => {
  it('of a first choice for which nothing is published is stale: the calls or the data are missing', () => {
    expect(verdictOnTop(read(inbound(58, 10), nothing(2)))).toEqual({
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 2 min, about 20 calls at the rate before',
    });
  });

  it('is not broken by the minute that is still coming in, nor by the audio of calls that go on', () => {
    const lost = history(inbound(58, 10), nothing(2));
    const newest = { startsAt: observedAt - 90_000, InboundCallAttempts: 10 };
    const stale = {
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 2 min, about 20 calls at the rate before',
    };
    expect(verdictOnTop({ kind: 'read', minutes: [...lost, newest] })).toEqual(stale);
    expect(verdictOnTop(read(inbound(58, 10), { minutes: 2, MOSBetweenVcAndCustomer: 4.2 }))).toEqual(stale);
  });

  it('hides an overload that was going on before it', () => {
    const throttled = { ...inbound(3, 20, 10), Throttles: 10 };
    expect(verdictOnTop(read(inbound(55, 20), throttled, nothing(2)))).toMatchObject({ cause: 'stale' });
  });

  it('of a first choice that publishes zeros is idle', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 0)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no call for 2 min, about 20 calls at the rate before',
    });
  });

  it('of a standby is idle: calls went elsewhere again', () => {
    expect(verdictOnStandby(read(inbound(58, 10), nothing(2)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no datapoint for 2 min, about 20 calls at the rate before',
    });
  });

  it('hides a failure that was going on before it: late data is not an outage', () => {
    expect(verdictOnTop(read(inbound(50, 10), inbound(8, 10, 10), nothing(2)))).toEqual({
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 2 min, about 20 calls at the rate before',
    });
  });

  it('of fewer than five expected calls is a quiet moment', () => {
    expect(verdictOnTop(read(inbound(59, 4), nothing(1)))).toEqual({
      health: 'healthy',
      reason: '0 of 16 calls failed in 5 min (0 %, tolerable 10 %)',
    });
    expect(verdictOnTop(read(inbound(59, 5), nothing(1)))).toEqual({
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 1 min, about 5 calls at the rate before',
    });
  });
});

describe('a Voice Connector that cannot be read', () => {
  it.each(['fetch-error', 'forbidden', 'partial'] as const)('is unknown (%s), with what CloudWatch said', (kind) => {
    expect(verdictOnTop({ kind, message: 'it said no' })).toEqual({
      health: 'unknown',
      cause: kind,
      reason: 'CloudWatch: it said no',
    });
  });

  it('is unknown where AWS does not say in which Region it is', () => {
    const observation = anObservation({ connectors: [aConnector({ region: undefined })] });
    expect(judgeGroup(observation.groups[0]!, observation, new Map(), aPolicy()).get('east')).toEqual({
      health: 'unknown',
      cause: 'fetch-error',
      reason: 'AWS does not say in which Region it is',
    });
    expect(judgeRegions(observation, aPolicy())).toEqual(new Map());
  });

  it('has no verdict at all where nobody observed it', () => {
    const group = aGroup({ items: items({ east: 1, west: 2 }) });
    const observation = anObservation({ groups: [group], connectors: [aConnector()] });
    const verdicts = judgeGroup(group, observation, judgeRegions(observation, aPolicy()), aPolicy());
    expect([...verdicts.keys()]).toEqual(['east']);
  });
});

describe('the judged time', () => {
  it.each([
    { lag: 0, at: '12:01:30', until: '12:01:00' },
    { lag: 0, at: '12:01:00', until: '12:01:00' },
    { lag: 60, at: '12:01:59.999', until: '12:00:00' },
    { lag: 60, at: '12:02:00', until: '12:01:00' },
    { lag: 90, at: '12:02:00', until: '12:00:00' },
  ])('ends at $until for a turn at $at when metrics take $lag s', ({ lag, at, until }) => {
    const day = '2026-11-20T';
    expect(judgedUntil(Date.parse(`${day}${at}Z`), { metricLagSeconds: lag })).toBe(Date.parse(`${day}${until}Z`));
  });
});

describe('a Region', () => {
  const regionOf = (readings: Readonly<Record<string, MetricsReading>>, groups = [aGroup()]) =>
    judgeRegions(anObservation({ groups, connectors: inVirginia(readings) }), aPolicy()).get('us-east-1');
  /** Too thin for one alone: three calls in three minutes, all failed. */
  const thin = read(inbound(57, 0), inbound(3, 1, 1));

  it('has the verdict of the one Voice Connector it has', () => {
    expect(regionOf({ east: read(inbound(58, 10), inbound(2, 10, 10)) })).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, tolerable 10 %; chance 1e-20 < 1e-6)',
    });
    expect(regionOf({ east: { kind: 'forbidden', message: 'no' } })).toEqual({
      health: 'unknown',
      cause: 'forbidden',
      reason: 'CloudWatch: no',
    });
  });

  it('is convicted by calls pooled over Voice Connectors of which none proves a thing', () => {
    expect(regionOf({ a: thin, b: thin, c: thin, d: thin })).toEqual({
      health: 'unhealthy',
      reason:
        '12 of 12 calls failed in 3 min (100 %, tolerable 10 %; chance 1e-12 < 1e-6), pooled over 4 Voice Connectors',
    });
    expect(verdictOnTop(thin)?.health).toBe('unknown');
  });

  it('pools what could be read', () => {
    expect(regionOf({ a: thin, b: thin, c: thin, d: thin, e: { kind: 'partial', message: 'some' } })).toEqual({
      health: 'unhealthy',
      reason:
        '12 of 12 calls failed in 3 min (100 %, tolerable 10 %; chance 1e-12 < 1e-6), pooled over 4 Voice Connectors',
    });
  });

  it('is cleared by one healthy Voice Connector', () => {
    expect(regionOf({ a: thin, b: thin, c: thin, d: thin, e: read(inbound(60, 10)) })).toEqual({
      health: 'healthy',
      reason: '1 healthy and 0 unhealthy of 5 Voice Connectors',
    });
  });

  it('is degraded, and not unhealthy, where one is healthy and one is not', () => {
    expect(regionOf({ a: read(inbound(60, 10)), b: read(inbound(60, 10, 10)) })).toEqual({
      health: 'degraded',
      reason: '1 healthy and 1 unhealthy of 2 Voice Connectors',
    });
  });

  it('is unknown where nothing in it could be read, for the same reason whoever is listed first', () => {
    const readings = {
      a: { kind: 'forbidden', message: 'not allowed' },
      b: { kind: 'fetch-error', message: 'no answer' },
    } as const;
    const verdict = { health: 'unknown', cause: 'forbidden', reason: 'CloudWatch: not allowed' };
    expect(regionOf(readings)).toEqual(verdict);
    expect(regionOf({ b: readings.b, a: readings.a })).toEqual(verdict);
  });

  it('is idle where no one has calls', () => {
    expect(regionOf({ a: read(nothing(60)), b: read(nothing(60)) })).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no calls in 60 min, pooled over 2 Voice Connectors',
    });
  });
});

describe('a sick Region', () => {
  const sick = new Map([['us-east-1', { health: 'unhealthy', reason: '12 of 12 calls failed' } as const]]);
  const verdictIn = (reading: MetricsReading) => {
    const observation = anObservation({ connectors: [aConnector({ inbound: reading })] });
    return judgeGroup(observation.groups[0]!, observation, sick, aPolicy()).get('east');
  };

  it('convicts a Voice Connector whose own calls fail too, but are too few to prove it', () => {
    expect(verdictIn(read(inbound(57, 0), inbound(3, 1, 1)))).toEqual({
      health: 'unhealthy',
      reason: '3 of 3 calls failed in 5 min (100 %); its Region is unhealthy: 12 of 12 calls failed',
    });
  });

  it('does not convict one whose few calls go through, one that is idle, or one that cannot be read', () => {
    expect(verdictIn(read(inbound(57, 0), inbound(3, 1)))?.health).toBe('unknown');
    expect(verdictIn(read(nothing(60)))?.health).toBe('unknown');
    expect(verdictIn({ kind: 'partial', message: 'some' })).toEqual({
      health: 'unknown',
      cause: 'partial',
      reason: 'CloudWatch: some',
    });
  });

  it('does not convict one for failures that are over', () => {
    expect(verdictIn(read(inbound(3, 1, 1), inbound(5, 0)))?.health).toBe('unknown');
  });

  it('does not overrule what a Voice Connector proves by itself', () => {
    const oneFailedOfFew = read(inbound(55, 1), inbound(1, 1, 1), inbound(4, 1));
    expect(verdictIn(oneFailedOfFew)).toEqual({
      health: 'healthy',
      reason: '1 of 11 calls failed in 11 min (9.1 %, tolerable 10 %)',
    });
    expect(verdictIn(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, tolerable 10 %; chance 1e-20 < 1e-6)',
    });
  });
});

describe('who is expected to have calls', () => {
  it('is the first choice of any group, when a Region is judged', () => {
    const silent = read(inbound(58, 10), nothing(2));
    const groups = [aGroup({ items: items({ east: 1, west: 2 }) }), aGroup({ items: items({ west: 1, east: 2 }) })];
    const asTop = anObservation({ groups, connectors: [aConnector({ inbound: silent })] });
    expect(judgeRegions(asTop, aPolicy()).get('us-east-1')).toMatchObject({ health: 'unknown', cause: 'stale' });
    const asStandby = { ...asTop, groups: groups.slice(1) };
    expect(judgeRegions(asStandby, aPolicy()).get('us-east-1')).toMatchObject({ health: 'unknown', cause: 'idle' });
  });
});

describe('outbound calls', () => {
  it('prove a recovery over the minutes that the policy asks for', () => {
    expect(judgeOutbound(read(outbound(50, 10, 10), outbound(10, 10)), observedAt, aPolicy())).toEqual({
      health: 'healthy',
      reason: '0 of 100 calls failed in 10 min (0 %, tolerable 10 %)',
    });
    expect(judgeOutbound(read(outbound(51, 10, 10), outbound(9, 10)), observedAt, aPolicy())).toMatchObject({
      health: 'healthy',
    });
    expect(judgeOutbound(read(outbound(52, 10, 10), outbound(8, 10)), observedAt, aPolicy())).toMatchObject({
      health: 'unhealthy',
    });
  });

  it('are not missed when they stop', () => {
    expect(judgeOutbound(read(outbound(50, 10), nothing(10)), observedAt, aPolicy())).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no datapoint for 10 min, about 100 calls at the rate before',
    });
  });

  it('say nothing where they could not be read, or there are none', () => {
    expect(judgeOutbound({ kind: 'forbidden', message: 'no' }, observedAt, aPolicy())).toEqual({
      health: 'unknown',
      cause: 'forbidden',
      reason: 'CloudWatch: no',
    });
    expect(judgeOutbound(read(inbound(60, 10)), observedAt, aPolicy())).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no calls in 60 min',
    });
  });

  it('of the newest incomplete minute are not judged', () => {
    const minutes = [
      ...history(outbound(60, 10)),
      { startsAt: observedAt - 1.5 * minuteMs, OutboundCallAttempts: 900, OutboundCallFailures: 900 },
    ];
    expect(judgeOutbound({ kind: 'read', minutes }, observedAt, aPolicy()).health).toBe('healthy');
  });
});
