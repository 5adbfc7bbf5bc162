/** The monitor's numbers about itself. docs/runbook.md says what to do about each that has an alarm, the README what they cost. */
import type { TurnResult } from './result.ts';

/** CloudWatch's unit of each. A custom metric is billed by the hour it is published in: the rare ones cost nothing until they happen. */
export const units = {
  /** 1 for a turn over every group that came to its end, with problems or without: the heartbeat. */
  TurnCompleted: 'Count',
  /** From looking to having told everything. */
  TurnDurationMilliseconds: 'Milliseconds',
  /** Requests to AWS, repetitions included. */
  ApiCalls: 'Count',
  /** How old the evidence was when a write was sent. Rare. */
  EvidenceAgeMilliseconds: 'Milliseconds',
  /** Events that neither the bus nor the queue took: the log alone has them. Rare. */
  UndeliveredRecords: 'Count',
  /** Changes that were decided, and that AWS did not take or that no control Region could make. Rare. */
  FailoverBlocked: 'Count',
  /** Members of a group that are proven unhealthy. Rare. */
  UnhealthyVoiceConnectors: 'Count',
} as const;

export type Numbers = Readonly<Partial<Record<keyof typeof units, number>>>;

type Publish = (numbers: Numbers, voiceConnectorGroupId?: string) => void;

export const publishTurn = (publish: Publish, result: TurnResult, apiCalls: number): void => {
  const { trigger, groups, observedAt, finishedAt } = result;
  const blocked = groups.filter(({ outcome }) => outcome?.kind === 'blocked' || outcome?.kind === 'rejected').length;
  // Whoever asks about one group by hand must not pass for the schedule.
  const isOverAllGroups = trigger.kind !== 'manual' || trigger.groupId === undefined;
  publish({
    ...(isOverAllGroups ? { TurnCompleted: 1 } : {}),
    TurnDurationMilliseconds: Date.parse(finishedAt) - Date.parse(observedAt),
    ApiCalls: apiCalls,
    ...(blocked === 0 ? {} : { FailoverBlocked: blocked }),
  });
  for (const { voiceConnectorGroupId, connectors } of groups) {
    const unhealthy = connectors.filter(({ verdict }) => verdict?.health === 'unhealthy').length;
    if (unhealthy > 0) publish({ UnhealthyVoiceConnectors: unhealthy }, voiceConnectorGroupId);
  }
};
