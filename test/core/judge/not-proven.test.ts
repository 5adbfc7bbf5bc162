import { describe, expect, it } from 'vitest';
import { history, inbound, observedAt, past, read, readPast } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';
import { verdictOnTop, audio } from './verdict-on.ts';

describe('a Voice Connector is not judged unhealthy', () => {
  it('by one failing minute, however bad', () => {
    expect(verdictOnTop(read(inbound(59, 100), inbound(1, 100, 100)))).toEqual({
      health: 'degraded',
      loss: { least: 0.959, likely: 1 },
      reason:
        '100 of 100 calls failed in 1 min (100 %, baseline 5 % assumed, history not read; likelihood 9e-66, limit 2e-7; began 1 min ago); perhaps a disturbance of less than a minute',
    });
  });

  it('by one failing minute on a line on which some calls fail every minute', () => {
    const disturbed = read(inbound(59, 100, 2), inbound(1, 100, 100));
    expect(verdictOnTop(disturbed, aPolicy(), readPast(past(24, 500, 10)))).toEqual({
      health: 'degraded',
      loss: { least: 0.96, likely: 1 },
      reason:
        '100 of 100 calls failed in 1 min (100 %, baseline 2.1 % at this time of day, from 1 day; likelihood 5e-85, limit 2e-7; began 1 min ago); perhaps a disturbance of less than a minute',
    });
  });

  it('by two half failing minutes, in which a disturbance of less than a minute may lie', () => {
    expect(verdictOnTop(read(inbound(58, 40), inbound(2, 40, 20)))).toEqual({
      health: 'degraded',
      loss: { least: 0.311, likely: 0.474 },
      reason:
        '40 of 80 calls failed in 2 min (50 %, baseline 5 % assumed, history not read; likelihood 4e-15, limit 2e-7; began 2 min ago); perhaps a disturbance of less than a minute',
    });
    expect(verdictOnTop(read(inbound(57, 40), inbound(3, 40, 20)))).toMatchObject({ health: 'unhealthy' });
    expect(verdictOnTop(read(inbound(58, 40), inbound(2, 40, 36)))).toMatchObject({ health: 'unhealthy' });
  });

  it('by a failing minute after which the calls succeed again', () => {
    const blip = read(inbound(58, 100, 2), inbound(1, 100, 100), inbound(1, 100, 2));
    expect(verdictOnTop(blip, aPolicy(), readPast(past(24, 500, 10)))).toEqual({
      health: 'unknown',
      loss: { least: 0.256, likely: 0.256 },
      cause: 'inconclusive',
      reason: '108 of 500 calls failed in 5 min (21.6 %, baseline 2.1 % at this time of day, from 1 day)',
    });
  });

  it('by a certain fault too small to justify a move', () => {
    const slight = read(inbound(60, 1000, 40));
    const past = readPast({ hours: 24, attempts: 5000, failures: 5 });
    expect(verdictOnTop(slight, aPolicy(), past)).toEqual({
      health: 'unknown',
      loss: { least: 0.023, likely: 0.03 },
      cause: 'inconclusive',
      reason: '200 of 5000 calls failed in 5 min (4 %, baseline 1 % at this time of day, from 1 day)',
    });
    expect(verdictOnTop(slight, aPolicy({ minExcessRatio: 0.02 }), past)).toMatchObject({ health: 'unhealthy' });
  });

  it('by failures that may be normal, where the history cannot be read', () => {
    const fifth = read(inbound(60, 10, 2));
    expect(verdictOnTop(fifth)).toMatchObject({ health: 'unhealthy' });
    expect(verdictOnTop(fifth, aPolicy(), { kind: 'forbidden', message: 'no' })).toEqual({
      health: 'healthy',
      reason: '10 of 50 calls failed in 5 min (20 %, baseline 20 % assumed, history unreadable)',
    });
    expect(
      verdictOnTop(read(inbound(58, 10), inbound(2, 20, 20)), aPolicy(), { kind: 'partial', message: 'some' }),
    ).toEqual({
      health: 'unhealthy',
      loss: { least: 0.881, likely: 1 },
      reason:
        '40 of 40 calls failed in 2 min (100 %, baseline 20 % assumed, history unreadable; likelihood 1e-14, limit 2e-7; began 2 min ago)',
    });
  });

  it('by the newest minute, which is incomplete', () => {
    const settled = history(inbound(59, 10), inbound(1, 10, 10));
    const incomplete = { startsAt: observedAt - 90_000, InboundCallAttempts: 10, InboundCallFailures: 10 };
    const newer = { ...incomplete, startsAt: observedAt - 30_000 };
    expect(verdictOnTop({ kind: 'read', minutes: [...settled, incomplete, newer] })).toEqual({
      health: 'degraded',
      loss: { least: 0.653, likely: 1 },
      reason:
        '10 of 10 calls failed in 1 min (100 %, baseline 5 % assumed, history not read; likelihood 3e-7, limit 2e-7; began 1 min ago); at least 1 more failed call would make it unhealthy',
    });
  });

  it('by fewer failures than minFailures, even where they are significant', () => {
    const policy = aPolicy({ minFailures: 21 });
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)), policy)).toEqual({
      health: 'unknown',
      loss: { least: 0.578, likely: 0.578 },
      cause: 'inconclusive',
      reason: '20 of 50 calls failed in 5 min (40 %, baseline 5 % assumed, history not read)',
    });
  });

  it('by few calls, though all of them failed', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(1, 4, 4), inbound(1, 5, 5)))).toEqual({
      health: 'degraded',
      loss: { least: 0.622, likely: 1 },
      reason:
        '9 of 9 calls failed in 2 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-6, limit 2e-7; began 2 min ago); at least 2 more failed calls would make it unhealthy',
    });
  });

  it('by evidence just short of the limit of the policy', () => {
    const third = read(inbound(55, 10), inbound(5, 18, 6));
    expect(verdictOnTop(third, aPolicy({ falseMovesPerGroupYear: 0.1 }))).toMatchObject({ health: 'unhealthy' });
    expect(verdictOnTop(third, aPolicy({ falseMovesPerGroupYear: 0.01 }))).toEqual({
      health: 'degraded',
      loss: { least: 0.163, likely: 0.298 },
      reason:
        '30 of 90 calls failed in 5 min (33.3 %, baseline 5 % assumed, history not read; likelihood 2e-8, limit 6e-9; began 5 to 6 min ago); at least 2 more failed calls would make it unhealthy',
    });
  });

  it('by failures that cluster as much as the policy allows for', () => {
    const third = read(inbound(55, 10), inbound(5, 18, 6));
    expect(verdictOnTop(third, aPolicy({ dispersion: 4 }))).toMatchObject({ health: 'degraded' });
  });

  it('by failures that are not significant', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 3)))).toEqual({
      health: 'unknown',
      loss: { least: 0.033, likely: 0.263 },
      cause: 'inconclusive',
      reason:
        '6 of 20 calls failed in 2 min (30 %, baseline 5 % assumed, history not read; likelihood 0.039, limit 2e-7; began 1 to 4 min ago)',
    });
  });

  it('by failures rare enough to be reported but not proven', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 6)))).toEqual({
      health: 'degraded',
      loss: { least: 0.257, likely: 0.579 },
      reason:
        '12 of 20 calls failed in 2 min (60 %, baseline 5 % assumed, history not read; likelihood 1e-5, limit 2e-7; began 2 min ago); at least 4 more failed calls would make it unhealthy',
    });
  });

  it('by calls that the account’s own limit rejected', () => {
    const throttled = { ...inbound(5, 20, 10), Throttles: 10 };
    expect(verdictOnTop(read(inbound(55, 20), throttled))).toEqual({
      health: 'degraded',
      loss: { least: 0.5, likely: 0.5 },
      reason:
        '50 inbound calls throttled and 50 successful in 5 min: a quota is too low, and a failover would only move the overload',
    });
  });

  it('by a limit that rejected every call', () => {
    const throttled = { ...inbound(60, 20, 20), Throttles: 20 };
    expect(verdictOnTop(read(throttled))).toEqual({
      health: 'degraded',
      loss: { least: 1, likely: 1 },
      reason:
        '100 inbound calls throttled and 0 successful in 5 min: a quota is too low, and a failover would only move the overload',
    });
  });

  it('by throttles that were not counted as failed calls', () => {
    expect(verdictOnTop(read(inbound(55, 20), { ...inbound(5, 20), Throttles: 1 }))).toEqual({
      health: 'healthy',
      reason: '0 of 100 calls failed in 5 min (0 %, baseline 5 % assumed, history not read)',
    });
  });

  it('by a tolerable share of throttled calls', () => {
    expect(verdictOnTop(read(inbound(55, 20), { ...inbound(5, 21, 1), Throttles: 1 }))).toEqual({
      health: 'healthy',
      reason: '0 of 100 calls failed in 5 min (0 %, baseline 5 % assumed, history not read)',
    });
  });

  it.each(['MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote'] as const)('by poor audio on %s', (leg) => {
    expect(verdictOnTop(read(inbound(57, 10), audio(3, leg, 3)))).toEqual({
      health: 'degraded',
      loss: { least: 0, likely: 0.5 },
      reason: `MOS 3.00 on the ${leg === 'MOSBetweenVcAndRemote' ? 'remote' : 'customer'} leg over 3 min, degradedMos 3.5`,
    });
  });
});
