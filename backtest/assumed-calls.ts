/**
 * The calls after a move that was never made. What they would have done is unknown. They are assumed to arrive at the promoted Voice
 * Connector, and there
 * - to fail as often as its own calls, where those show a fault;
 * - otherwise to fail as often as is usual, where the left one really showed a fault;
 * - otherwise to fail as they did: who is busy is busy on any Voice Connector.
 */
import type { MetricName, Minute } from '../lib/core/model/observation.ts';
import { primaryOf } from '../lib/core/model/priorities.ts';
import { slotMs } from '../lib/core/judge/past-calls.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { History } from './history.ts';
import type { ReplayedGroups } from './replayed-groups.ts';
import type { ReplayedMetrics } from './replayed-metrics.ts';

/** So many calls of a half hour show a ratio of their own. */
export const enoughCalls = 20;

/** Above the usual share of failed calls, in points: then a Voice Connector shows a fault. */
export const faultExcess = 0.05;

/** A minute is taken with the quarters of an hour before and after it. */
const aroundMs = 15 * minuteMs;

/** How calls fail where nothing is wrong. */
export type UsualFailures = {
  /** Share of failed calls. */
  readonly ratio: number;
  /** Share of the failures that are refusals, SIP 4xx and 6xx. */
  readonly refused: number;
};

type Calls = { attempts: number; failures: number; answered: number; active: number; refused: number };

/** What depends on the inbound calls. The rest of a minute is about outbound ones. */
const inboundMetrics: ReadonlySet<string> = new Set<MetricName>([
  'InboundCallAttempts',
  'InboundCallFailures',
  'InboundCallsAnswered',
  'InboundCallsActive',
  'Sip4xxCodes',
  'Sip6xxCodes',
  'Throttles',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
  'RTTBetweenVcAndCustomer',
  'RTTBetweenVcAndRemote',
  'CustomerToVcRtpPackets',
  'VcToCustomerRtpPackets',
  'RemoteToVcRtpPackets',
  'VcToRemoteRtpPackets',
]);

export class AssumedCalls {
  readonly #history: History;
  readonly #metrics: ReplayedMetrics;
  readonly #regionOf: ReadonlyMap<string, string>;
  #usual: ReadonlyMap<string, UsualFailures> | undefined;
  /** What rounding has left over, by Voice Connector: calls are whole, and their sums stay right. */
  readonly #left = new Map<string, number>();

  constructor(history: History, metrics: ReplayedMetrics) {
    this.#history = history;
    this.#metrics = metrics;
    this.#regionOf = new Map(
      history.account.connectors.map(({ voiceConnectorId, region }) => [voiceConnectorId, region]),
    );
  }

  /** Assumes where the calls of the minute that begins at `startsAt` go, once its run has decided. */
  assume(groups: ReplayedGroups, startsAt: EpochMs): void {
    const arriving = new Map<string, Calls>();
    const emptied = new Set<string>();
    for (const group of groups.groups) {
      const { voiceConnectorGroupId } = group;
      const from = groups.recordedPrimary(voiceConnectorGroupId);
      const to = primaryOf(group);
      if (from === undefined || to === undefined || from === to) continue;
      const sharing = groups.groups.filter((other) => groups.recordedPrimary(other.voiceConnectorGroupId) === from);
      const share = 1 / sharing.length;
      add(arriving, to, this.#callsTo(to, from, share, startsAt));
      if (sharing.every((other) => primaryOf(other) !== from)) emptied.add(from);
      else add(arriving, from, negative(callsIn(this.#metrics.recorded(from, startsAt), share)));
    }
    for (const id of emptied) this.#metrics.assume(id, withoutCalls(this.#metrics.recorded(id, startsAt)));
    for (const [id, calls] of arriving) {
      const recorded = this.#metrics.recorded(id, startsAt);
      this.#metrics.assume(id, withCalls(emptied.has(id) ? withoutCalls(recorded) : recorded, calls));
    }
  }

  /** The share of failed calls that is usual at a Voice Connector: its own, else that of its Region, else that of the account. */
  usualOf(voiceConnectorId: string): UsualFailures {
    this.#usual ??= usualFailures(this.#history);
    const region = this.#regionOf.get(voiceConnectorId) ?? '';
    const usual = [voiceConnectorId, region, ''].flatMap((key) => this.#usual?.get(key) ?? []);
    return usual[0] ?? { ratio: 0, refused: 0 };
  }

  #callsTo(to: string, from: string, share: number, startsAt: EpochMs): Calls {
    const recorded = callsIn(this.#metrics.recorded(from, startsAt), share);
    const target = this.#around(to, startsAt);
    const usual = this.usualOf(to);
    const ratio = showsFault(target, usual) ? target.failures / target.attempts : usual.ratio;
    const isAsItWas = !showsFault(target, usual) && !showsFault(this.#around(from, startsAt), this.usualOf(from));
    if (isAsItWas) return recorded;
    const { attempts, active } = recorded;
    const failures = this.#whole(to, attempts * ratio);
    return { attempts, failures, answered: attempts - failures, active, refused: Math.round(failures * usual.refused) };
  }

  /** The calls that were recorded around a minute. */
  #around(voiceConnectorId: string, startsAt: EpochMs): { readonly attempts: number; readonly failures: number } {
    let attempts = 0;
    let failures = 0;
    for (let at = startsAt - aroundMs; at <= startsAt + aroundMs; at += minuteMs) {
      attempts += this.#history.value('minute', voiceConnectorId, 'InboundCallAttempts', at) ?? 0;
      failures += this.#history.value('minute', voiceConnectorId, 'InboundCallFailures', at) ?? 0;
    }
    return { attempts, failures };
  }

  #whole(key: string, value: number): number {
    const exact = value + (this.#left.get(key) ?? 0);
    const whole = Math.round(exact);
    this.#left.set(key, exact - whole);
    return whole;
  }
}

function showsFault(
  calls: { readonly attempts: number; readonly failures: number },
  { ratio }: UsualFailures,
): boolean {
  return calls.attempts >= enoughCalls && calls.failures / calls.attempts > ratio + faultExcess;
}

function callsIn(minute: Minute, share: number): Calls {
  const { InboundCallAttempts = 0, InboundCallFailures = 0, InboundCallsAnswered = 0, InboundCallsActive = 0 } = minute;
  const { Sip4xxCodes = 0, Sip6xxCodes = 0 } = minute;
  const part = (value: number): number => Math.round(value * share);
  return {
    attempts: part(InboundCallAttempts),
    failures: part(InboundCallFailures),
    answered: part(InboundCallsAnswered),
    active: part(InboundCallsActive),
    refused: part(Sip4xxCodes + Sip6xxCodes),
  };
}

function negative({ attempts, failures, answered, active, refused }: Calls): Calls {
  return { attempts: -attempts, failures: -failures, answered: -answered, active: -active, refused: -refused };
}

function add(all: Map<string, Calls>, id: string, calls: Calls): void {
  const sum = all.get(id) ?? { attempts: 0, failures: 0, answered: 0, active: 0, refused: 0 };
  sum.attempts += calls.attempts;
  sum.failures += calls.failures;
  sum.answered += calls.answered;
  sum.active += calls.active;
  sum.refused += calls.refused;
  all.set(id, sum);
}

function withoutCalls(minute: Minute): Minute {
  const { startsAt, ...values } = minute;
  const left = Object.entries(values).filter(([metric]) => !inboundMetrics.has(metric));
  return { startsAt, ...Object.fromEntries(left) };
}

function withCalls(minute: Minute, calls: Calls): Minute {
  const before = callsIn(minute, 1);
  const sum = (key: keyof Calls): number => Math.max(0, before[key] + calls[key]);
  if (sum('attempts') + sum('active') === 0) return minute;
  return {
    ...minute,
    InboundCallAttempts: sum('attempts'),
    InboundCallFailures: sum('failures'),
    InboundCallsAnswered: sum('answered'),
    InboundCallsActive: sum('active'),
    Sip4xxCodes: sum('refused'),
  };
}

/** By Voice Connector, by Region, and under '' of the account: the median of the half hours with enough calls, so that faults do not count. */
function usualFailures(history: History): ReadonlyMap<string, UsualFailures> {
  const slots = new Map<string, { ratio: number; failures: number; refused: number }[]>();
  for (const { voiceConnectorId, region } of history.account.connectors) {
    for (let from = Math.ceil(history.from / slotMs) * slotMs; from < history.until; from += slotMs) {
      const sum = { attempts: 0, failures: 0, refused: 0 };
      for (let at = from; at < from + slotMs; at += minuteMs) {
        sum.attempts += history.value('minute', voiceConnectorId, 'InboundCallAttempts', at) ?? 0;
        sum.failures += history.value('minute', voiceConnectorId, 'InboundCallFailures', at) ?? 0;
        sum.refused += history.value('minute', voiceConnectorId, 'Sip4xxCodes', at) ?? 0;
        sum.refused += history.value('minute', voiceConnectorId, 'Sip6xxCodes', at) ?? 0;
      }
      if (sum.attempts < enoughCalls) continue;
      const slot = { ratio: sum.failures / sum.attempts, failures: sum.failures, refused: sum.refused };
      for (const key of [voiceConnectorId, region, '']) {
        const own = slots.get(key) ?? [];
        own.push(slot);
        slots.set(key, own);
      }
    }
  }
  return new Map([...slots].map(([key, each]) => [key, usualOf(each)]));
}

function usualOf(slots: readonly { ratio: number; failures: number; refused: number }[]): UsualFailures {
  const sorted = slots.toSorted((left, right) => left.ratio - right.ratio);
  const ratio = sorted[Math.floor((sorted.length - 1) / 2)]?.ratio ?? 0;
  // A fault's 5xx are among the worst half hours.
  const usual = sorted.slice(0, Math.ceil(sorted.length / 2));
  const failures = usual.reduce((sum, slot) => sum + slot.failures, 0);
  const refused = usual.reduce((sum, slot) => sum + slot.refused, 0);
  return { ratio, refused: failures === 0 ? 0 : Math.min(1, refused / failures) };
}
