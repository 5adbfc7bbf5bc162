/** Reads what tells a suspect's fault from its usual failures. */
import { audioDetailMetrics } from '../core/judge/audio.ts';
import { longestMinutes } from '../core/judge/likelihood.ts';
import type { MetricName, MetricsReading } from '../core/model/observation.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { ListedConnector, ReadPorts } from '../ports.ts';
import { merged, notRead, unreadableRegions, type MembersObservation } from './members.ts';
import { lastFortnight, lastHour, lastMinutes } from './spans.ts';

export const callMetrics: readonly MetricName[] = ['InboundCallAttempts', 'InboundCallFailures'];

/** What tells a fault from a refusal: read by the hour for the past fortnight, and by the minute for the past hours. */
const refusalMetrics: readonly MetricName[] = [
  'InboundCallsAnswered',
  'OutboundCallFailures',
  'Sip4xxCodes',
  'Sip6xxCodes',
];

/** What tells which failed calls were refused, answered by another route, or throttled. */
export const codeMetrics: readonly MetricName[] = [...refusalMetrics, 'Throttles'];

const recentCallMetrics: readonly MetricName[] = [
  ...callMetrics,
  ...codeMetrics,
  'InboundCallsActive',
  'OutboundCallsActive',
];

/** What was read of suspects beyond their calls and audio of the past hour. */
export type SuspectDetail = {
  readonly connectors: readonly ListedConnector[];
  readonly histories: Readings;
  readonly calls: Readings;
  readonly audio: Readings;
};

type Readings = ReadonlyMap<string, MetricsReading>;

/** Reads the calls of the past fortnight and of the past hours, and the remaining audio metrics. */
export async function readDetail(
  ports: Pick<ReadPorts, 'metrics'>,
  connectors: readonly ListedConnector[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<SuspectDetail> {
  const [histories, calls, audio] = await Promise.all([
    ports.metrics.read(
      { connectors, metrics: [...callMetrics, ...refusalMetrics], ...lastFortnight(observedAt) },
      signal,
    ),
    ports.metrics.read({ connectors, metrics: recentCallMetrics, ...lastMinutes(longestMinutes, observedAt) }, signal),
    ports.metrics.read({ connectors, metrics: audioDetailMetrics, ...lastHour(observedAt) }, signal),
  ]);
  return { connectors, histories, calls, audio };
}

/** Adds the detail to the Voice Connectors that were observed. */
export function withDetail<Observed extends MembersObservation>(
  observed: Observed,
  { connectors, histories, calls, audio }: SuspectDetail,
): Observed {
  const { observation } = observed;
  const detailed = new Map(observation.connectors);
  for (const { voiceConnectorId } of connectors) {
    const connector = detailed.get(voiceConnectorId);
    if (connector === undefined) continue;
    const inbound = merged(merged(connector.inbound, calls.get(voiceConnectorId)), audio.get(voiceConnectorId));
    detailed.set(voiceConnectorId, { ...connector, inbound, history: histories.get(voiceConnectorId) ?? notRead });
  }
  const unreadable = [histories, calls, audio].flatMap((readings) => unreadableRegions(connectors, readings));
  return {
    ...observed,
    observation: { ...observation, connectors: detailed },
    problems: [...observed.problems, ...unreadable],
  };
}

export async function readSuspectDetail<Observed extends MembersObservation>(
  ports: Pick<ReadPorts, 'metrics'>,
  observed: Observed,
  suspects: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Observed> {
  const connectors = [...suspects].flatMap((voiceConnectorId) => observed.connectors.get(voiceConnectorId) ?? []);
  if (connectors.length === 0) return observed;
  return withDetail(observed, await readDetail(ports, connectors, observed.observation.observedAt, signal));
}
