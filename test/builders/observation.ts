import type { Observation, VoiceConnectorObservation, MetricsReading } from '../../lib/core/model/observation.ts';
import { aGroup } from './group.ts';
import { inbound, observedAt, read } from './metrics.ts';

/** In Virginia, with ten successful calls a minute for an hour; its history was not read. */
export function aConnector(changes: Partial<VoiceConnectorObservation> = {}): VoiceConnectorObservation {
  return {
    voiceConnectorId: 'east',
    region: 'us-east-1',
    inbound: read(inbound(60, 10)),
    history: undefined,
    ...changes,
  };
}

/** One group whose members are the connectors, in that order of priority. */
export function anObservation(
  changes: Partial<Omit<Observation, 'connectors'>> & {
    readonly connectors?: readonly VoiceConnectorObservation[];
  } = {},
): Observation {
  const { connectors = [aConnector()], ...others } = changes;
  const members = connectors.map(({ voiceConnectorId }, place) => ({ voiceConnectorId, priority: place + 1 }));
  return {
    observedAt,
    groups: [aGroup({ items: members })],
    ...others,
    connectors: new Map(connectors.map((connector) => [connector.voiceConnectorId, connector])),
  };
}

/** The same Region for all of them. */
export function inVirginia(readings: Readonly<Record<string, MetricsReading>>): readonly VoiceConnectorObservation[] {
  return Object.entries(readings).map(([voiceConnectorId, reading]) =>
    aConnector({ voiceConnectorId, inbound: reading }),
  );
}
