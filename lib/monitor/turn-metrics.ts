/** What a turn's result says in numbers. */
import type { Ports } from '../ports.ts';
import type { TurnResult } from './result.ts';

export const publishTurn = ({ numbers }: Pick<Ports, 'numbers'>, result: TurnResult, apiCalls: number): void => {
  const { trigger, groups, observedAt, finishedAt } = result;
  const blocked = groups.filter(({ outcome }) => outcome?.kind === 'blocked' || outcome?.kind === 'rejected').length;
  // Whoever asks about one group by hand must not pass for the schedule.
  const isOverAllGroups = trigger.kind !== 'manual' || trigger.groupId === undefined;
  numbers.publish({
    ...(isOverAllGroups ? { TurnCompleted: 1 } : {}),
    TurnDurationMilliseconds: Date.parse(finishedAt) - Date.parse(observedAt),
    ApiCalls: apiCalls,
    ...(blocked === 0 ? {} : { FailoverBlocked: blocked }),
  });
  for (const { voiceConnectorGroupId, connectors } of groups) {
    const unhealthy = connectors.filter(({ verdict }) => verdict?.health === 'unhealthy').length;
    if (unhealthy > 0) numbers.publish({ UnhealthyVoiceConnectors: unhealthy }, voiceConnectorGroupId);
  }
};
