/** The calls of Voice Connectors, minute by minute. */
import type { MetricName, MetricsReading, Minute } from '../core/model/observation.ts';
import { minuteMs } from '../core/model/time.ts';
import type { MetricsPort } from '../ports.ts';

export type PlacedConnector = { readonly voiceConnectorId: string; readonly region: string };

export type ConnectorCalls = {
  readonly calls: number;
  readonly failures: number;
  /** Of the worse leg; absent without a call. */
  readonly mos?: number;
};

export type CallMinute = {
  /** In epoch milliseconds. */
  readonly startsAt: number;
  readonly connectors: Readonly<Record<string, ConnectorCalls>>;
  readonly callsOffered: number;
};

const metrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];

/** Some metrics could not be read, or only in part. Zeros in their place would look like a line without calls. */
export class UnreadMetricsError extends Error {
  override readonly name = 'UnreadMetricsError';
}

/**
 * Whole minutes in [from, until) of these Voice Connectors.
 *
 * @throws UnreadMetricsError
 */
export async function callMinutes(
  reader: MetricsPort,
  connectors: readonly PlacedConnector[],
  from: number,
  until: number,
  signal: AbortSignal,
): Promise<readonly CallMinute[]> {
  const request = { connectors, metrics, periodSeconds: 60, from, until };
  const readings = await reader.read(request, signal);
  const all = [...readings].map(([voiceConnectorId, reading]) => ({
    voiceConnectorId,
    minutes: new Map(minutesIn(voiceConnectorId, reading).map((minute) => [minute.startsAt, minute])),
  }));
  const first = Math.ceil(from / minuteMs) * minuteMs;
  const count = Math.max(0, Math.floor((until - first) / minuteMs));
  return Array.from({ length: count }, (_, place) => minuteOf(first + place * minuteMs, all));
}

function minutesIn(voiceConnectorId: string, reading: MetricsReading): readonly Minute[] {
  if (reading.kind === 'read') return reading.minutes;
  throw new UnreadMetricsError(`${voiceConnectorId}: ${reading.message}`);
}

type ConnectorMinutes = { readonly voiceConnectorId: string; readonly minutes: ReadonlyMap<number, Minute> };

function minuteOf(startsAt: number, all: readonly ConnectorMinutes[]): CallMinute {
  const connectors = all.map(
    ({ voiceConnectorId, minutes }) => [voiceConnectorId, viewOf(minutes.get(startsAt))] as const,
  );
  return {
    startsAt,
    connectors: Object.fromEntries(connectors),
    callsOffered: connectors.reduce((total, [, { calls }]) => total + calls, 0),
  };
}

/** Like the world's minutes: the worse leg's MOS, and no MOS without a call. */
function viewOf(minute: Minute | undefined): ConnectorCalls {
  const { InboundCallAttempts: calls = 0, InboundCallFailures: failures = 0 } = minute ?? {};
  const mos = [minute?.MOSBetweenVcAndCustomer, minute?.MOSBetweenVcAndRemote].filter((each) => each !== undefined);
  return { calls, failures, ...(mos.length === 0 ? {} : { mos: Math.round(Math.min(...mos) * 100) / 100 }) };
}
