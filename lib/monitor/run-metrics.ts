/** A run's result as metrics. */
import type { ReadPorts } from '../ports.ts';
import type { RunResult } from './result.ts';

export function publishRunMetrics(
  { telemetry }: Pick<ReadPorts, 'telemetry'>,
  result: RunResult,
  apiCalls: number,
): void {
  const { trigger, groups, observedAt, finishedAt } = result;
  const blocked = groups.filter(({ outcome }) => outcome?.kind === 'blocked' || outcome?.kind === 'rejected').length;
  // A manual run over one group must not count as the scheduled heartbeat.
  const isOverAllGroups = trigger.kind !== 'manual' || trigger.groupId === undefined;
  telemetry.publish({
    ...(isOverAllGroups ? { RunCompleted: 1 } : {}),
    RunDurationMilliseconds: Date.parse(finishedAt) - Date.parse(observedAt),
    ApiCalls: apiCalls,
    ...(blocked === 0 ? {} : { FailoverBlocked: blocked }),
  });
  for (const { voiceConnectorGroupId, connectors } of groups) {
    const unhealthy = connectors.filter(({ verdict }) => verdict?.health === 'unhealthy').length;
    if (unhealthy > 0) telemetry.publish({ UnhealthyVoiceConnectors: unhealthy }, voiceConnectorGroupId);
  }
}
