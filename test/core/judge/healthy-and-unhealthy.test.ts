import { describe, expect, it } from 'vitest';
import { inbound, past, read, readPast } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';
import { verdictOnTop } from './verdict-on.ts';

describe('a Voice Connector is healthy', () => {
  it('when no call failed', () => {
    expect(verdictOnTop(read(inbound(60, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, baseline 5 % assumed, history not read)',
    });
  });

  it('when CloudWatch has no datapoint for failures at all', () => {
    expect(verdictOnTop(read({ minutes: 60, InboundCallAttempts: 10 }))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, baseline 5 % assumed, history not read)',
    });
  });

  it('when failures stay below half the excess that justifies a move, in every window', () => {
    expect(verdictOnTop(read(inbound(55, 40), inbound(5, 40, 3)))).toEqual({
      health: 'healthy',
      reason: '15 of 200 calls failed in 5 min (7.5 %, baseline 5 % assumed, history not read)',
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
      reason: '10 of 100 calls failed in 5 min (10 %, baseline 10.5 % at this time of day, from 1 day)',
    });
  });

  it('as soon as the judged minutes are good again, whatever the hour before contains', () => {
    expect(verdictOnTop(read(inbound(55, 10, 10), inbound(5, 10)))).toEqual({
      health: 'healthy',
      reason: '0 of 50 calls failed in 5 min (0 %, baseline 5 % assumed, history not read)',
    });
  });

  it('at a low volume by the shortest window with enough answered calls', () => {
    expect(verdictOnTop(read(inbound(60, 1)))).toEqual({
      health: 'healthy',
      reason: '0 of 10 calls failed in 10 min (0 %, baseline 5 % assumed, history not read)',
    });
  });
});

describe('a Voice Connector is unhealthy', () => {
  it('when every call has failed for two minutes', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.809, likely: 1 },
      reason:
        '20 of 20 calls failed in 2 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-13, limit 2e-7; began 2 min ago)',
    });
  });

  it('when a third of its calls fail for long enough to be significant', () => {
    expect(verdictOnTop(read(inbound(55, 10), inbound(5, 18, 6)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.163, likely: 0.298 },
      reason:
        '30 of 90 calls failed in 5 min (33.3 %, baseline 5 % assumed, history not read; likelihood 2e-8, limit 2e-7; began 5 to 6 min ago)',
    });
  });

  it('at a low volume by a window that is long enough', () => {
    expect(verdictOnTop(read(inbound(48, 1), inbound(12, 1, 1)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.702, likely: 1 },
      reason:
        '12 of 12 calls failed in 12 min (100 %, baseline 5 % assumed, history not read; likelihood 2e-8, limit 2e-7; began 11 to 13 min ago)',
    });
  });

  it('by failures that AWS stamped up to three minutes after their calls', () => {
    const attempts = [inbound(56, 10), inbound(2, 10), inbound(1, 0)] as const;
    expect(verdictOnTop(read(...attempts, { minutes: 1, InboundCallFailures: 20 }))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.809, likely: 1 },
      reason:
        '20 of 20 calls failed in 4 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-13, limit 2e-7; began 4 min ago)',
    });
  });

  it('where AWS reports more failures than attempts, as if the calls shortly before had failed too', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 10, 25)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.9, likely: 1 },
      reason:
        '40 of 40 calls failed in 4 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-26, limit 2e-7; began 4 min ago)',
    });
  });

  it('until its newest calls show that the fault is over', () => {
    const recovering = (good: number) => verdictOnTop(read(inbound(50, 10), inbound(9, 10, 10), inbound(1, good)));
    expect(recovering(1)).toEqual({
      health: 'unhealthy',
      loss: { least: 0.922, likely: 0.988 },
      reason:
        '90 of 91 calls failed in 10 min (98.9 %, baseline 5 % assumed, history not read; likelihood 4e-58, limit 2e-7; began 10 min ago)',
    });
    expect(recovering(10)).toEqual({
      health: 'unknown',
      loss: { least: 0.594, likely: 0.789 },
      cause: 'inconclusive',
      reason: '40 of 50 calls failed in 5 min (80 %, baseline 5 % assumed, history not read)',
    });
  });

  it('for longer after a fault in which some calls succeeded', () => {
    const recovering = (good: number) =>
      verdictOnTop(read(inbound(50, 10), inbound(9, 10, 5), inbound(1, good)))?.health;
    expect([2, 5, 10, 15].map(recovering)).toEqual(['unhealthy', 'unhealthy', 'unhealthy', 'unknown']);
  });

  it('again by a second fault, whatever the first one proved', () => {
    const second = (failing: number) =>
      verdictOnTop(read(inbound(40, 10), inbound(5, 10, 10), inbound(10, 10), inbound(2, 10, failing)));
    expect(second(3)).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(second(10)).toEqual({
      health: 'unhealthy',
      loss: { least: 0.809, likely: 1 },
      reason:
        '20 of 20 calls failed in 2 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-13, limit 2e-7; began 2 min ago)',
    });
  });

  it('against its own history, where that is better than the assumption', () => {
    const newly = read(inbound(50, 30), inbound(10, 30, 4));
    expect(verdictOnTop(newly)).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(verdictOnTop(newly, aPolicy(), readPast(past(24, 150, 1)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.075, likely: 0.125 },
      reason:
        '40 of 300 calls failed in 10 min (13.3 %, baseline 1 % at this time of day, from 1 day; likelihood 1e-15, limit 2e-7; began 10 to 11 min ago)',
    });
  });

  it('by a slow fault that takes hours to prove', () => {
    const tenth = (hours: number) =>
      read(...Array.from({ length: hours * 6 }, () => [inbound(9, 1), inbound(1, 1, 1)]).flat());
    const withPast = (reading: ReturnType<typeof read>) => verdictOnTop(reading, aPolicy(), readPast(past(24, 5)));
    expect(withPast(tenth(1))).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(verdictOnTop(tenth(4))).toMatchObject({ health: 'unknown', cause: 'inconclusive' });
    expect(withPast(tenth(4))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.045, likely: 0.091 },
      reason:
        '24 of 240 calls failed in 240 min (10 %, baseline 1 % at this time of day, from 1 day; likelihood 3e-8, limit 2e-7; began 225 to 240 min ago)',
    });
  });

  it('by failures beyond its throttled calls', () => {
    const mixed = { ...inbound(5, 20, 12), Throttles: 4 };
    expect(verdictOnTop(read(inbound(55, 20), mixed))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.311, likely: 0.474 },
      reason:
        '40 of 80 calls failed in 5 min (50 %, baseline 5 % assumed, history not read; likelihood 4e-15, limit 2e-7; began 5 min ago)',
    });
  });
});
