/** The telephone lines of the benchmark: groups of three Voice Connectors, and the metrics of their calls. */
import type { Account } from '../../sim/account/account.ts';
import type { EpochMs } from '../../sim/clock.ts';
import { normal } from '../../sim/world/distributions.ts';
import { historyDays } from '../../lib/core/judge/past-calls.ts';
import { streamsFor, type Stream } from '../../sim/world/random.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

const hourMs = 60 * minuteMs;
const slotMs = 30 * minuteMs;
const namespace = 'AWS/ChimeVoiceConnector';

/** The Region of a group's primary, of its standby, and of its third member. */
export type Places = readonly [primary: string, standby: string, third: string];

export type Lines = {
  readonly groups: number;
  readonly places: Places;
  readonly callsPerMinute: number;
  /** Share of calls that fail without a fault, by group. */
  readonly failureRatioOf: (group: number) => number;
  /** Minutes of metrics before the start, minute by minute. */
  readonly minutes: number;
  /** Minutes of metrics after the start, which become visible one by one. */
  readonly futureMinutes: number;
  readonly seed: number;
};

/** Healthy lines with a call every few seconds, primaries in us-east-1, and metrics as far back as a healthy line is asked for. */
export function steadyLines(groups: number, seed: number): Lines {
  return {
    groups,
    places: ['us-east-1', 'us-west-2', 'us-west-2'],
    callsPerMinute: 24,
    failureRatioOf: () => 0.01,
    minutes: 75,
    futureMinutes: 0,
    seed,
  };
}

export function groupId(group: number): string {
  return `group-${String(group).padStart(4, '0')}`;
}

/** By place in {@link Places}. */
export function connectorId(group: number, place: number): string {
  return `${groupId(group)}-${['a', 'b', 'c'][place] ?? ''}`;
}

/** Every group unchanged for a day, every member reachable. */
export function seedGroups(account: Account, { groups, places }: Lines, now: EpochMs): void {
  for (let group = 0; group < groups; group += 1) {
    places.forEach((awsRegion, place) => {
      account.chime.seedConnector({ voiceConnectorId: connectorId(group, place), awsRegion });
    });
    account.chime.seedGroup({
      voiceConnectorGroupId: groupId(group),
      items: places.map((_, place) => ({ voiceConnectorId: connectorId(group, place), priority: place + 1 })),
      callDistributionType: 'PriorityWeightedDistribution',
      createdIn: places[0],
      createdAt: now - 24 * hourMs,
    });
  }
}

/** Every member received an OPTIONS ping a moment ago. */
export function keepReachable(account: Account, { groups, places }: Lines, now: EpochMs): void {
  for (let group = 0; group < groups; group += 1) {
    places.forEach((_, place) => {
      account.recordOptionsPing(connectorId(group, place), { at: now - 20_000, source: '192.0.2.10' });
    });
  }
}

/** The calls of one Voice Connector in a minute or in half an hour. */
export type Calls = { readonly inbound: number; readonly inboundFailures: number; readonly outbound: number };

/**
 * Inbound calls at the primaries, and an outbound call a minute at every member; a failed call ends with a 5xx. Before the minutes there is
 * the fortnight that suspects and candidates are asked for, in half hours.
 */
export function publishLines(account: Account, lines: Lines, now: EpochMs): void {
  const start = Math.floor(now / minuteMs) * minuteMs;
  const from = start - lines.minutes * minuteMs;
  const until = start + lines.futureMinutes * minuteMs;
  const firstSlot = Math.ceil((start - historyDays * 24 * hourMs) / slotMs) * slotMs;
  for (let group = 0; group < lines.groups; group += 1) {
    lines.places.forEach((region, place) => {
      const where = { voiceConnectorId: connectorId(group, place), region };
      const luck = streamsFor(lines.seed, 'bench turn', where.voiceConnectorId)(0);
      const inbound = place === 0 ? lines.callsPerMinute : 0;
      const callsOf = (minutes: number): Calls =>
        callsIn(inbound * minutes, minutes, lines.failureRatioOf(group), luck);
      const historyNames = place === 0 ? historyMetrics : outboundMetrics;
      for (let slot = firstSlot; slot + slotMs <= from; slot += slotMs) {
        const metrics = metricsOf(callsOf(slotMs / minuteMs));
        for (const name of historyNames) put(account, where, slot, name, metrics[name]);
      }
      for (let minute = from; minute < until; minute += minuteMs) putCalls(account, where, minute, callsOf(1));
    });
  }
}

/** In the given minutes the primaries get so many more calls, as a share of the usual ones, and all of these fail: callers who dial again. */
export function publishFailures(
  account: Account,
  { groups, places, callsPerMinute, seed }: Lines,
  fault: { readonly from: EpochMs; readonly until: EpochMs; readonly ratio: number },
): void {
  for (let group = 0; group < groups; group += 1) {
    const luck = streamsFor(seed, 'bench turn fault', groupId(group))(0);
    for (let minute = fault.from; minute < fault.until; minute += minuteMs) {
      const where = { voiceConnectorId: connectorId(group, 0), region: places[0] };
      const failures = poisson(callsPerMinute * fault.ratio, luck);
      put(account, where, minute, 'InboundCallAttempts', failures);
      put(account, where, minute, 'InboundCallFailures', failures);
    }
  }
}

export function callsIn(inboundMean: number, outboundMean: number, failureRatio: number, luck: Stream): Calls {
  const inbound = poisson(inboundMean, luck);
  const inboundFailures = Math.min(inbound, poisson(inbound * failureRatio, luck));
  return { inbound, inboundFailures, outbound: poisson(outboundMean, luck) };
}

/** AWS publishes all metrics of a minute with a call, zeros too, and none of a minute without one. */
function putCalls(account: Account, where: Where, startsAt: EpochMs, calls: Calls): void {
  if (calls.inbound + calls.outbound === 0) return;
  for (const [metricName, value] of Object.entries(metricsOf(calls))) put(account, where, startsAt, metricName, value);
}

export function metricsOf({ inbound, inboundFailures, outbound }: Calls) {
  const answered = inbound - inboundFailures;
  const packets = 3000 * (answered + outbound);
  return {
    InboundCallAttempts: inbound,
    InboundCallFailures: inboundFailures,
    InboundCallsAnswered: answered,
    InboundCallsActive: answered,
    OutboundCallAttempts: outbound,
    OutboundCallFailures: 0,
    OutboundCallsActive: outbound,
    Throttles: 0,
    Sip4xxCodes: 0,
    Sip6xxCodes: 0,
    MOSBetweenVcAndCustomer: 4.3,
    MOSBetweenVcAndRemote: 4.3,
    RTTBetweenVcAndCustomer: 40_000,
    RTTBetweenVcAndRemote: 40_000,
    CustomerToVcRtpPackets: packets,
    VcToCustomerRtpPackets: packets,
    RemoteToVcRtpPackets: packets,
    VcToRemoteRtpPackets: packets,
  };
}

const outboundMetrics = ['OutboundCallAttempts', 'OutboundCallFailures'] as const;
const historyMetrics = [
  ...outboundMetrics,
  'InboundCallAttempts',
  'InboundCallFailures',
  'InboundCallsAnswered',
  'Sip4xxCodes',
  'Sip6xxCodes',
] as const;

type Where = { readonly voiceConnectorId: string; readonly region: string };

/** Visible from the end of its minute; AWS's own delay does not change what a run costs. */
export function put(account: Account, where: Where, timestamp: EpochMs, metricName: string, value: number): void {
  account.putMetric({
    region: where.region,
    namespace,
    metricName,
    dimensions: { VoiceConnectorId: where.voiceConnectorId },
    timestamp,
    statistics: { sampleCount: 1, sum: value, minimum: value, maximum: value },
    visibleAt: timestamp + minuteMs,
  });
}

/** A Poisson number: how many exponential gaps fit; of a large mean its normal approximation. */
function poisson(mean: number, luck: Stream): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(luck)));
  let count = 0;
  for (let left = mean - luck.exponential(); left > 0; left -= luck.exponential()) count += 1;
  return count;
}
