import { describe, expect, it } from 'vitest';
import { inbound, past, read, readPast } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';
import { verdictOnTop } from './verdict-on.ts';

describe('a Voice Connector is healthy', () => {
  it('when no call failed', () => {
    expect(verdictOnTop(read(inbound(60, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, history not read, baseline assumed 5 %)',
    });
  });

  it('when CloudWatch has no datapoint for failures at all', () => {
    expect(verdictOnTop(read({ minutes: 60, InboundCallAttempts: 10 }))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, history not read, baseline assumed 5 %)',
    });
  });

  it('when failures stay below half the excess that justifies a move, in every window', () => {
    expect(verdictOnTop(read(inbound(55, 40), inbound(5, 40, 3)))).toEqual({
      health: 'healthy',
      reason: '15 of 200 calls failed in 5 min (7.5 %, history not read, baseline assumed 5 %)',
    });
    expect(verdictOnTop(read(inbound(55, 40), inbound(4, 40, 3), inbound(1, 40, 4)))).toMatchObject({
      health: 'unknown',
      cause: 'inconclusive',
    });
  });

  it('where as many calls fail as normally', () => {
    const past = readPast({ hours: 24, attempts: 100, failures: 10 });
    expect(verdictOnTop(read(inbound(60, 20, 2)), aPolicy(), past)).toEqual({
      health: 'healthy',
      reason: '10 of 100 calls failed in 5 min (10 %, baseline 10.3 %)',
    });
  });

  it('as soon as the judged minutes are good again, whatever the hour before contains', () => {
    expect(verdictOnTop(read(inbound(55, 10, 10), inbound(5, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, history not read, baseline assumed 5 %)',
    });
  });

  it('at a low volume by the shortest window with enough answered calls', () => {
    expect(verdictOnTop(read(inbound(60, 1)))).toEqual({
      health: 'healthy',
      reason: '0 of 10 calls failed in 10 min (0 %, history not read, baseline assumed 5 %)',
    });
  });
});

describe('a Voice Connector is unhealthy', () => {
  it('when every call has failed for two minutes', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      reason:
        '20 of 20 calls failed in 2 min (100 %, history not read, baseline assumed 5 %; likelihood 1e-13, limit 2e-7)',
    });
  });

  it('when a third of its calls fail for long enough to be significant', () => {
    expect(verdictOnTop(read(inbound(55, 10), inbound(5, 18, 6)))).toEqual({
      health: 'unhealthy',
      reason:
        '30 of 90 calls failed in 5 min (33.3 %, history not read, baseline assumed 5 %; likelihood 2e-8, limit 2e-7)',
    });
  });

  it('at a low volume by a window that is long enough', () => {
    expect(verdictOnTop(read(inbound(48, 1), inbound(12, 1, 1)))).toEqual({
      health: 'unhealthy',
      reason:
        '12 of 12 calls failed in 12 min (100 %, history not read, baseline assumed 5 %; likelihood 2e-8, limit 2e-7)',
    });
  });

  it('when AWS reports more failures than attempts, as if all had failed', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 25)))).toEqual({
      health: 'unhealthy',
      reason:
        '20 of 20 calls failed in 2 min (100 %, history not read, baseline assumed 5 %; likelihood 1e-13, limit 2e-7)',
    });
  });

  it('until enough of its newest calls succeed again', () => {
    const recovering = (good: number) =>
      verdictOnTop(read(inbound(50, 10), inbound(9, 10, 10), inbound(1, good)))?.health;
    expect(recovering(10)).toBe('unhealthy');
    const recovered = (minutes: number) =>
      verdictOnTop(read(inbound(50, 10), inbound(10 - minutes, 10, 10), inbound(minutes, 10)))?.health;
    expect(recovered(4)).toBe('unhealthy');
    expect(recovered(5)).toBe('healthy');
  });

  it('against its own history, where that is better than the assumption', () => {
    const newly = read(inbound(50, 30), inbound(10, 30, 4));
    expect(verdictOnTop(newly)).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(verdictOnTop(newly, aPolicy(), readPast(past(24, 150, 1)))).toEqual({
      health: 'unhealthy',
      reason: '40 of 300 calls failed in 10 min (13.3 %, baseline 0.7 %; likelihood 3e-18, limit 2e-7)',
    });
  });

  it('by a slow fault that takes hours to prove', () => {
    const quarter = Array.from({ length: 15 }, () => [inbound(3, 1), inbound(1, 1, 1)]).flat();
    expect(verdictOnTop(read(...quarter))).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(verdictOnTop(read(...quarter), aPolicy(), readPast(past(20, 5), past(4, 5, 1)))).toEqual({
      health: 'unhealthy',
      reason: '51 of 240 calls failed in 240 min (21.3 %, baseline 0.6 %; likelihood 2e-30, limit 2e-7)',
    });
  });

  it('by failures beyond its throttled calls', () => {
    const mixed = { ...inbound(5, 20, 12), Throttles: 4 };
    expect(verdictOnTop(read(inbound(55, 20), mixed))).toEqual({
      health: 'unhealthy',
      reason:
        '40 of 80 calls failed in 5 min (50 %, history not read, baseline assumed 5 %; likelihood 4e-15, limit 2e-7)',
    });
  });
});
