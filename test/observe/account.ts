/** An account in memory, of which everything can be read. */
import { slotMs } from '../../lib/core/judge/past-calls.ts';
import type { MetricsReading, Minute, Observation } from '../../lib/core/model/observation.ts';
import type { MetricsRequest } from '../../lib/ports.ts';
import type { Ports } from '../../lib/write-ports.ts';

function only(reading: MetricsReading | undefined, { metrics, from, until }: MetricsRequest): MetricsReading {
  if (reading?.kind !== 'read') return reading ?? { kind: 'read', minutes: [] };
  const minutes = reading.minutes
    .filter(({ startsAt }) => startsAt >= from && startsAt < until)
    .map((minute): Minute => ({
      startsAt: minute.startsAt,
      ...Object.fromEntries(metrics.flatMap((name) => (minute[name] === undefined ? [] : [[name, minute[name]]]))),
    }))
    .filter((minute) => Object.keys(minute).length > 1);
  return { kind: 'read', minutes };
}

export function portsOf({ groups, connectors }: Observation) {
  const listed = [...connectors.values()].flatMap(({ voiceConnectorId, region }) =>
    region === undefined ? [] : [{ voiceConnectorId, region, controlRegion: region }],
  );
  const inventory = { groups, connectors: new Map(listed.map((each) => [each.voiceConnectorId, each])), problems: [] };
  const noOverrides = {
    of: () => ({ kind: 'none' }),
    putAt: () => undefined,
    changedAt: () => undefined,
    stored: [],
    unread: [],
    problems: [],
  };
  const readMetrics = (request: MetricsRequest) =>
    request.connectors.map(({ voiceConnectorId, region }): [string, MetricsReading] => {
      const found = connectors.get(voiceConnectorId);
      const reading = request.periodSeconds === slotMs / 1000 ? found?.history : found?.inbound;
      return [voiceConnectorId, only(found?.region === region ? reading : undefined, request)];
    });
  return {
    groups: { controlRegions: ['us-east-1'], list: () => Promise.resolve(inventory) },
    metrics: { read: (request: MetricsRequest) => Promise.resolve(new Map(readMetrics(request))) },
    overrides: { read: () => Promise.resolve(noOverrides) },
  } as unknown as Pick<Ports, 'groups' | 'metrics' | 'overrides'>;
}
