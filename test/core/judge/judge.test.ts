import { describe, expect, it } from 'vitest';
import { judgeOutbound } from '../../../lib/core/judge/connector.ts';
import { judge } from '../../../lib/core/judge/judge.ts';
import { judgedUntil } from '../../../lib/core/judge/readings.ts';
import { minuteMs, type MetricsReading, type Verdict } from '../../../lib/core/model/model.ts';
import { type GroupPolicy } from '../../../lib/core/model/group-policy.ts';
import { aGroup, items } from '../../builders/group.ts';
import {
  history,
  inbound,
  nothing,
  observedAt,
  outbound,
  past,
  read,
  readPast,
  type Span,
} from '../../builders/metrics.ts';
import { aConnector, anObservation, inVirginia } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

/** The verdict on `east` as the first of its group, when its Region is known only by it. */
function verdictOnTop(
  reading: MetricsReading,
  policy: GroupPolicy = aPolicy(),
  past?: MetricsReading,
): Verdict | undefined {
  const observation = anObservation({ connectors: [aConnector({ inbound: reading, history: past })] });
  return judge(observation, () => policy)
    .verdictsOf(observation.groups[0]!)
    .get('east');
}

/** The verdict on `east` as the second of its group, behind a `west` in another Region where all is well. */
function verdictOnStandby(reading: MetricsReading): Verdict | undefined {
  const west = aConnector({ voiceConnectorId: 'west', region: 'us-west-2' });
  const observation = anObservation({ connectors: [west, aConnector({ inbound: reading })] });
  const policy = aPolicy();
  return judge(observation, () => policy)
    .verdictsOf(observation.groups[0]!)
    .get('east');
}

function audio(minutes: number, metric: 'MOSBetweenVcAndCustomer' | 'MOSBetweenVcAndRemote', mos: number): Span {
  return { ...inbound(minutes, 10), [metric]: mos };
}

describe('a Voice Connector is healthy', () => {
  it('when no call failed', () => {
    expect(verdictOnTop(read(inbound(60, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, baseline not read, assumed 5 %)',
    });
  });

  it('when CloudWatch has no datapoint for failures at all', () => {
    expect(verdictOnTop(read({ minutes: 60, InboundCallAttempts: 10 }))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, baseline not read, assumed 5 %)',
    });
  });

  it('when no more failed than its baseline and half of what is worth a move, and no window says otherwise', () => {
    expect(verdictOnTop(read(inbound(55, 40), inbound(5, 40, 3)))).toEqual({
      health: 'healthy',
      reason: '15 of 200 calls failed in 5 min (7.5 %, baseline not read, assumed 5 %)',
    });
    expect(verdictOnTop(read(inbound(55, 40), inbound(4, 40, 3), inbound(1, 40, 4)))).toMatchObject({
      health: 'unknown',
      cause: 'inconclusive',
    });
  });

  it('where as many fail as always do', () => {
    const past = readPast({ hours: 24, attempts: 100, failures: 10 });
    expect(verdictOnTop(read(inbound(60, 20, 2)), aPolicy(), past)).toEqual({
      health: 'healthy',
      reason: '10 of 100 calls failed in 5 min (10 %, baseline 10.3 %)',
    });
  });

  it('as soon as the judged minutes are good again, whatever the hour before was like', () => {
    expect(verdictOnTop(read(inbound(55, 10, 10), inbound(5, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, baseline not read, assumed 5 %)',
    });
  });

  it('at a low volume by the shortest window with enough answered calls', () => {
    expect(verdictOnTop(read(inbound(60, 1)))).toEqual({
      health: 'healthy',
      reason: '0 of 10 calls failed in 10 min (0 %, baseline not read, assumed 5 %)',
    });
  });
});

describe('a Voice Connector is unhealthy', () => {
  it('when every call has failed for two minutes', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, baseline not read, assumed 5 %; chance 1e-13 < 2e-7)',
    });
  });

  it('when a third of its calls fails for long enough to be no luck', () => {
    expect(verdictOnTop(read(inbound(55, 10), inbound(5, 18, 6)))).toEqual({
      health: 'unhealthy',
      reason: '30 of 90 calls failed in 5 min (33.3 %, baseline not read, assumed 5 %; chance 2e-8 < 2e-7)',
    });
  });

  it('at a low volume by a window as wide as its calls need', () => {
    expect(verdictOnTop(read(inbound(48, 1), inbound(12, 1, 1)))).toEqual({
      health: 'unhealthy',
      reason: '12 of 12 calls failed in 12 min (100 %, baseline not read, assumed 5 %; chance 2e-8 < 2e-7)',
    });
  });

  it('when failures are reported that outnumber the attempts, as if all had failed', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 25)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, baseline not read, assumed 5 %; chance 1e-13 < 2e-7)',
    });
  });

  it('until enough of its newest calls go through again, though it is the fault before that proves it', () => {
    const recovering = (good: number) =>
      verdictOnTop(read(inbound(50, 10), inbound(9, 10, 10), inbound(1, good)))?.health;
    expect(recovering(10)).toBe('unhealthy');
    const recovered = (minutes: number) =>
      verdictOnTop(read(inbound(50, 10), inbound(10 - minutes, 10, 10), inbound(minutes, 10)))?.health;
    expect(recovered(4)).toBe('unhealthy');
    expect(recovered(5)).toBe('healthy');
  });

  it('against its own past, where that is better than the assumption', () => {
    const newly = read(inbound(50, 30), inbound(10, 30, 4));
    expect(verdictOnTop(newly)).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(verdictOnTop(newly, aPolicy(), readPast(past(24, 150, 1)))).toEqual({
      health: 'unhealthy',
      reason: '40 of 300 calls failed in 10 min (13.3 %, baseline 0.7 %; chance 3e-18 < 2e-7)',
    });
  });

  it('by a slow fault that takes hours to prove', () => {
    const quarter = Array.from({ length: 15 }, () => [inbound(3, 1), inbound(1, 1, 1)]).flat();
    expect(verdictOnTop(read(...quarter))).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(verdictOnTop(read(...quarter), aPolicy(), readPast(past(20, 5), past(4, 5, 1)))).toEqual({
      health: 'unhealthy',
      reason: '51 of 240 calls failed in 240 min (21.3 %, baseline 0.6 %; chance 2e-30 < 2e-7)',
    });
  });

  it('by what fails beyond its throttled calls', () => {
    const mixed = { ...inbound(5, 20, 12), Throttles: 4 };
    expect(verdictOnTop(read(inbound(55, 20), mixed))).toEqual({
      health: 'unhealthy',
      reason: '40 of 80 calls failed in 5 min (50 %, baseline not read, assumed 5 %; chance 4e-15 < 2e-7)',
    });
  });
});

describe('a Voice Connector is not convicted', () => {
  it('by one failing minute, however bad: a blip of 43 seconds is over before a move would help', () => {
    expect(verdictOnTop(read(inbound(59, 100), inbound(1, 100, 100)))).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '100 of 500 calls failed in 5 min (20 %, baseline not read, assumed 5 %)',
    });
  });

  it('by one failing minute on a line on which some calls fail every minute', () => {
    const blip = read(inbound(58, 100, 2), inbound(1, 100, 100), inbound(1, 100, 2));
    expect(verdictOnTop(blip, aPolicy(), readPast(past(24, 500, 10)))).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '108 of 500 calls failed in 5 min (21.6 %, baseline 2.1 %)',
    });
  });

  it('by what is beyond doubt, but not worth a move', () => {
    const slight = read(inbound(60, 1000, 40));
    const past = readPast({ hours: 24, attempts: 5000, failures: 5 });
    expect(verdictOnTop(slight, aPolicy(), past)).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '200 of 5000 calls failed in 5 min (4 %, baseline 0.1 %)',
    });
    expect(verdictOnTop(slight, aPolicy({ minExcessRatio: 0.02 }), past)).toMatchObject({ health: 'unhealthy' });
  });

  it('by what its past does not explain, where the past cannot be read and some line may call it normal', () => {
    const fifth = read(inbound(60, 10, 2));
    expect(verdictOnTop(fifth)).toMatchObject({ health: 'unhealthy' });
    expect(verdictOnTop(fifth, aPolicy(), { kind: 'forbidden', message: 'no' })).toEqual({
      health: 'healthy',
      reason: '10 of 50 calls failed in 5 min (20 %, baseline unreadable, taken as 20 %)',
    });
    expect(
      verdictOnTop(read(inbound(58, 10), inbound(2, 20, 20)), aPolicy(), { kind: 'partial', message: 'some' }),
    ).toEqual({
      health: 'unhealthy',
      reason: '40 of 40 calls failed in 2 min (100 %, baseline unreadable, taken as 20 %; chance 1e-14 < 2e-7)',
    });
  });

  it('by the newest minute, whose metrics are still coming in', () => {
    const settled = history(inbound(59, 10), inbound(1, 10, 10));
    const incomplete = { startsAt: observedAt - 90_000, InboundCallAttempts: 10, InboundCallFailures: 10 };
    const newer = { ...incomplete, startsAt: observedAt - 30_000 };
    expect(verdictOnTop({ kind: 'read', minutes: [...settled, incomplete, newer] })).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '10 of 50 calls failed in 5 min (20 %, baseline not read, assumed 5 %)',
    });
  });

  it('by fewer failures than the policy asks for, even where luck is no explanation', () => {
    const policy = aPolicy({ minFailures: 21 });
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)), policy)).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '20 of 50 calls failed in 5 min (40 %, baseline not read, assumed 5 %)',
    });
  });

  it('by few calls, though all of them failed', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(1, 4, 4), inbound(1, 5, 5)))).toEqual({
      health: 'degraded',
      reason: '9 of 9 calls failed in 2 min (100 %, baseline not read, assumed 5 %; chance 1e-6, proof needs < 2e-7)',
    });
  });

  it('by what luck shows a little more often than the policy tolerates', () => {
    const third = read(inbound(55, 10), inbound(5, 18, 6));
    expect(verdictOnTop(third, aPolicy({ falseMovesPerGroupYear: 0.1 }))).toMatchObject({ health: 'unhealthy' });
    expect(verdictOnTop(third, aPolicy({ falseMovesPerGroupYear: 0.01 }))).toEqual({
      health: 'degraded',
      reason:
        '30 of 90 calls failed in 5 min (33.3 %, baseline not read, assumed 5 %; chance 2e-8, proof needs < 6e-9)',
    });
  });

  it('by failures that cluster as much as the policy says they do', () => {
    const third = read(inbound(55, 10), inbound(5, 18, 6));
    expect(verdictOnTop(third, aPolicy({ dispersion: 4 }))).toMatchObject({ health: 'degraded' });
  });

  it('by failures that luck explains', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 3)))).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '6 of 20 calls failed in 2 min (30 %, baseline not read, assumed 5 %; chance 0.039, proof needs < 2e-7)',
    });
  });

  it('by failures rare enough to be reported but not proven', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 6)))).toEqual({
      health: 'degraded',
      reason: '12 of 20 calls failed in 2 min (60 %, baseline not read, assumed 5 %; chance 1e-5, proof needs < 2e-7)',
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
      reason: '0 of 100 calls failed in 5 min (0 %, baseline not read, assumed 5 %)',
    });
  });

  it('by a tolerable share of throttled calls, which is not even an overload', () => {
    expect(verdictOnTop(read(inbound(55, 20), { ...inbound(5, 21, 1), Throttles: 1 }))).toEqual({
      health: 'healthy',
      reason: '0 of 100 calls failed in 5 min (0 %, baseline not read, assumed 5 %)',
    });
  });

  it.each(['MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote'] as const)('by poor audio on %s', (leg) => {
    expect(verdictOnTop(read(inbound(57, 10), audio(3, leg, 3)))).toEqual({
      health: 'degraded',
      reason: `MOS 3.00 on the ${leg === 'MOSBetweenVcAndRemote' ? 'remote' : 'customer'} leg over 3 min, degradedMos 3.5`,
    });
  });
});

describe('audio', () => {
  const bad = (minutes: number) => audio(minutes, 'MOSBetweenVcAndRemote', 1.2);

  it('of failing calls that prove nothing by their number is still bad', () => {
    const failing = { ...bad(2), InboundCallFailures: 3 };
    expect(verdictOnTop(read(inbound(57, 10), bad(1), failing))).toEqual({
      health: 'unhealthy',
      reason: 'MOS 1.20 on the remote leg over 3 min, 3 of them below criticalMos 2.5',
    });
  });

  it('that is bad is not mended by failed calls that prove less', () => {
    const failed = (failures: number) =>
      verdictOnTop(read(inbound(55, 10), { ...bad(5), InboundCallFailures: failures }));
    const withoutAudio = (failures: number) => verdictOnTop(read(inbound(55, 10), inbound(5, 10, failures)))?.health;
    expect([2, 3, 4, 5].map(withoutAudio)).toEqual(['unknown', 'degraded', 'degraded', 'unhealthy']);
    expect(failed(2)?.reason).toMatch(/^MOS 1.20 on the remote leg/);
    expect(failed(3)?.reason).toMatch(/^MOS 1.20 on the remote leg/);
    expect(failed(4)?.reason).toMatch(/^MOS 1.20 on the remote leg/);
    expect(failed(5)?.reason).toMatch(/^25 of 50 calls failed/);
  });

  it('that is merely poor does not hide what failed calls make likely', () => {
    const poor = { ...inbound(5, 10, 3), MOSBetweenVcAndRemote: 3 };
    expect(verdictOnTop(read(inbound(55, 10), poor))).toMatchObject({
      health: 'degraded',
      reason: expect.stringMatching(/^15 of 50 calls failed/) as unknown,
    });
  });

  it('of a lone call says nothing of an idle standby, or of one with a few calls', () => {
    expect(verdictOnTop(read({ minutes: 5, MOSBetweenVcAndRemote: 1.2 }))).toMatchObject({ cause: 'idle' });
    const few = { ...inbound(4, 1), MOSBetweenVcAndRemote: 1.2 };
    expect(verdictOnTop(read(few))).toMatchObject({ cause: 'low-volume' });
  });

  it('of calls before a silence says nothing', () => {
    expect(verdictOnTop(read(inbound(55, 10), bad(3), nothing(2)))).toMatchObject({ cause: 'stale' });
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
      reason: '0 good calls of 1 in 60 min, minAttempts 10',
    });
  });

  it('is low volume one good call below the floor', () => {
    expect(verdictOnTop(read(inbound(51, 0), inbound(9, 1)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '9 good calls of 9 in 60 min, minAttempts 10',
    });
    expect(verdictOnTop(read(inbound(50, 0), inbound(10, 1)))?.health).toBe('healthy');
  });

  it('is low volume, not health, where the floor is reached by failed calls alone', () => {
    expect(verdictOnTop(read(inbound(40, 0), inbound(9, 1), inbound(1, 1, 1), inbound(10, 0)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '9 good calls of 10 in 60 min, minAttempts 10',
    });
  });

  it('is no bar to proof: failed calls need no good ones beside them', () => {
    expect(verdictOnTop(read(inbound(49, 0), inbound(11, 1, 1)))?.health).toBe('unhealthy');
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

  it('unproves no failure that was proven up to it: metrics come late just when a Region is ill', () => {
    const words = '40 of 80 calls failed in 18 min (50 %, baseline not read, assumed 5 %; chance 4e-15 < 2e-7)';
    expect(verdictOnTop(read(inbound(42, 10), inbound(8, 10, 5), nothing(10)))).toEqual({
      health: 'unhealthy',
      reason: `${words}; no datapoint for 10 min, about 50 calls at the rate before`,
    });
    expect(verdictOnTop(read(inbound(51, 10), inbound(8, 10, 5), nothing(1)))?.reason).not.toContain('since');
  });

  it('of more than ten minutes leaves nothing proven', () => {
    expect(verdictOnTop(read(inbound(41, 10), inbound(8, 10, 5), nothing(11)))).toMatchObject({ cause: 'stale' });
    expect(verdictOnTop(read(inbound(41, 10), inbound(8, 10, 10), nothing(11)))).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason: '80 of 90 calls failed in 20 min (88.9 %, baseline not read, assumed 5 %)',
    });
  });

  it('hides a failure that published minutes without calls came after', () => {
    expect(verdictOnTop(read(inbound(47, 10), inbound(8, 10, 5), inbound(5, 0)))).toMatchObject({ cause: 'idle' });
  });

  it('hides what was only suspected up to it', () => {
    expect(verdictOnTop(read(inbound(55, 10), inbound(3, 10, 3), nothing(2)))).toMatchObject({ cause: 'stale' });
  });

  it('is not broken by one failed call, which must not make a line look well', () => {
    expect(verdictOnTop(read(inbound(58, 10), nothing(1), inbound(1, 1, 1)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no good call for 2 min, about 20 calls at the rate before',
    });
  });

  it('is not ended by a failed call: it must not make what was failing before it look well', () => {
    const failing = [inbound(45, 0), inbound(10, 3, 2), nothing(2), inbound(2, 7)] as const;
    expect(verdictOnTop(read(...failing, nothing(1)))?.health).toBe('degraded');
    expect(verdictOnTop(read(...failing, inbound(1, 1, 1)))?.health).toBe('unhealthy');
  });

  it('is measured by the shortest judged window with enough good calls', () => {
    const reasonOf = (...spans: readonly Span[]) => verdictOnTop(read(...spans))?.reason;
    const quickening = reasonOf(inbound(57, 2), inbound(1, 20), nothing(2));
    expect(quickening).toBe('no datapoint for 2 min, about 16 calls at the rate before');
    expect(reasonOf(inbound(50, 0), inbound(5, 2), nothing(5))).toBe(
      'no datapoint for 5 min, about 10 calls at the rate before',
    );
    expect(reasonOf(inbound(50, 0), inbound(1, 2, 2), inbound(4, 2), nothing(5))).toMatch(/minAttempts 10$/);
  });

  it('of fewer than five expected calls is a quiet moment', () => {
    expect(verdictOnTop(read(inbound(59, 4), nothing(1)))).toEqual({
      health: 'healthy',
      reason: '0 of 16 calls failed in 5 min (0 %, baseline not read, assumed 5 %)',
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
    expect(
      judge(observation, () => aPolicy())
        .verdictsOf(observation.groups[0]!)
        .get('east'),
    ).toEqual({
      health: 'unknown',
      cause: 'fetch-error',
      reason: 'AWS does not say in which Region it is',
    });
    expect(judge(observation, () => aPolicy()).regions).toEqual(new Map());
  });

  it('has no verdict at all where nobody observed it', () => {
    const group = aGroup({ items: items({ east: 1, west: 2 }) });
    const observation = anObservation({ groups: [group], connectors: [aConnector()] });
    const verdicts = judge(observation, () => aPolicy()).verdictsOf(group);
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
    judge(anObservation({ groups, connectors: inVirginia(readings) }), () => aPolicy()).regions.get('us-east-1');
  /** Too thin for one alone: three calls in three minutes, all failed. */
  const thin = read(inbound(57, 0), inbound(3, 1, 1));

  it('has the verdict of the one Voice Connector it has', () => {
    expect(regionOf({ east: read(inbound(58, 10), inbound(2, 10, 10)) })).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, baseline not read, assumed 5 %; chance 1e-13 < 2e-7)',
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
        '12 of 12 calls failed in 3 min (100 %, baseline 5 %; chance 2e-8 < 2e-7), pooled over 4 Voice Connectors',
    });
    expect(verdictOnTop(thin)?.health).toBe('unknown');
  });

  it('pools what could be read', () => {
    expect(regionOf({ a: thin, b: thin, c: thin, d: thin, e: { kind: 'partial', message: 'some' } })).toEqual({
      health: 'unhealthy',
      reason:
        '12 of 12 calls failed in 3 min (100 %, baseline 5 %; chance 2e-8 < 2e-7), pooled over 4 Voice Connectors',
    });
  });

  it('is not convicted by what is normal for one of its lines, whoever calls when', () => {
    // The noisy line fell silent an hour ago; what it failed before is nothing to the quiet line's better baseline.
    const noisy = aConnector({
      voiceConnectorId: 'noisy',
      inbound: read(inbound(60, 0)),
      history: readPast(past(24, 500, 100)),
    });
    const quiet = aConnector({
      voiceConnectorId: 'quiet',
      inbound: read(inbound(57, 0), inbound(3, 1, 1)),
      history: readPast(past(24, 500, 1)),
    });
    expect(judge(anObservation({ connectors: [noisy, quiet] }), () => aPolicy()).regions.get('us-east-1')).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      reason:
        '3 of 3 calls failed in 3 min (100 %, baseline 20 %; chance 0.089, proof needs < 2e-7), pooled over 2 Voice Connectors',
    });
  });

  it('is pooled over the hour alone, where nobody asked for the past of one of its lines', () => {
    const asked = aConnector({
      voiceConnectorId: 'asked',
      inbound: thin,
      history: readPast(past(20, 5), past(4, 5, 5)),
    });
    const unasked = aConnector({ voiceConnectorId: 'unasked', inbound: thin });
    const reason = (all: readonly (typeof asked)[]) =>
      judge(anObservation({ connectors: all }), () => aPolicy()).regions.get('us-east-1')?.reason;
    expect(reason([asked, unasked])).toMatch(/^6 of 6 calls failed in 3 min/);
    expect(reason([asked, { ...asked, voiceConnectorId: 'asked-too' }])).toMatch(/ in 240 min/);
  });

  it('is cleared by one Voice Connector whose own calls speak against it', () => {
    const among = (e: MetricsReading) => regionOf({ a: thin, b: thin, c: thin, d: thin, e });
    const cleared = { health: 'healthy', reason: '1 healthy and 0 unhealthy of 5 Voice Connectors' };
    expect(among(read(inbound(60, 10)))).toEqual(cleared);
    expect(among(read(inbound(50, 0), inbound(10, 3)))).toEqual(cleared);
    expect(among(read(inbound(55, 10), inbound(5, 6), inbound(5, 2, 0)))).toEqual(cleared);
  });

  it('is not cleared by one that is well on too few calls to tell', () => {
    const among = (e: MetricsReading) => regionOf({ a: thin, b: thin, c: thin, d: thin, e, f: thin });
    expect(among(read(inbound(50, 0), inbound(10, 2)))).toMatchObject({ health: 'unhealthy' });
    expect(among(read(inbound(50, 10), inbound(10, 1)))).toMatchObject({ health: 'unhealthy' });
    expect(among(read(inbound(50, 0), inbound(9, 3), inbound(1, 3, 1)))).toMatchObject({ health: 'unhealthy' });
  });

  it('is cleared by no fewer good calls than luck would not bring about', () => {
    const among = (e: MetricsReading) =>
      regionOf({ a: thin, b: thin, c: thin, d: thin, e, f: thin, g: thin, h: thin })?.health;
    expect(among(read(inbound(50, 0), inbound(9, 4), inbound(1, 4, 1)))).toBe('healthy');
    expect(among(read(inbound(50, 0), inbound(2, 4, 1), inbound(8, 5)))).toBe('unhealthy');
  });

  it('is healthy by one that is, whose calls are too few to clear it, where the pooled ones prove nothing', () => {
    expect(regionOf({ a: read(inbound(60, 1)), b: read(nothing(60)) })).toEqual({
      health: 'healthy',
      reason: '1 healthy and 0 unhealthy of 2 Voice Connectors',
    });
  });

  it('does not miss calls that stop: they may go elsewhere', () => {
    const quiet = read(inbound(58, 10), nothing(2));
    expect(regionOf({ a: quiet, b: quiet })).toMatchObject({ health: 'unknown', cause: 'idle' });
  });

  it('has the audio of its one Voice Connector, which is not compared with itself', () => {
    expect(regionOf({ east: read(audio(60, 'MOSBetweenVcAndRemote', 1.5)) })?.health).toBe('unhealthy');
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
  /** Too thin for one alone: four calls in four minutes, all failed. */
  const thin = read(inbound(56, 0), inbound(4, 1, 1));
  /** The verdict on `east`, in a group of its own, among others of its Region. */
  const verdictAmong = (others: Readonly<Record<string, MetricsReading>>, reading: MetricsReading) => {
    const connectors = [aConnector({ inbound: reading }), ...inVirginia(others)];
    const observation = anObservation({ connectors, groups: [aGroup({ items: items({ east: 1 }) })] });
    const { verdictsOf } = judge(observation, () => aPolicy());
    return verdictsOf(observation.groups[0]!).get('east');
  };
  const verdictIn = (reading: MetricsReading) => verdictAmong({ a: thin, b: thin, c: thin, d: thin }, reading);

  it('convicts a Voice Connector whose own calls fail too, but are too few to prove it', () => {
    expect(verdictIn(read(inbound(57, 0), inbound(3, 1, 1)))).toEqual({
      health: 'unhealthy',
      reason:
        '3 of 3 calls failed in 10 min; its Region is unhealthy: 19 of 19 calls failed in 4 min ' +
        '(100 %, baseline 5 %; chance 4e-13 < 2e-7), pooled over 5 Voice Connectors',
    });
  });

  it('convicts nobody by what is one Voice Connector’s own fault', () => {
    const failing = read(inbound(56, 0), inbound(4, 10, 10));
    const once = read(inbound(59, 0), inbound(1, 1, 1));
    expect(verdictAmong({ a: failing, b: read(inbound(60, 1)) }, once)?.health).toBe('unknown');
    expect(verdictAmong({ a: failing }, once)?.health).toBe('unknown');
    expect(verdictAmong({ a: failing, b: thin }, once)?.health).toBe('unhealthy');
  });

  it('convicts nobody where one of its Voice Connectors clears it', () => {
    const all = { a: thin, b: thin, c: thin, d: thin };
    expect(verdictAmong(all, thin)?.health).toBe('unhealthy');
    expect(verdictAmong({ ...all, e: read(inbound(60, 10)) }, thin)?.health).toBe('unknown');
  });

  it('is not shared by what fails in another Region', () => {
    const failing = read(inbound(56, 0), inbound(4, 10, 10));
    const once = aConnector({ inbound: read(inbound(59, 0), inbound(1, 1, 1)) });
    const elsewhere = aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: thin });
    const connectors = [once, ...inVirginia({ a: failing }), elsewhere];
    const seen = anObservation({ connectors, groups: [aGroup({ items: items({ east: 1 }) })] });
    const verdicts = judge(seen, () => aPolicy()).verdictsOf(seen.groups[0]!);
    expect(verdicts.get('east')?.health).toBe('unknown');
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
    expect(verdictIn(read(inbound(3, 1, 1), inbound(10, 0)))?.health).toBe('unknown');
    expect(verdictIn(read(inbound(3, 1, 1), inbound(7, 0)))?.health).toBe('unhealthy');
  });

  it('does not convict one whose own baseline explains its failures', () => {
    const few = read(inbound(50, 0), inbound(6, 1), inbound(4, 1, 1), inbound(0, 0));
    expect(verdictIn(few)?.health).toBe('unhealthy');
    expect(verdictIn(read(inbound(50, 0), inbound(9, 1), inbound(1, 1, 1)))).toMatchObject({ health: 'unknown' });
  });

  it('does not overrule what a Voice Connector proves by itself', () => {
    expect(verdictIn(read(inbound(30, 1), inbound(1, 1, 1), inbound(29, 1)))).toEqual({
      health: 'healthy',
      reason: '0 of 10 calls failed in 10 min (0 %, baseline not read, assumed 5 %)',
    });
    expect(verdictIn(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      reason: '20 of 20 calls failed in 2 min (100 %, baseline not read, assumed 5 %; chance 1e-13 < 2e-7)',
    });
  });
});

describe('audio that is as bad in every Region', () => {
  it('makes no Region unhealthy, and so convicts nobody whose calls fail a little too', () => {
    const bad = { ...inbound(5, 10, 2), MOSBetweenVcAndRemote: 1.2 };
    const east = aConnector({ inbound: read(inbound(55, 10), bad) });
    const west = { ...east, voiceConnectorId: 'west', region: 'us-west-2' };
    const policy = aPolicy();
    const seen = anObservation({ connectors: [east, west] });
    const { regions, verdictsOf } = judge(seen, () => policy);
    expect([...regions.values()].map(({ health }) => health)).toEqual(['degraded', 'degraded']);
    expect(verdictsOf(seen.groups[0]!).get('east')).toMatchObject({ health: 'degraded' });
  });
});

describe('audio that is bad for one customer’s group', () => {
  it('makes no Region unhealthy because another customer’s group hears well elsewhere', () => {
    const hearing = (mos: number) => read(inbound(55, 10), { ...inbound(5, 10), MOSBetweenVcAndCustomer: mos });
    const east = aConnector({ inbound: hearing(1.2) });
    const tokyo = aConnector({ voiceConnectorId: 'tokyo', region: 'ap-northeast-1', inbound: hearing(4.2) });
    const [apart, together] = [
      [aGroup({ items: items({ east: 1 }) }), aGroup({ items: items({ tokyo: 1 }) })],
      [aGroup({ items: items({ east: 1, tokyo: 2 }) })],
    ].map((groups) =>
      judge(anObservation({ groups, connectors: [east, tokyo] }), () => aPolicy()).regions.get('us-east-1'),
    );
    expect(apart).toMatchObject({ health: 'degraded' });
    expect(together).toMatchObject({ health: 'unhealthy' });
  });
});

describe('who is expected to have calls', () => {
  it('is the first choice of any group, when a Region is judged', () => {
    const silent = read(inbound(58, 10), nothing(2));
    const groups = [aGroup({ items: items({ east: 1, west: 2 }) }), aGroup({ items: items({ west: 1, east: 2 }) })];
    const asTop = anObservation({ groups, connectors: [aConnector({ inbound: silent })] });
    expect(judge(asTop, () => aPolicy()).regions.get('us-east-1')).toMatchObject({ health: 'unknown', cause: 'stale' });
    const asStandby = { ...asTop, groups: groups.slice(1) };
    expect(judge(asStandby, () => aPolicy()).regions.get('us-east-1')).toMatchObject({
      health: 'unknown',
      cause: 'idle',
    });
  });
});

describe('outbound calls', () => {
  const judged = (reading: MetricsReading, policy = aPolicy()) => judgeOutbound(reading, observedAt, policy);

  it('prove a recovery over the minutes that the policy asks for', () => {
    expect(judged(read(outbound(60, 10)))).toEqual({
      verdict: { health: 'healthy', reason: '0 of 100 calls failed in 10 min (0 %, baseline not read, assumed 5 %)' },
      unwell: undefined,
    });
    const recovered = (minutes: number) => judged(read(outbound(60 - minutes, 10, 10), outbound(minutes, 10))).verdict;
    expect(recovered(10)).toMatchObject({ health: 'healthy' });
    expect(recovered(9)).toMatchObject({ health: 'unhealthy' });
  });

  it('say for how long a fault may still have been there: as long as a failback would be held', () => {
    const recovered = (minutes: number, policy = aPolicy()) =>
      judged(read(outbound(60 - minutes, 10, 10), outbound(minutes, 10)), policy).unwell;
    expect(recovered(26)).toBe('40 of 300 calls failed in 30 min (13.3 %, baseline not read, assumed 5 %)');
    expect(recovered(27)).toBeUndefined();
    expect(recovered(38, aPolicy({ failbackHoldMinutes: 45 }))).toBeDefined();
    expect(recovered(50, aPolicy({ failbackHoldMinutes: 45 }))).toBeUndefined();
    expect(recovered(50, aPolicy({ failbackHoldMinutes: 600 }))).toBeDefined();
  });

  it('are not missed when they stop', () => {
    expect(judged(read(outbound(50, 10), nothing(10))).verdict).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no datapoint for 10 min, about 100 calls at the rate before',
    });
  });

  it('say nothing where they could not be read, or there are none', () => {
    expect(judged({ kind: 'forbidden', message: 'no' }).verdict).toEqual({
      health: 'unknown',
      cause: 'forbidden',
      reason: 'CloudWatch: no',
    });
    expect(judged(read(inbound(60, 10))).verdict).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no calls in 60 min',
    });
  });

  it('leave no doubt behind for failures too few, or too rare, to be worth a move', () => {
    const sure = aPolicy({ dispersion: 1 });
    expect(judged(read(outbound(48, 10), outbound(2, 1, 1), outbound(10, 10)), sure).unwell).toBeUndefined();
    expect(judged(read(outbound(59, 0), outbound(1, 2, 2)), sure).unwell).toBeUndefined();
    expect(judged(read(outbound(59, 0), outbound(1, 3, 3)), sure).unwell).toBeDefined();
    expect(judged(read(outbound(60, 1000, 90)), sure).unwell).toBeUndefined();
    expect(judged(read(outbound(60, 1000, 110)), sure).unwell).toBeDefined();
  });

  it('of the newest incomplete minute are not judged', () => {
    const minutes = [
      ...history(outbound(60, 10)),
      { startsAt: observedAt - 1.5 * minuteMs, OutboundCallAttempts: 900, OutboundCallFailures: 900 },
    ];
    expect(judged({ kind: 'read', minutes }).verdict.health).toBe('healthy');
  });
});
