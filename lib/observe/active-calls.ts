/** AWS → the active calls of the past fortnight, which preflight compares with the quota of a standby's Region. Decides nothing. */
import pMap from 'p-map';
import { callHistoryDays, type CallHistory } from '../core/readiness/capacity.ts';
import { dayMs, hourMs } from '../core/model/time.ts';
import type { ReadPorts } from '../ports.ts';
import type { MembersObservation } from './members.ts';

const groupsAtOnce = 5;

/** Two metrics of each Voice Connector in a Region that has members of groups, and one of each group. */
export async function readCallHistory(
  ports: Pick<ReadPorts, 'metrics' | 'changes'>,
  { observation, connectors }: MembersObservation,
  signal: AbortSignal,
): Promise<CallHistory> {
  const { observedAt, groups } = observation;
  // With the hour that has begun: traffic that grew a moment ago counts at once.
  const until = Math.ceil(observedAt / hourMs) * hourMs;
  const from = until - callHistoryDays * dayMs;
  const memberRegions = new Set([...observation.connectors.values()].map(({ region }) => region));
  const [hours, changedAt] = await Promise.all([
    ports.metrics.read(
      {
        connectors: [...connectors.values()].filter(({ region }) => memberRegions.has(region)),
        metrics: ['InboundCallsActive', 'OutboundCallsActive'],
        // The sum of an hour would count a call once for every minute of it.
        statistic: 'Maximum',
        periodSeconds: hourMs / 1000,
        from,
        until,
      },
      signal,
    ),
    pMap(
      groups,
      async (group) => {
        const reading = await ports.changes.changedAt(group, from, observedAt, signal);
        return [group.voiceConnectorGroupId, reading.kind === 'read' ? reading.changedAt : []] as const;
      },
      { concurrency: groupsAtOnce },
    ),
  ]);
  return { hours, changedAt: new Map(changedAt) };
}
