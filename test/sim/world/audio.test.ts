import { describe, expect, it } from 'vitest';
import type { AudioMinute, Spread } from '../../../sim/world/minute.ts';
import type { FaultKind, FaultSpec } from '../../../sim/world/spec.ts';
import { connectorOf, eastFirst, callCountsOf, simulate, seed, total, twoRegions, virginia } from './builders.ts';

const busy = { callsPerMinute: 60, meanCallMinutes: 3 };

function audioFault(what: FaultKind, where: FaultSpec['where'] = { region: virginia }): FaultSpec {
  return { fromMinute: 20, untilMinute: 40, where, what };
}

function audioOf(faults: readonly FaultSpec[], minute = 30): AudioMinute {
  return connectorOf(simulate(twoRegions({ group: busy, faults }), minute + 1), 'east')[minute]!.audio!;
}

function mean({ sum, count }: Spread): number {
  return sum / count;
}

/** Packets each way as a share of what the calls would carry in a calm world, and the mean MOS of each leg. */
function picture(faults: readonly FaultSpec[]) {
  const [now, calm] = [audioOf(faults), audioOf([])];
  const flow = (of: (audio: AudioMinute) => Spread) => Number((of(now).sum / of(calm).sum).toFixed(1));
  const hears = (leg: 'customer' | 'remote') => (mean(now[leg].mos) > 3.6 ? 'well' : 'badly');
  return {
    customerToVc: flow(({ customer }) => customer.toVc.rtpPackets),
    vcToCustomer: flow(({ customer }) => customer.fromVc.rtpPackets),
    remoteToVc: flow(({ remote }) => remote.toVc.rtpPackets),
    vcToRemote: flow(({ remote }) => remote.fromVc.rtpPackets),
    customer: hears('customer'),
    remote: hears('remote'),
  };
}

const calmPicture = {
  customerToVc: 1,
  vcToCustomer: 1,
  remoteToVc: 1,
  vcToRemote: 1,
  customer: 'well',
  remote: 'well',
};

describe(`the audio of calls (seed ${seed})`, () => {
  it('has 50 packets per second each way, for the part of the call within the minute', () => {
    const minutes = simulate(twoRegions({ group: { callsPerMinute: 20, meanCallMinutes: 3 } }), 2_000).slice(30);
    const packets = total(connectorOf(minutes, 'east'), ({ audio }) => audio?.customer.toVc.rtpPackets.sum ?? 0);
    const callMinutes = 20 * 3 * minutes.length;
    expect(packets / callMinutes / 3000).toBeCloseTo(1, 1);
    for (const { audio } of connectorOf(minutes, 'east')) {
      expect(audio!.customer.toVc.rtpPackets.maximum).toBeLessThanOrEqual(3000);
    }
  });

  it('is within AWS’s range of MOS, and good without faults', () => {
    for (const leg of ['customer', 'remote'] as const) {
      const { mos, rttMicroseconds, toVc } = audioOf([])[leg];
      expect(mos.minimum).toBeGreaterThanOrEqual(1);
      expect(mos.maximum).toBeLessThanOrEqual(4.4);
      expect(mean(mos)).toBeGreaterThan(4.1);
      expect(mean(rttMicroseconds)).toBeLessThan(150_000);
      expect(mean(toVc.jitterMicroseconds)).toBeLessThan(30_000);
      expect(mos.count).toBe(toVc.rtpPackets.count);
    }
  });

  it.each<[string, FaultSpec, Partial<typeof calmPicture>]>([
    [
      'a Region no longer sends to the customer',
      audioFault({ kind: 'one-way-audio', ratio: 1 }),
      { vcToCustomer: 0, customer: 'badly' },
    ],
    [
      'a Region no longer sends to the caller',
      audioFault({ kind: 'one-way-audio', ratio: 1, silent: 'remote' }),
      { vcToRemote: 0, remote: 'badly' },
    ],
    [
      'the customer’s network lets nothing out',
      audioFault({ kind: 'one-way-audio', ratio: 1 }, { voiceConnectorGroupId: 'sales' }),
      { customerToVc: 0, vcToRemote: 0, customer: 'badly' },
    ],
    [
      'the customer’s network lets nothing in',
      audioFault({ kind: 'one-way-audio', ratio: 1, silent: 'customer' }, { voiceConnectorGroupId: 'sales' }),
      { customer: 'badly' },
    ],
    [
      'a Region’s audio is bad',
      audioFault({ kind: 'bad-audio', mos: 2, rttMicroseconds: 400_000, jitterMicroseconds: 60_000 }),
      { customer: 'badly', remote: 'badly' },
    ],
    [
      'only its leg to the telephone network is',
      audioFault({ kind: 'bad-audio', mos: 2, rttMicroseconds: 400_000, jitterMicroseconds: 60_000, leg: 'remote' }),
      { remote: 'badly' },
    ],
  ])('shows where %s', (_, fault, expected) => {
    expect(picture([fault])).toEqual({ ...calmPicture, ...expected });
    expect(picture([{ ...fault, untilMinute: 30 }])).toEqual(calmPicture);
  });

  it('does not affect signalling, but its calls are counted', () => {
    const faults = [audioFault({ kind: 'one-way-audio', ratio: 0.5 })];
    const counts = callCountsOf(simulate(twoRegions({ group: busy, faults }), 60));
    expect(total(counts, ({ callsFailed }) => callsFailed)).toBe(0);
    const share = (from: number) =>
      total(counts.slice(from, from + 20), ({ callsAnsweredWithPoorAudio }) => callsAnsweredWithPoorAudio) /
      total(counts.slice(from, from + 20), ({ callsAnswered }) => callsAnswered);
    expect([share(0), share(20), share(40)].map((value) => Number(value.toFixed(1)))).toEqual([0, 0.5, 0]);
  });

  it('is separate for two groups on one connector', () => {
    const support = { ...busy, voiceConnectorGroupId: 'support', baselineFailureRatio: 0 };
    const faults = [audioFault({ kind: 'one-way-audio', ratio: 1 }, { voiceConnectorGroupId: 'sales' })];
    const spec = twoRegions({ group: busy, faults });
    const routing = [...eastFirst, { ...eastFirst[0]!, voiceConnectorGroupId: 'support' }];
    const minutes = simulate({ ...spec, groups: [...spec.groups, support] }, 31, routing);
    const { customer, remote } = connectorOf(minutes, 'east')[30]!.audio!;
    expect(customer.toVc.rtpPackets.sum / remote.toVc.rtpPackets.sum).toBeCloseTo(0.5, 1);
  });

  it('has round-trip time and jitter in microseconds', () => {
    const { remote } = audioOf([
      audioFault({ kind: 'bad-audio', mos: 2, rttMicroseconds: 400_000, jitterMicroseconds: 60_000 }),
    ]);
    expect(mean(remote.rttMicroseconds)).toBeCloseTo(400_000, -5);
    expect(mean(remote.toVc.jitterMicroseconds)).toBeCloseTo(60_000, -4.5);
  });

  it('loses packets cumulatively: a burst of one minute shows until its calls end, and no longer', () => {
    const burst = {
      ...audioFault({
        kind: 'bad-audio',
        mos: 4.3,
        rttMicroseconds: 30_000,
        jitterMicroseconds: 1_000,
        lossRatio: 0.5,
      }),
      untilMinute: 21,
    };
    const spec = twoRegions({
      group: { callsPerMinute: 60, meanCallMinutes: 4, spikes: [{ fromMinute: 21, untilMinute: 200, factor: 0 }] },
      faults: [burst],
    });
    const east = connectorOf(simulate(spec, 200), 'east');
    const worst = east.map(({ audio }) => audio?.customer.toVc.packetsLost.maximum);
    expect(worst[19]).toBeLessThan(50);
    expect(worst[20]).toBeGreaterThan(1_000);
    // Nobody calls any more: the worst call keeps its loss for as long as it lasts.
    const afterwards = worst.slice(21, 25).map((lost) => lost! >= worst[20]! / 4);
    expect(afterwards).toEqual([true, true, true, true]);
    expect(worst.at(-1)).toBeUndefined();
    expect(
      total(callCountsOf(simulate(spec, 60)), ({ callsAnsweredWithPoorAudio }) => callsAnsweredWithPoorAudio),
    ).toBe(0);
  });

  it('never reduces the accumulated loss of a call', () => {
    const spec = twoRegions({
      group: { callsPerMinute: 200, meanCallMinutes: 60, spikes: [{ fromMinute: 1, untilMinute: 20, factor: 0 }] },
      connector: {},
    });
    const east = connectorOf(simulate(spec, 10), 'east');
    const perCall = east.map(({ audio }) => mean(audio!.remote.toVc.packetsLost));
    expect(perCall.slice(1).map((lost, index) => lost > perCall[index]!)).toEqual(Array(9).fill(true));
  });
});
