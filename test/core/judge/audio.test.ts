import { describe, expect, it } from 'vitest';
import { audioDetailMetrics, isAudioSuspect, judgeAudio } from '../../../lib/core/judge/audio.ts';
import { judge } from '../../../lib/core/judge/judge.ts';
import type { MetricsReading, Minute, MetricName } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { history, inbound, judgedUntil, nothing, read, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

type Datapoints = Readonly<Partial<Record<MetricName, number>>>;
function span(minutes: number, datapoints: Datapoints): Span {
  return { minutes, ...datapoints };
}
/** By default so many calls are in progress that no single caller decides. */
const busy: Datapoints = { InboundCallsActive: 10 };
function customer(mos: number, minutes = 5) {
  return history(span(minutes, { ...busy, MOSBetweenVcAndCustomer: mos }));
}
function remote(mos: number, minutes = 5) {
  return history(span(minutes, { ...busy, MOSBetweenVcAndRemote: mos }));
}

function judged(own: readonly Minute[], others: readonly (readonly Minute[])[] = [], policy = aPolicy()) {
  return judgeAudio(own, others, judgedUntil, policy);
}

describe('audio', () => {
  it('has no finding where it is good or there are no calls', () => {
    expect(judged(history(span(5, { MOSBetweenVcAndCustomer: 4.2, MOSBetweenVcAndRemote: 4.1 })))).toBeUndefined();
    expect(judged([])).toBeUndefined();
    expect(judged(history(inbound(5, 10)))).toBeUndefined();
  });

  it('that is critical on the remote leg is bad without a comparison', () => {
    expect(judged(remote(1.8))).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason: 'MOS 1.80 on the remote leg over 5 min, 5 of them below criticalMos 2.5',
    });
  });

  it.each([
    { leg: 'customer', own: customer(3) },
    { leg: 'remote', own: remote(3) },
  ])('that is only degraded on the $leg leg is poor, even where it is good elsewhere', ({ leg, own }) => {
    const poor = {
      kind: 'poor',
      loss: { least: 0, likely: 0.5 },
      reason: `MOS 3.00 on the ${leg} leg over 5 min, degradedMos 3.5`,
    };
    expect(judged(own)).toEqual(poor);
    expect(judged(own, [history(span(5, { MOSBetweenVcAndCustomer: 4.3, MOSBetweenVcAndRemote: 4.3 }))])).toEqual(poor);
  });

  it('needs a majority of the judging minutes', () => {
    expect(judged(remote(1.8, 2))).toBeUndefined();
    expect(judged(remote(1.8, 3))).toMatchObject({ kind: 'bad', loss: { least: 1, likely: 1 } });
    expect(judged(remote(3, 2))).toBeUndefined();
    expect(judged(remote(3, 3))).toMatchObject({ kind: 'poor' });
    const mixed = history(span(3, { MOSBetweenVcAndRemote: 4.4 }), span(2, { MOSBetweenVcAndRemote: 1 }));
    const gaps = history(span(1, { MOSBetweenVcAndRemote: 4.4 }), nothing(2), span(2, { MOSBetweenVcAndRemote: 1 }));
    expect(judged(gaps)).toMatchObject({ kind: 'poor' });
    expect(judged(mixed)).toEqual({
      kind: 'poor',
      loss: { least: 0, likely: 0.46 },
      reason: 'MOS 3.04 on the remote leg over 5 min, degradedMos 3.5',
    });
  });

  it('is not a majority where half of them are bad, nor where half of them are there', () => {
    const four = aPolicy({ judgingMinutes: 4 });
    expect(judged(remote(1.8, 2), [], four)).toBeUndefined();
    const half = history(span(2, { MOSBetweenVcAndRemote: 4.4 }), span(2, { MOSBetweenVcAndRemote: 1 }));
    expect(judged(half, [], four)).toMatchObject({ kind: 'poor' });
  });

  it('at a threshold passes, in any order of its minutes', () => {
    expect(judged(remote(3.5))).toBeUndefined();
    expect(judged(remote(2.5))).toMatchObject({ kind: 'poor' });
    // In floating point, 1 + 1.2 + 2.1 is more than 2.1 + 1.2 + 1.
    const scored = history(...[1, 1.2, 2.1].map((mos) => span(1, { MOSBetweenVcAndRemote: mos })));
    const policy = aPolicy({ degradedMos: (1 + 1.2 + 2.1) / 3, criticalMos: 1 });
    expect(judged(scored, [], policy)).toBeUndefined();
    expect(judged(scored.toReversed(), [], policy)).toBeUndefined();
  });

  it('before the judged minutes, and of incomplete minutes, does not count', () => {
    expect(judged(history(span(5, { MOSBetweenVcAndRemote: 1.2 }), nothing(5)))).toBeUndefined();
    const newest = Array.from({ length: 5 }, (_, ahead) => ({
      startsAt: judgedUntil + ahead * minuteMs,
      MOSBetweenVcAndRemote: 1.2,
    }));
    expect(judged(newest)).toBeUndefined();
  });

  it('is reported with the slowest round trip', () => {
    const slow = history(
      span(4, { ...busy, MOSBetweenVcAndRemote: 1.8, RTTBetweenVcAndRemote: 120_000 }),
      span(1, { MOSBetweenVcAndRemote: 1.8, RTTBetweenVcAndRemote: 480_000 }),
    );
    expect(judged(slow)?.reason).toMatch(/criticalMos 2.5, RTT 480 ms$/);
  });

  it('is not judged by lost packets, which AWS counts for as long as a call lasts', () => {
    expect(audioDetailMetrics).toEqual([
      'RTTBetweenVcAndCustomer',
      'CustomerToVcRtpPackets',
      'VcToCustomerRtpPackets',
      'RTTBetweenVcAndRemote',
      'RemoteToVcRtpPackets',
      'VcToRemoteRtpPackets',
    ]);
  });
});

describe('an opinion score', () => {
  it('below 1, the lowest of the scale, is none', () => {
    expect(judged(remote(0.9))).toBeUndefined();
    expect(judged(remote(1))).toMatchObject({ kind: 'bad' });
    expect(
      judged(history(span(2, { ...busy, MOSBetweenVcAndRemote: 0 }), span(3, { ...busy, MOSBetweenVcAndRemote: 2 }))),
    ).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason: 'MOS 2.00 on the remote leg over 3 min, 3 of them below criticalMos 2.5',
    });
  });

  it('of a minute weighs as much as the minute has calls in progress', () => {
    const scored = (calls: number) =>
      judged(
        history(
          span(3, { MOSBetweenVcAndRemote: 2, InboundCallsActive: calls }),
          span(2, { MOSBetweenVcAndRemote: 4, InboundCallsActive: 10 }),
        ),
      );
    expect(scored(2)).toBeUndefined();
    expect(scored(6)).toEqual({
      kind: 'poor',
      loss: { least: 0, likely: 0.447 },
      reason: 'MOS 3.05 on the remote leg over 5 min, degradedMos 3.5',
    });
    expect(scored(7)).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason: 'MOS 2.98 on the remote leg over 5 min, 3 of them below criticalMos 2.5',
    });
  });

  it('of a minute without calls in progress does not count', () => {
    const idle = span(3, { MOSBetweenVcAndRemote: 1.2, InboundCallsActive: 0 });
    expect(judged(history(idle, span(2, { ...busy, MOSBetweenVcAndRemote: 4.2 })))).toBeUndefined();
  });

  it('counts every minute alike where the calls in progress are not known', () => {
    const scored = history(
      span(3, { ...inbound(3, 2), MOSBetweenVcAndRemote: 2 }),
      span(2, { ...inbound(2, 50), MOSBetweenVcAndRemote: 4 }),
    );
    expect(judged(scored)).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason: 'MOS 2.80 on the remote leg over 5 min, 3 of them below criticalMos 2.5',
    });
  });
});

describe('the cause of bad audio', () => {
  const idle: readonly Minute[] = [];

  it('is the Voice Connector where the audio is good on another', () => {
    expect(judged(customer(1.8), [customer(4.2)])).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason:
        'MOS 1.80 on the customer leg over 5 min, 5 of them below criticalMos 2.5; good on another Voice Connector',
    });
    expect(judged(remote(1.8), [remote(1.8), remote(4.2)])).toMatchObject({ kind: 'bad' });
  });

  it.each([
    { leg: 'customer', own: customer(1.8) },
    { leg: 'remote', own: remote(1.8) },
  ])('is shared where the $leg leg is as bad on all others with calls', ({ leg, own }) => {
    expect(judged(own, [own, idle])).toEqual({
      kind: 'poor',
      loss: { least: 1, likely: 1 },
      reason:
        `MOS 1.80 on the ${leg} leg over 5 min, 5 of them below criticalMos 2.5; ` +
        'as bad on every other Voice Connector with calls, so the cause is a shared one',
    });
  });

  it('is shared too where the other one is only poor', () => {
    expect(judged(customer(1.8), [customer(3)])).toMatchObject({ kind: 'poor' });
  });

  it('may be the customer’s own network where no other has calls to compare', () => {
    expect(judged(customer(1.8), [idle])).toEqual({
      kind: 'poor',
      loss: { least: 1, likely: 1 },
      reason:
        'MOS 1.80 on the customer leg over 5 min, 5 of them below criticalMos 2.5; ' +
        "no other Voice Connector has calls to compare, so the customer's own network may be the cause",
    });
    expect(judged(remote(1.8), [idle])).toMatchObject({ kind: 'bad' });
  });

  it('is judged per leg: a shared cause on one does not excuse the other', () => {
    const both = history(span(5, { ...busy, MOSBetweenVcAndCustomer: 1.8, MOSBetweenVcAndRemote: 1.8 }));
    const other = history(span(5, { ...busy, MOSBetweenVcAndCustomer: 1.8, MOSBetweenVcAndRemote: 4.2 }));
    expect(judged(both, [other])).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason: 'MOS 1.80 on the remote leg over 5 min, 5 of them below criticalMos 2.5; good on another Voice Connector',
    });
  });

  it('ignores the earlier audio of another Voice Connector', () => {
    const before = history(span(5, { MOSBetweenVcAndCustomer: 4.2 }), nothing(5));
    expect(judged(customer(1.8), [before])).toMatchObject({ kind: 'poor' });
  });
});

describe('one-way audio', () => {
  const packets = (received: number, sent: number, mos = 1.8) =>
    history(
      span(5, { ...busy, MOSBetweenVcAndRemote: mos, RemoteToVcRtpPackets: received, VcToRemoteRtpPackets: sent }),
    );
  const oneWay = (own: readonly Minute[]) => /one-way audio: .*/.exec(judged(own)?.reason ?? '')?.[0];

  it('is reported with bad and poor audio, with the packets in each direction', () => {
    expect(judged(packets(30_000, 5_000))).toEqual({
      kind: 'bad',
      loss: { least: 1, likely: 1 },
      reason:
        'MOS 1.80 on the remote leg over 5 min, 5 of them below criticalMos 2.5; ' +
        'one-way audio: 150000 packets received, 25000 sent',
    });
    expect(oneWay(packets(5_000, 30_000, 3))).toBe('one-way audio: 25000 packets received, 150000 sent');
  });

  it('needs less than half the packets of the other direction, and enough calls', () => {
    expect(oneWay(packets(30_000, 15_000))).toBeUndefined();
    expect(oneWay(packets(30_000, 14_999))).toBeDefined();
    expect(oneWay(packets(6_000, 0))).toBeDefined();
    expect(oneWay(packets(5_999, 0))).toBeUndefined();
  });

  it('alone does not make a Voice Connector with good MOS unhealthy', () => {
    expect(judged(packets(30_000, 0, 4.2))).toBeUndefined();
  });
});

describe('a Voice Connector whose calls succeed', () => {
  const calls = (mos: Datapoints, minutes = 5) => read(inbound(60 - minutes, 10), { ...inbound(minutes, 10), ...mos });
  const verdictOn = (east: MetricsReading, west: MetricsReading) => {
    const seen = anObservation({
      connectors: [
        aConnector({ inbound: east }),
        aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: west }),
      ],
    });
    const policy = aPolicy();
    return judge(seen, () => policy)
      .verdictsOf(seen.groups[0]!)
      .get('east');
  };

  it('is unhealthy by bad audio that is good on another', () => {
    expect(verdictOn(calls({ MOSBetweenVcAndCustomer: 1.8 }), calls({ MOSBetweenVcAndCustomer: 4.2 }))).toEqual({
      health: 'unhealthy',
      loss: { least: 1, likely: 1 },
      reason:
        'MOS 1.80 on the customer leg over 5 min, 5 of them below criticalMos 2.5; good on another Voice Connector',
    });
  });

  it('is only degraded where the audio is as bad everywhere', () => {
    const bad = calls({ MOSBetweenVcAndCustomer: 1.8 });
    expect(verdictOn(bad, bad)).toMatchObject({ health: 'degraded' });
  });

  it('is not compared with another that cannot be read', () => {
    const bad = calls({ MOSBetweenVcAndCustomer: 1.8 });
    expect(verdictOn(bad, { kind: 'partial', message: 'some' })).toMatchObject({ health: 'degraded' });
  });
});

describe('reading the detailed audio metrics', () => {
  it('is justified where audio is poor or bad, and not where it is good', () => {
    const policy = aPolicy();
    expect(isAudioSuspect(customer(1.8), judgedUntil, policy)).toBe(true);
    expect(isAudioSuspect(remote(3), judgedUntil, policy)).toBe(true);
    expect(isAudioSuspect(remote(4.2), judgedUntil, policy)).toBe(false);
  });
});
