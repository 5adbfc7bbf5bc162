import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/core/judge/judge.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, read } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';
import { verdictOnTop, audio } from './verdict-on.ts';

describe('audio', () => {
  const bad = (minutes: number) => audio(minutes, 'MOSBetweenVcAndRemote', 1.2);

  it('is still bad where too few calls fail to prove a fault', () => {
    const failing = { ...bad(2), InboundCallFailures: 3 };
    expect(verdictOnTop(read(inbound(57, 10), bad(1), failing))).toEqual({
      health: 'unhealthy',
      loss: { least: 1, likely: 1 },
      reason: 'MOS 1.20 on the remote leg over 3 min, 3 of them below criticalMos 2.5',
    });
  });

  it('stays the reason where failed calls prove less', () => {
    const failed = (failures: number) =>
      verdictOnTop(read(inbound(55, 10), { ...bad(5), InboundCallFailures: failures }));
    const withoutAudio = (failures: number) => verdictOnTop(read(inbound(55, 10), inbound(5, 10, failures)))?.health;
    expect([2, 3, 4, 5].map(withoutAudio)).toEqual(['unknown', 'degraded', 'degraded', 'unhealthy']);
    expect(failed(2)?.reason).toMatch(/^MOS 1.20 on the remote leg/);
    expect(failed(3)?.reason).toMatch(/^MOS 1.20 on the remote leg/);
    expect(failed(4)?.reason).toMatch(/^MOS 1.20 on the remote leg/);
    expect(failed(5)?.reason).toMatch(/^25 of 50 calls failed/);
  });

  it('that is poor does not hide a likely fault of calls', () => {
    const poor = { ...inbound(5, 10, 3), MOSBetweenVcAndRemote: 3 };
    expect(verdictOnTop(read(inbound(55, 10), poor))).toMatchObject({
      health: 'degraded',
      reason: expect.stringMatching(/^15 of 50 calls failed/) as unknown,
    });
  });

  it('of a single call does not count on a standby with no or few calls', () => {
    expect(verdictOnTop(read({ minutes: 5, MOSBetweenVcAndRemote: 1.2 }))).toMatchObject({ cause: 'idle' });
    const few = { ...inbound(4, 1), MOSBetweenVcAndRemote: 1.2 };
    expect(verdictOnTop(read(few))).toMatchObject({ cause: 'low-volume' });
  });

  it('of one caller makes no Voice Connector unhealthy', () => {
    const last = (callsInProgress: number) => {
      const scored = { InboundCallsActive: callsInProgress, MOSBetweenVcAndRemote: 1.2 };
      return verdictOnTop(read(inbound(55, 1), { ...inbound(1, 1), ...scored }, { ...inbound(4, 0), ...scored }));
    };
    expect(last(1)).toEqual({
      health: 'degraded',
      loss: { least: 0, likely: 1 },
      reason:
        'MOS 1.20 on the remote leg over 5 min, 5 of them below criticalMos 2.5; from 1 caller only, minFailures 3',
    });
    expect(last(3)).toMatchObject({ health: 'unhealthy' });
  });

  it('of calls before a silence does not count', () => {
    expect(verdictOnTop(read(inbound(55, 10), bad(3), nothing(2)))).toMatchObject({ cause: 'stale' });
  });
});

describe('audio that is as bad in every Region', () => {
  it('makes no Region unhealthy, nor a Voice Connector with a few failed calls', () => {
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
  it('is not compared with the good audio of another customer’s group', () => {
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
