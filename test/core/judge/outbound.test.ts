import { describe, expect, it } from 'vitest';
import { judgeOutbound } from '../../../lib/core/judge/connector.ts';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { slotMs } from '../../../lib/core/judge/past-calls.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { history, inbound, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

const unread: MetricsReading = { kind: 'fetch-error', message: 'not read' };

describe('outbound calls', () => {
  const judged = (outboundNow: MetricsReading, policy = aPolicy(), outboundHistory: MetricsReading = unread) =>
    judgeOutbound({ outbound: outboundNow, outboundHistory }, observedAt, policy);

  it('prove a recovery over the minutes that the policy asks for', () => {
    expect(judged(read(outbound(60, 10)))).toEqual({
      verdict: {
        health: 'healthy',
        reason: '0 of 100 calls failed in 10 min (0 %, baseline 5 % assumed, history not read)',
      },
      impaired: undefined,
    });
    const recovered = (minutes: number) => judged(read(outbound(60 - minutes, 10, 10), outbound(minutes, 10))).verdict;
    expect(recovered(10)).toMatchObject({ health: 'healthy' });
    expect(recovered(9)).toEqual({
      health: 'unknown',
      cause: 'inconclusive',
      loss: { least: 0, likely: 0.053 },
      reason: '10 of 100 calls failed in 10 min (10 %, baseline 5 % assumed, history not read)',
    });
    expect(recovered(0)).toMatchObject({ health: 'unhealthy' });
  });

  it('report a possible fault within failbackHoldMinutes', () => {
    const recovered = (minutes: number, policy = aPolicy()) =>
      judged(read(outbound(60 - minutes, 10, 10), outbound(minutes, 10)), policy).impaired;
    expect(recovered(26)).toBe('40 of 300 calls failed in 30 min (13.3 %, baseline 5 % assumed, history not read)');
    expect(recovered(27)).toBeUndefined();
    expect(recovered(38, aPolicy({ failbackHoldMinutes: 45 }))).toBeDefined();
    expect(recovered(50, aPolicy({ failbackHoldMinutes: 45 }))).toBeUndefined();
    expect(recovered(50, aPolicy({ failbackHoldMinutes: 600 }))).toBeDefined();
  });

  it('are not missed when they stop', () => {
    expect(judged(read(outbound(50, 10), nothing(10))).verdict).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no datapoint for 10 min, about 100 calls expected at the earlier rate',
    });
  });

  it('leave the health unknown where they cannot be read, or there are none', () => {
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

  it('report no fault for failures too few, or too rare, to justify a move', () => {
    const sure = aPolicy({ dispersion: 1 });
    expect(judged(read(outbound(48, 10), outbound(2, 1, 1), outbound(10, 10)), sure).impaired).toBeUndefined();
    expect(judged(read(outbound(59, 0), outbound(1, 2, 2)), sure).impaired).toBeUndefined();
    expect(judged(read(outbound(59, 0), outbound(1, 3, 3)), sure).impaired).toBeDefined();
    expect(judged(read(outbound(60, 1000, 90)), sure).impaired).toBeUndefined();
    expect(judged(read(outbound(60, 1000, 110)), sure).impaired).toBeDefined();
  });

  it('of the newest incomplete minute are not judged', () => {
    const minutes = [
      ...history(outbound(60, 10)),
      { startsAt: observedAt - 1.5 * minuteMs, OutboundCallAttempts: 900, OutboundCallFailures: 900 },
    ];
    expect(judged({ kind: 'read', minutes }).verdict.health).toBe('healthy');
  });

  it('are compared with what is usual for them, however much that is', () => {
    const slots = Array.from({ length: 14 * 48 }, (_, place) => ({
      startsAt: Math.floor(observedAt / slotMs) * slotMs - (place + 1) * slotMs,
      OutboundCallAttempts: 600,
      OutboundCallFailures: 210,
    }));
    const dialler: MetricsReading = { kind: 'read', minutes: slots };
    const third = read(outbound(60, 20, 7));
    expect(judged(third).verdict.health).toBe('unhealthy');
    expect(judged(third, aPolicy(), dialler)).toMatchObject({ verdict: { health: 'healthy' }, impaired: undefined });
    expect(judged(read(outbound(60, 20, 16)), aPolicy(), dialler).verdict.health).toBe('unhealthy');
  });
});
