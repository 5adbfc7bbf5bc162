import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/core/judge/judge.ts';
import { judgedUntil } from '../../../lib/core/judge/readings.ts';
import { aGroup, items } from '../../builders/group.ts';
import { history, inbound, nothing, observedAt, read, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';
import { verdictOnTop, verdictOnStandby } from './verdict-on.ts';

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
      reason: '0 of 1 calls succeeded in 60 min, minAttempts 10',
    });
  });

  it('is low volume one successful call below the floor', () => {
    expect(verdictOnTop(read(inbound(51, 0), inbound(9, 1)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '9 of 9 calls succeeded in 60 min, minAttempts 10',
    });
    expect(verdictOnTop(read(inbound(50, 0), inbound(10, 1)))?.health).toBe('healthy');
  });

  it('is low volume, not healthy, where only failed calls reach the floor', () => {
    expect(verdictOnTop(read(inbound(40, 0), inbound(9, 1), inbound(1, 1, 1), inbound(10, 0)))).toEqual({
      health: 'unknown',
      cause: 'low-volume',
      reason: '9 of 10 calls succeeded in 60 min, minAttempts 10',
    });
  });

  it('does not prevent a proof: failed calls need no successful ones', () => {
    expect(verdictOnTop(read(inbound(49, 0), inbound(11, 1, 1)))?.health).toBe('unhealthy');
  });
});

describe('silence', () => {
  it('of a primary without datapoints is stale: the calls or the data are missing', () => {
    expect(verdictOnTop(read(inbound(58, 10), nothing(2)))).toEqual({
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 2 min, about 20 calls expected at the earlier rate',
    });
  });

  it('is not ended by the incomplete minute, nor by the audio of calls in progress', () => {
    const lost = history(inbound(58, 10), nothing(2));
    const newest = { startsAt: observedAt - 90_000, InboundCallAttempts: 10 };
    const stale = {
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 2 min, about 20 calls expected at the earlier rate',
    };
    expect(verdictOnTop({ kind: 'read', minutes: [...lost, newest] })).toEqual(stale);
    expect(verdictOnTop(read(inbound(58, 10), { minutes: 2, MOSBetweenVcAndCustomer: 4.2 }))).toEqual(stale);
  });

  it('hides an overload that was going on before it', () => {
    const throttled = { ...inbound(3, 20, 10), Throttles: 10 };
    expect(verdictOnTop(read(inbound(55, 20), throttled, nothing(2)))).toMatchObject({ cause: 'stale' });
  });

  it('of a primary that publishes zeros is idle', () => {
    expect(verdictOnTop(read(inbound(58, 10), inbound(2, 0)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no call for 2 min, about 20 calls expected at the earlier rate',
    });
  });

  it('of a standby is idle: calls went elsewhere again', () => {
    expect(verdictOnStandby(read(inbound(58, 10), nothing(2)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no datapoint for 2 min, about 20 calls expected at the earlier rate',
    });
  });

  it('does not cancel a fault proven before it: metrics are late just when a Region fails', () => {
    const text =
      '40 of 80 calls failed in 18 min (50 %, baseline 5 % assumed, history not read; likelihood 4e-15, limit 2e-7; began 18 min ago)';
    expect(verdictOnTop(read(inbound(42, 10), inbound(8, 10, 5), nothing(10)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.311, likely: 0.474 },
      reason: `${text}; no datapoint for 10 min, about 50 calls expected at the earlier rate`,
    });
    expect(verdictOnTop(read(inbound(51, 10), inbound(8, 10, 5), nothing(1)))?.reason).not.toContain('since');
  });

  it('of more than ten minutes cancels a proof', () => {
    expect(verdictOnTop(read(inbound(41, 10), inbound(8, 10, 5), nothing(11)))).toMatchObject({ cause: 'stale' });
    expect(verdictOnTop(read(inbound(41, 10), inbound(8, 10, 10), nothing(11)))).toEqual({
      health: 'unknown',
      loss: { least: 0.949, likely: 0.949 },
      cause: 'inconclusive',
      reason: '80 of 90 calls failed in 20 min (88.9 %, baseline 5 % assumed, history not read)',
    });
  });

  it('hides a failure before published minutes without calls', () => {
    expect(verdictOnTop(read(inbound(47, 10), inbound(8, 10, 5), inbound(5, 0)))).toMatchObject({ cause: 'idle' });
  });

  it('hides what was only suspected before it', () => {
    expect(verdictOnTop(read(inbound(55, 10), inbound(3, 10, 3), nothing(2)))).toMatchObject({ cause: 'stale' });
  });

  it('is not ended by one failed call, which must not make a line look healthy', () => {
    expect(verdictOnTop(read(inbound(58, 10), nothing(1), inbound(1, 1, 1)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no successful call for 2 min, about 20 calls expected at the earlier rate',
    });
  });

  it('does not hide a fault that still fails each of the few calls', () => {
    const failing = [inbound(50, 10), inbound(8, 10, 5)] as const;
    expect(verdictOnTop(read(...failing, inbound(2, 0)))).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no call for 2 min, about 10 calls expected at the earlier rate',
    });
    expect(verdictOnTop(read(...failing, inbound(1, 0), inbound(1, 1, 1)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.318, likely: 0.48 },
      reason:
        '41 of 81 calls failed in 10 min (50.6 %, baseline 5 % assumed, history not read; likelihood 1e-15, limit 2e-7; began 10 min ago)',
    });
  });

  it('is not turned into a fault by one failed call after a fault that is over', () => {
    const over = [inbound(45, 0), inbound(10, 3, 2), nothing(2), inbound(2, 7)] as const;
    expect(verdictOnTop(read(...over, inbound(1, 1, 1)))).toEqual({
      health: 'unknown',
      loss: { least: 0, likely: 0.018 },
      cause: 'inconclusive',
      reason: '1 of 15 calls failed in 5 min (6.7 %, baseline 5 % assumed, history not read)',
    });
  });

  it('is measured by the shortest judged window with enough successful calls', () => {
    const reasonOf = (...spans: readonly Span[]) => verdictOnTop(read(...spans))?.reason;
    const quickening = reasonOf(inbound(57, 2), inbound(1, 20), nothing(2));
    expect(quickening).toBe('no datapoint for 2 min, about 16 calls expected at the earlier rate');
    expect(reasonOf(inbound(50, 0), inbound(5, 2), nothing(5))).toBe(
      'no datapoint for 5 min, about 10 calls expected at the earlier rate',
    );
    expect(reasonOf(inbound(50, 0), inbound(1, 2, 2), inbound(4, 2), nothing(5))).toMatch(/minAttempts 10$/);
  });

  it('of fewer than five expected calls does not count', () => {
    expect(verdictOnTop(read(inbound(59, 4), nothing(1)))).toEqual({
      health: 'healthy',
      reason: '0 of 16 calls failed in 5 min (0 %, baseline 5 % assumed, history not read)',
    });
    expect(verdictOnTop(read(inbound(59, 5), nothing(1)))).toEqual({
      health: 'unknown',
      cause: 'stale',
      reason: 'no datapoint for 1 min, about 5 calls expected at the earlier rate',
    });
  });
});

describe('a Voice Connector that cannot be read', () => {
  it.each(['fetch-error', 'forbidden', 'partial'] as const)(
    'is unknown (%s), with the message of CloudWatch',
    (kind) => {
      expect(verdictOnTop({ kind, message: 'it said no' })).toEqual({
        health: 'unknown',
        cause: kind,
        reason: 'CloudWatch: it said no',
      });
    },
  );

  it('is unknown where its Region is unknown', () => {
    const observation = anObservation({ connectors: [aConnector({ region: undefined })] });
    expect(
      judge(observation, () => aPolicy())
        .verdictsOf(observation.groups[0]!)
        .get('east'),
    ).toEqual({
      health: 'unknown',
      cause: 'fetch-error',
      reason: 'its Region is unknown',
    });
    expect(judge(observation, () => aPolicy()).regions).toEqual(new Map());
  });

  it('has no verdict where it was not observed', () => {
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
  ])('ends at $until for a run at $at with a metric lag of $lag s', ({ lag, at, until }) => {
    const day = '2026-11-20T';
    expect(judgedUntil(Date.parse(`${day}${at}Z`), { metricLagSeconds: lag })).toBe(Date.parse(`${day}${until}Z`));
  });
});
