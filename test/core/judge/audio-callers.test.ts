/** One caller with a bad headset must not decide. */
import { describe, expect, it } from 'vitest';
import { judgeAudio } from '../../../lib/core/judge/audio.ts';
import type { MetricName, Minute } from '../../../lib/core/model/observation.ts';
import { history, inbound, judgedUntil, type Span } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

type Datapoints = Readonly<Partial<Record<MetricName, number>>>;

function span(minutes: number, datapoints: Datapoints): Span {
  return { minutes, ...datapoints };
}

function judged(own: readonly Minute[], others: readonly (readonly Minute[])[] = [], policy = aPolicy()) {
  return judgeAudio(own, others, judgedUntil, policy);
}

function remote(mos: number) {
  return history(span(5, { InboundCallsActive: 10, MOSBetweenVcAndRemote: mos }));
}

describe('critical audio of too few callers', () => {
  const criticalWith = (datapoints: Datapoints, policy = aPolicy()) =>
    judged(history(span(5, { MOSBetweenVcAndRemote: 1.8, ...datapoints })), [], policy);
  const criticalOf = (callers: number) => ({
    kind: 'poor',
    loss: { least: 0, likely: 1 },
    reason: `MOS 1.80 on the remote leg over 5 min, 5 of them below criticalMos 2.5; from ${callers} ${callers === 1 ? 'caller' : 'callers'} only, minFailures 3`,
  });

  it('is only poor, because one caller must not decide', () => {
    expect(criticalWith({ InboundCallsActive: 1 })).toEqual(criticalOf(1));
    expect(criticalWith({})).toEqual(criticalOf(0));
  });

  it('is bad from minFailures calls in progress at once, inbound and outbound together', () => {
    expect(criticalWith({ InboundCallsActive: 2 })).toEqual(criticalOf(2));
    expect(criticalWith({ InboundCallsActive: 2, OutboundCallsActive: 1 })).toMatchObject({ kind: 'bad' });
    expect(criticalWith({ OutboundCallsActive: 3 })).toMatchObject({ kind: 'bad' });
    expect(criticalWith({ OutboundCallsActive: 3 }, aPolicy({ minFailures: 4 }))).toMatchObject({ kind: 'poor' });
  });

  it('does not count the same call again in each minute', () => {
    const shortOf = history(
      span(1, { MOSBetweenVcAndRemote: 1.8, InboundCallsActive: 1 }),
      span(4, { MOSBetweenVcAndRemote: 1.8, InboundCallsActive: 2 }),
    );
    expect(judged(shortOf)).toEqual(criticalOf(2));
  });

  it('is bad from twice minFailures calls that began one after another, because one caller dials again', () => {
    const begun = (calls: number) =>
      judged(
        history(
          span(2, { MOSBetweenVcAndRemote: 1.8, InboundCallsActive: 1 }),
          span(3, { ...inbound(3, calls / 3), MOSBetweenVcAndRemote: 1.8, InboundCallsActive: 1 }),
        ),
      );
    expect(begun(3)).toEqual(criticalOf(1));
    expect(begun(6)).toMatchObject({ kind: 'bad' });
  });

  it('does not count the calls of minutes with good audio', () => {
    const oneBadCall = history(
      span(3, { MOSBetweenVcAndRemote: 1.8, InboundCallsActive: 1 }),
      span(1, { ...inbound(1, 4), MOSBetweenVcAndRemote: 4.3, InboundCallsActive: 1 }),
      span(1, { ...inbound(1, 4), MOSBetweenVcAndRemote: 4.3, InboundCallsActive: 1 }),
    );
    expect(judged(oneBadCall)?.kind).toBe('poor');
    expect(judged(oneBadCall)?.reason).toContain('from 1 caller only');
  });

  it('does not count failed calls, which have no audio', () => {
    expect(criticalWith({ ...inbound(5, 10, 10), InboundCallsActive: 1 })).toEqual(criticalOf(1));
  });

  it('is poor even where the audio is good on another Voice Connector', () => {
    const own = history(span(5, { MOSBetweenVcAndRemote: 1.8, InboundCallsActive: 1 }));
    expect(judged(own, [remote(4.2)])).toEqual(criticalOf(1));
  });
});
