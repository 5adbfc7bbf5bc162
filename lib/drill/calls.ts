/** Reads the calls that a drill is judged by. */
import type { DrillReadings } from '../core/drill/step.ts';
import { minuteMs } from '../core/model/time.ts';
import { type Drill } from '../core/model/override.ts';
import { type MetricsReading } from '../core/model/observation.ts';
import { type VoiceConnectorGroup } from '../core/model/group.ts';
import type { RunContext } from '../context.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { ReadPorts } from '../ports.ts';

/** The calls since the drill was ordered: a drill may be longer than the hour of metrics that every run reads. */
export async function readDrillCalls(
  { ports, identity, signals }: RunContext<ReadPorts>,
  { observed }: Snapshot,
  { items, voiceConnectorGroupId }: VoiceConnectorGroup,
  { promoting, startedAt }: Drill,
): Promise<DrillReadings> {
  // A member of another group too may carry that group's calls.
  const shared = observed.observation.groups
    .filter((other) => other.voiceConnectorGroupId !== voiceConnectorGroupId)
    .flatMap((other) => other.items.map((item) => item.voiceConnectorId));
  const ids = items.map(({ voiceConnectorId }) => voiceConnectorId);
  const others = ids.filter((id) => id !== promoting && !shared.includes(id));
  const connectors = [promoting, ...others].flatMap((id) => observed.connectors.get(id) ?? []);
  const from = Math.floor(startedAt / minuteMs) * minuteMs;
  const until = Math.floor(identity.observedAt / minuteMs) * minuteMs;
  const request = { connectors, metrics: drillMetrics, periodSeconds: 60, from, until };
  const readings = until > from ? await ports.metrics.read(request, signals.work) : undefined;
  return {
    promoted: readings === undefined ? noMinutes : (readings.get(promoting) ?? notRead),
    others: pooled(others.map((id) => readings?.get(id) ?? notRead)),
  };
}

const drillMetrics = ['InboundCallAttempts', 'InboundCallFailures', 'Throttles'] as const;

const noMinutes: MetricsReading = { kind: 'read', minutes: [] };
const notRead: MetricsReading = { kind: 'fetch-error', message: 'its Region is unknown' };

/** Members whose calls cannot be read are left out: that must not end the drill. */
function pooled(readings: readonly MetricsReading[]): MetricsReading {
  return {
    kind: 'read',
    minutes: readings.flatMap((reading) => (reading.kind === 'read' ? reading.minutes : [])),
  };
}
