import type { FaultsOfMinute, Site } from './faults.ts';
import type { AudioMinute, LegMinute, Spread, StreamMinute } from './minute.ts';
import type { AudioDetail } from './spec.ts';

/** The audio conditions of a site during one minute. Each fault is weighted by its share of the minute. */
export type AudioConditions = {
  readonly customer: LegConditions;
  readonly remote: LegConditions;
  readonly oneWay: readonly OneWay[];
};

type LegConditions = {
  readonly mos: number;
  readonly rttMicroseconds: number;
  readonly jitterMicroseconds: number;
  readonly lossRatio: number;
  /** Reduction of the MOS per unit of a call's roughness. */
  readonly mosPerRoughness: number;
};

type OneWay = {
  readonly silent: 'customer' | 'remote';
  readonly ofGroup: boolean;
  readonly ratio: number;
  readonly share: number;
};

/** Share of the packets that a failed direction still carries. */
const collapsed = 0.02;
const mosOfSilence = 1;
const bestMos = 4.4;
const packetsPerMinute = 3000; // one every 20 ms
const defaultLossRatio = 0.05;

/** A trunk between two data centres, with little variation. */
const customerLeg: LegConditions = {
  mos: bestMos,
  rttMicroseconds: 30_000,
  jitterMicroseconds: 1_000,
  lossRatio: 0.0002,
  mosPerRoughness: 0.03,
};

/** The public network with a mobile phone: worse, with more variation. */
const remoteLeg: LegConditions = {
  mos: bestMos,
  rttMicroseconds: 80_000,
  jitterMicroseconds: 4_000,
  lossRatio: 0.001,
  mosPerRoughness: 0.15,
};

const calm: AudioConditions = { customer: customerLeg, remote: remoteLeg, oneWay: [] };

export function audioAt(faults: FaultsOfMinute, site: Site): AudioConditions {
  const bad = faults.badAudio(site);
  const oneWay = faults.oneWayAudio(site);
  if (bad.length === 0 && oneWay.length === 0) return calm;
  let { customer, remote } = calm;
  for (const { what, leg, share } of bad) {
    const withDefaults = { ...what, lossRatio: what.lossRatio ?? defaultLossRatio };
    if (leg !== 'remote') customer = mixed(customer, withDefaults, share);
    if (leg !== 'customer') remote = mixed(remote, withDefaults, share);
  }
  return { customer, remote, oneWay };
}

/** The audio of one call: its packet loss so far and the roughness of its two networks. */
export class CallAudio {
  readonly #oneWay: number;
  readonly #customerRoughness: number;
  readonly #remoteRoughness: number;
  readonly #lost = { customerToVc: 0, vcToCustomer: 0, remoteToVc: 0, vcToRemote: 0 };

  constructor(luck: { readonly oneWay: number; readonly customerRoughness: number; readonly remoteRoughness: number }) {
    this.#oneWay = luck.oneWay;
    this.#customerRoughness = luck.customerRoughness;
    this.#remoteRoughness = luck.remoteRoughness;
  }

  /** Simulates `minutes` of the call and adds its measurements to the connector's audio. */
  talk(minutes: number, conditions: AudioConditions, tally: AudioTally): void {
    const flow = conditions.oneWay.length === 0 ? unhindered : this.#flow(conditions.oneWay);
    if (tally.detail === 'mos') {
      tally.customer.score(conditions.customer, this.#customerRoughness, flow.customerMos);
      tally.remote.score(conditions.remote, this.#remoteRoughness, flow.remoteMos);
      return;
    }
    const packets = packetsPerMinute * minutes;
    const customerLoss = conditions.customer.lossRatio * this.#customerRoughness * packets;
    const remoteLoss = conditions.remote.lossRatio * this.#remoteRoughness * packets;
    const lost = this.#lost;
    lost.customerToVc += customerLoss * flow.customerToVc;
    lost.vcToCustomer += customerLoss * flow.vcToCustomer;
    lost.remoteToVc += remoteLoss;
    lost.vcToRemote += remoteLoss * flow.vcToRemote;
    const { customer, remote } = tally;
    customer.quality(conditions.customer, this.#customerRoughness, flow.customerMos);
    remote.quality(conditions.remote, this.#remoteRoughness, flow.remoteMos);
    customer.toVc.carried(packets * flow.customerToVc, lost.customerToVc);
    customer.fromVc.carried(packets * flow.vcToCustomer, lost.vcToCustomer);
    remote.toVc.carried(packets, lost.remoteToVc);
    remote.fromVc.carried(packets * flow.vcToRemote, lost.vcToRemote);
  }

  /** The share of packets that flow in each direction and the share of the MOS that remains on each leg. */
  #flow(oneWay: readonly OneWay[]): Flow {
    const flow = { ...unhindered };
    for (const { silent, ofGroup, ratio, share } of oneWay) {
      if (this.#oneWay >= ratio) continue;
      const carried = 1 - share * (1 - collapsed);
      if (silent === 'remote') flow.vcToRemote *= carried;
      // Packets lost from the customer never reach the connector; packets lost to the customer were sent by it.
      if (silent === 'remote' && ofGroup) flow.customerToVc *= carried;
      if (silent === 'customer' && !ofGroup) flow.vcToCustomer *= carried;
      if (silent === 'customer' || ofGroup) flow.customerMos *= 1 - share;
      else flow.remoteMos *= 1 - share;
    }
    return flow;
  }
}

type Flow = {
  readonly customerToVc: number;
  readonly vcToCustomer: number;
  readonly vcToRemote: number;
  readonly customerMos: number;
  readonly remoteMos: number;
};

const unhindered: Flow = { customerToVc: 1, vcToCustomer: 1, vcToRemote: 1, customerMos: 1, remoteMos: 1 };

/** Accumulates the audio of a connector's calls during a minute. */
export class AudioTally implements AudioMinute {
  readonly detail: AudioDetail;
  readonly customer: LegTally = new LegTally();
  readonly remote: LegTally = new LegTally();

  constructor(detail: AudioDetail = 'full') {
    this.detail = detail;
  }
}

class LegTally implements LegMinute {
  readonly toVc: StreamTally = new StreamTally();
  readonly fromVc: StreamTally = new StreamTally();
  readonly rttMicroseconds: SpreadTally = new SpreadTally();
  readonly mos: SpreadTally = new SpreadTally();

  score(conditions: LegConditions, roughness: number, mosRemaining: number): void {
    const withoutFaults = Math.max(mosOfSilence, conditions.mos - conditions.mosPerRoughness * roughness);
    this.mos.add(mosOfSilence + (withoutFaults - mosOfSilence) * mosRemaining);
  }

  quality(conditions: LegConditions, roughness: number, mosRemaining: number): void {
    this.score(conditions, roughness, mosRemaining);
    this.rttMicroseconds.add(Math.round(conditions.rttMicroseconds * (0.9 + 0.1 * roughness)));
    const jitter = Math.round(conditions.jitterMicroseconds * (0.5 + 0.5 * roughness));
    this.toVc.jitterMicroseconds.add(jitter);
    this.fromVc.jitterMicroseconds.add(jitter);
  }
}

class StreamTally implements StreamMinute {
  readonly rtpPackets: SpreadTally = new SpreadTally();
  readonly packetsLost: SpreadTally = new SpreadTally();
  readonly jitterMicroseconds: SpreadTally = new SpreadTally();

  carried(packets: number, lostSoFar: number): void {
    this.rtpPackets.add(Math.round(packets));
    this.packetsLost.add(Math.floor(lostSoFar));
  }
}

class SpreadTally implements Spread {
  count = 0;
  sum = 0;
  minimum = Infinity;
  maximum = -Infinity;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
  }
}

function mixed(calmLeg: LegConditions, bad: Omit<LegConditions, 'mosPerRoughness'>, share: number): LegConditions {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    mos: mix(calmLeg.mos, bad.mos),
    rttMicroseconds: mix(calmLeg.rttMicroseconds, bad.rttMicroseconds),
    jitterMicroseconds: mix(calmLeg.jitterMicroseconds, bad.jitterMicroseconds),
    lossRatio: mix(calmLeg.lossRatio, bad.lossRatio),
    mosPerRoughness: calmLeg.mosPerRoughness,
  };
}
