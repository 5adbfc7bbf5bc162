/** AWS → one {@link Observation}, and the closer look at those that a move might promote. Decides nothing. */
import {
  minuteMs,
  type EpochMs,
  type Liveness,
  type MetricName,
  type MetricsReading,
  type Observation,
  type Problem,
  type VoiceConnectorObservation,
} from './core/model.ts';
import { historyMinutes } from './core/judge.ts';
import type { ListedConnector, MetricsRequest, OverridesReading, Ports } from './ports.ts';

/** Metrics are billed per metric asked for, so the standing question is short; the rest waits for a contemplated move. */
const inboundMetrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'Throttles',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];
const outboundMetrics: readonly MetricName[] = ['OutboundCallAttempts', 'OutboundCallFailures'];

/** Room for the longest metric lag that a policy may name. */
const lagAllowanceMinutes = 11;

export type Observed = {
  readonly observation: Observation;
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  readonly overrides: OverridesReading;
  readonly problems: readonly Problem[];
};

const windowAt = (observedAt: EpochMs): Pick<MetricsRequest, 'from' | 'until'> => {
  const until = Math.floor(observedAt / minuteMs) * minuteMs;
  return { from: until - (historyMinutes + lagAllowanceMinutes) * minuteMs, until };
};

export const observe = async (ports: Ports, observedAt: EpochMs, signal: AbortSignal): Promise<Observed> => {
  const [inventory, overrides] = await Promise.all([ports.groups.list(signal), ports.overrides.read(signal)]);
  const { groups } = inventory;
  const memberIds = [...new Set(groups.flatMap(({ items }) => items.map((item) => item.voiceConnectorId)))];
  const connectors = memberIds.flatMap((voiceConnectorId) => inventory.connectors.get(voiceConnectorId) ?? []);
  const request = { connectors, metrics: inboundMetrics, ...windowAt(observedAt) };
  const readings = await ports.metrics.read(request, signal);
  const observations = memberIds.map((voiceConnectorId): [string, VoiceConnectorObservation] => [
    voiceConnectorId,
    {
      voiceConnectorId,
      region: inventory.connectors.get(voiceConnectorId)?.region,
      inbound: readings.get(voiceConnectorId) ?? notAsked,
    },
  ]);
  return {
    observation: { observedAt, groups, connectors: new Map(observations) },
    connectors: inventory.connectors,
    overrides,
    problems: [
      ...inventory.problems,
      ...blindSpots(connectors, readings),
      ...(overrides.kind === 'unreadable' ? [{ doing: 'reading the overrides', message: overrides.message }] : []),
    ],
  };
};

const notAsked: MetricsReading = { kind: 'fetch-error', message: 'its Region is unknown, so nobody could be asked' };

/** One problem per Region and message, however many Voice Connectors it blinds us to. */
const blindSpots = (
  connectors: MetricsRequest['connectors'],
  readings: ReadonlyMap<string, MetricsReading>,
): readonly Problem[] => {
  const problems = new Map<string, Problem>();
  for (const { voiceConnectorId, region } of connectors) {
    const reading = readings.get(voiceConnectorId);
    if (reading === undefined || reading.kind === 'read') continue;
    const doing = `reading metrics in ${region}`;
    problems.set(`${doing}: ${reading.message}`, { doing, message: reading.message });
  }
  return [...problems.values()];
};

/** Reads what is known of Voice Connectors without inbound calls. What could not be read says so in the liveness itself. */
export const lookCloser = async (
  ports: Ports,
  connectors: readonly ListedConnector[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<{ readonly liveness: ReadonlyMap<string, Liveness>; readonly problems: readonly Problem[] }> => {
  const [outbound, signs] = await Promise.all([
    ports.metrics.read({ connectors, metrics: outboundMetrics, ...windowAt(observedAt) }, signal),
    Promise.all(
      connectors.map(async (connector) => ({ connector, sign: await ports.groups.signsOfLife(connector, signal) })),
    ),
  ]);
  const liveness = new Map<string, Liveness>();
  const problems = [...blindSpots(connectors, outbound)];
  for (const { connector, sign } of signs) {
    const { voiceConnectorId } = connector;
    liveness.set(voiceConnectorId, { signs: sign, outbound: outbound.get(voiceConnectorId) ?? notAsked });
    if (sign.kind === 'unreadable')
      problems.push({ doing: `looking closer at ${voiceConnectorId}`, message: sign.message });
  }
  return { liveness, problems };
};
