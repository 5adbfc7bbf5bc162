/** Reads the calls and the audio of Voice Connectors, wherever they are listed. */
import type { MetricName, MetricsReading, Observation, VoiceConnectorObservation } from '../core/model/observation.ts';
import { mergedMinutes } from '../core/model/minutes.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { Inventory, ListedConnector, MetricsRequest, ReadPorts } from '../ports.ts';
import { lastHour } from './spans.ts';

/** CloudWatch bills per metric requested, so every run requests only these; the others wait until a move is contemplated. */
export const inboundMetrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'Throttles',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];

/** Some groups' members, observed. */
export type MembersObservation = {
  readonly observation: Observation;
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  readonly problems: readonly Problem[];
};

/** What was read of some Voice Connectors. */
export type ConnectorsReading = {
  readonly observations: ReadonlyMap<string, VoiceConnectorObservation>;
  /** The listed ones, and those that were found by their metrics. */
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  readonly problems: readonly Problem[];
};

/** Reads these metrics of the past hour. */
export async function readConnectors(
  ports: Pick<ReadPorts, 'groups' | 'metrics'>,
  { connectors: listing, ids, metrics }: ConnectorsRequest,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<ConnectorsReading> {
  const listed = ids.flatMap((voiceConnectorId) => listing.get(voiceConnectorId) ?? []);
  const unlisted = ids.filter((voiceConnectorId) => !listing.has(voiceConnectorId));
  const request = { metrics, ...lastHour(observedAt) };
  const [readings, found] = await Promise.all([
    ports.metrics.read({ connectors: listed, ...request }, signal),
    locateUnlisted(ports, unlisted, listed, request, signal),
  ]);
  const connectors = new Map(listing);
  for (const { connector } of found) connectors.set(connector.voiceConnectorId, connector);
  const unlistedReadings = new Map(found.map(({ connector, reading }) => [connector.voiceConnectorId, reading]));
  const observations = ids.map((voiceConnectorId): [string, VoiceConnectorObservation] => [
    voiceConnectorId,
    {
      voiceConnectorId,
      region: connectors.get(voiceConnectorId)?.region,
      inbound: readings.get(voiceConnectorId) ?? unlistedReadings.get(voiceConnectorId) ?? notRead,
      history: undefined,
    },
  ]);
  return { observations: new Map(observations), connectors, problems: unreadableRegions(listed, readings) };
}

type ConnectorsRequest = Pick<ConnectorsReading, 'connectors'> & {
  readonly ids: readonly string[];
  readonly metrics: readonly MetricName[];
};

/** Observes the members of `groups`. The observation lists all groups, because a member shared with another group carries its calls too. */
export async function observeMembers(
  ports: Pick<ReadPorts, 'groups' | 'metrics'>,
  inventory: Inventory,
  groups: readonly VoiceConnectorGroup[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<MembersObservation> {
  const ids = [...new Set(groups.flatMap(({ items }) => items.map((item) => item.voiceConnectorId)))];
  const request = { connectors: inventory.connectors, ids, metrics: inboundMetrics };
  const { observations, connectors, problems } = await readConnectors(ports, request, observedAt, signal);
  return { observation: { observedAt, groups: inventory.groups, connectors: observations }, connectors, problems };
}

export const notRead: MetricsReading = {
  kind: 'fetch-error',
  message: 'no control Region lists it, and no Region that was asked has metrics of it',
};

type Found = { readonly connector: ListedConnector; readonly reading: MetricsReading };

/**
 * A Voice Connector is listed only by its own Region's endpoint, which may fail together with the calls. The Region whose CloudWatch has
 * its metrics is then its Region: a Voice Connector with calls stays observable, an idle one does not.
 */
async function locateUnlisted(
  { groups, metrics }: Pick<ReadPorts, 'groups' | 'metrics'>,
  unlisted: readonly string[],
  listed: readonly ListedConnector[],
  request: Omit<MetricsRequest, 'connectors'>,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  if (unlisted.length === 0) return [];
  const regions = [...new Set([...groups.controlRegions, ...listed.map(({ region }) => region)])];
  const found = await Promise.all(
    regions.map(async (region): Promise<readonly Found[]> => {
      const connectors = unlisted.map((voiceConnectorId) => ({ voiceConnectorId, region, controlRegion: region }));
      const readings = await metrics.read({ connectors, ...request }, signal);
      return connectors.flatMap((connector) => {
        const reading = readings.get(connector.voiceConnectorId);
        return reading?.kind === 'read' && reading.minutes.length > 0 ? [{ connector, reading }] : [];
      });
    }),
  );
  // Metrics in two Regions leave its Region unknown.
  const places = Map.groupBy(found.flat(), ({ connector }) => connector.voiceConnectorId);
  return [...places.values()].filter((each) => each.length === 1).flat();
}

/** One problem per Region and message, however many Voice Connectors are unobservable because of it. */
export function unreadableRegions(
  connectors: MetricsRequest['connectors'],
  readings: ReadonlyMap<string, MetricsReading>,
): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { voiceConnectorId, region } of connectors) {
    const reading = readings.get(voiceConnectorId);
    const message = reading?.kind === 'read' ? reading.ignored : reading?.message;
    if (message === undefined) continue;
    const doing = `reading metrics in ${region}`;
    problems.set(`${doing}: ${message}`, { doing, message });
  }
  return [...problems.values()];
}

/** The first reading is judged even if the second could not be read. */
export function merged(first: MetricsReading, second: MetricsReading | undefined): MetricsReading {
  if (first.kind !== 'read' || second?.kind !== 'read') return first;
  return { kind: 'read', minutes: mergedMinutes(first.minutes, second.minutes) };
}
