import { firstOn, isOnAt, minutesOn } from './period.ts';
import type { ConnectorSpec, FaultKind, FaultSpec, RefusalCode } from './spec.ts';

/** The connector and group of a call. An outbound call of a connector without a group has no group. */
export type Site = { readonly connector: ConnectorSpec; readonly voiceConnectorGroupId: string | undefined };

/** The signalling conditions of a site at one moment. */
export type Signalling = {
  /** The customer's SIP host cannot be reached: the connector receives the call and cannot deliver it. */
  readonly customerUnreachable: boolean;
  readonly sip5xxRatio: number;
  /** In ascending order. A call is refused by the first entry whose `below` exceeds its random number. */
  readonly busy: readonly Refusal[];
  /** Of the answered calls. */
  readonly firstRouteDownRatio: number;
  readonly callsPerMinuteLimit: number;
};

export type Refusal = { readonly below: number; readonly code: RefusalCode };

type OfKind<Kind extends FaultKind['kind']> = Extract<FaultKind, { readonly kind: Kind }>;
type SignallingKind = 'sip-5xx' | 'busy' | 'first-route-down' | 'throttles';
type Occurring<Kind extends FaultKind> = { readonly fault: FaultSpec; readonly what: Kind };

/** "Many users dissatisfied" begins below it (ITU-T G.107, annex B: R = 70). */
const poorMos = 3.6;

/** Busy here. */
const usualRefusal: RefusalCode = 486;

const calm: Signalling = {
  customerUnreachable: false,
  sip5xxRatio: 0,
  busy: [],
  firstRouteDownRatio: 0,
  callsPerMinuteLimit: Infinity,
};

/** The faults that are active during one minute, grouped by what they affect. */
export class FaultsOfMinute {
  readonly minute: number;
  readonly #losses: FaultSpec[] = [];
  readonly #signalling: Occurring<OfKind<SignallingKind>>[] = [];
  readonly #oneWay: Occurring<OfKind<'one-way-audio'>>[] = [];
  readonly #badAudio: Occurring<OfKind<'bad-audio'>>[] = [];
  readonly #metrics: Occurring<OfKind<'metrics-missing' | 'metrics-late'>>[] = [];

  constructor(faults: readonly FaultSpec[], minute: number) {
    this.minute = minute;
    for (const fault of faults) if (minutesOn(fault, minute, minute + 1) > 0) this.#take(fault);
  }

  /** Whether the telephone network reaches the connector. Otherwise AWS reroutes the call to the next one. */
  reaches(connector: ConnectorSpec, at: number): boolean {
    if (this.#losses.length === 0) return true;
    return this.connects({ connector, voiceConnectorGroupId: undefined }, at);
  }

  /** Whether the customer's SIP host and the connector reach each other. */
  connects(site: Site, at: number): boolean {
    return !this.#losses.some((fault) => isAt(fault, site) && isOnAt(fault, at));
  }

  signalling(site: Site, at: number): Signalling {
    if (this.#signalling.length === 0 && this.#losses.length === 0) return calm;
    let { sip5xxRatio, firstRouteDownRatio, callsPerMinuteLimit } = calm;
    const busy: Refusal[] = [];
    for (const { fault, what } of this.#signalling) {
      if (!isAt(fault, site) || !isOnAt(fault, at)) continue;
      if (what.kind === 'throttles') {
        callsPerMinuteLimit = Math.min(callsPerMinuteLimit, what.callsPerMinuteLimit);
        continue;
      }
      const ratio = grown(what, at - fault.fromMinute);
      if (what.kind === 'busy') {
        busy.push({ below: either(busy.at(-1)?.below ?? 0, ratio), code: what.code ?? usualRefusal });
      } else if (what.kind === 'sip-5xx') sip5xxRatio = either(sip5xxRatio, ratio);
      else firstRouteDownRatio = either(firstRouteDownRatio, ratio);
    }
    const customerUnreachable = this.#losses.some(
      (fault) => isOfGroup(fault) && isAt(fault, site) && isOnAt(fault, at),
    );
    return { customerUnreachable, sip5xxRatio, busy, firstRouteDownRatio, callsPerMinuteLimit };
  }

  /** The first moment in [from, until) at which a connectivity loss of the connector or the group affects the site. */
  cutOff(site: Site, from: number, until: number): number | undefined {
    let first: number | undefined;
    for (const fault of this.#losses) {
      if (!isAt(fault, site)) continue;
      const moment = firstOn(fault, from, first ?? until);
      if (moment !== undefined) first = moment;
    }
    return first;
  }

  /** The one-way-audio faults of a site, each with its share of the minute and its share of calls. */
  oneWayAudio(
    site: Site,
  ): readonly { silent: 'customer' | 'remote'; ofGroup: boolean; ratio: number; share: number }[] {
    if (this.#oneWay.length === 0) return [];
    return this.#oneWay
      .filter(({ fault }) => isAt(fault, site))
      .map(({ fault, what }) => ({
        silent: what.silent ?? (isOfGroup(fault) ? 'remote' : 'customer'),
        ofGroup: isOfGroup(fault),
        ratio: grown(what, this.minute + 1 - fault.fromMinute),
        share: this.#shareOf(fault),
      }));
  }

  /** The bad-audio faults of a site, each with its share of the minute. */
  badAudio(site: Site): readonly { what: OfKind<'bad-audio'>; leg: 'customer' | 'remote' | 'both'; share: number }[] {
    if (this.#badAudio.length === 0) return [];
    return this.#badAudio
      .filter(({ fault }) => isAt(fault, site))
      .map(({ fault, what }) => ({
        what,
        leg: what.leg ?? (isOfGroup(fault) ? 'customer' : 'both'),
        share: this.#shareOf(fault),
      }));
  }

  /** Whether a call that is answered now has poor audio. */
  affectsAudio(site: Site, call: { readonly at: number; readonly oneWay: number }): boolean {
    const meets = ({ fault }: Occurring<FaultKind>): boolean => isAt(fault, site) && isOnAt(fault, call.at);
    return (
      this.#badAudio.some((bad) => bad.what.mos < poorMos && meets(bad)) ||
      this.#oneWay.some((one) => call.oneWay < grown(one.what, call.at - one.fault.fromMinute) && meets(one))
    );
  }

  /** The effect on the metrics of this minute. A fault that is active for any part of a minute affects all of it. */
  metrics(site: Site): { readonly missing: boolean; readonly lateMinutes: number } {
    let missing = false;
    let lateMinutes = 0;
    for (const { fault, what } of this.#metrics) {
      if (!isAt(fault, site)) continue;
      if (what.kind === 'metrics-missing') missing = true;
      else lateMinutes = Math.max(lateMinutes, what.minutes);
    }
    return { missing, lateMinutes };
  }

  #take(fault: FaultSpec): void {
    const { what } = fault;
    switch (what.kind) {
      case 'connectivity-loss':
        this.#losses.push(fault);
        break;
      case 'one-way-audio':
        this.#oneWay.push({ fault, what });
        break;
      case 'bad-audio':
        this.#badAudio.push({ fault, what });
        break;
      case 'metrics-missing':
      case 'metrics-late':
        this.#metrics.push({ fault, what });
        break;
      default:
        this.#signalling.push({ fault, what });
    }
  }

  #shareOf(fault: FaultSpec): number {
    return minutesOn(fault, this.minute, this.minute + 1);
  }
}

function isOfGroup(fault: FaultSpec): boolean {
  return 'voiceConnectorGroupId' in fault.where;
}

function isAt({ where }: FaultSpec, site: Site): boolean {
  if ('region' in where) return where.region === site.connector.region;
  if ('voiceConnectorId' in where) return where.voiceConnectorId === site.connector.voiceConnectorId;
  return where.voiceConnectorGroupId === site.voiceConnectorGroupId;
}

/** The probability of a failure with two independent causes. */
function either(a: number, b: number): number {
  return 1 - (1 - a) * (1 - b);
}

function grown(what: { readonly ratio: number; readonly growsOverMinutes?: number }, minutesSince: number): number {
  if (what.growsOverMinutes === undefined) return what.ratio;
  return what.ratio * Math.min(1, minutesSince / what.growsOverMinutes);
}
