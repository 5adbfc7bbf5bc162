/** The metrics that the functions publish about themselves. docs/runbook.md explains the response to each alarm on them, docs/cost.md their cost. */

/** Their CloudWatch namespace, also named in the condition of the roles' policies. */
export const ownNamespace = 'VoiceConnectorFailover';

/**
 * The form of the record of own changes, which is kept in these metrics. Monitors of two versions share it while one is deployed: a record in a
 * later form counts as unreadable, so that failbacks wait and failovers go by the timestamps of the groups.
 */
export const recordVersion = 1;

/** The CloudWatch unit of each metric. A custom metric is billed for each hour in which it is published, so a rare one costs nothing until it occurs. */
export const ownMetricUnits = {
  /** 1 for a run that completed every group, with or without problems: the heartbeat. */
  RunCompleted: 'Count',
  /** From the start of the snapshot until every event is published. */
  RunDurationMilliseconds: 'Milliseconds',
  /** Requests to AWS, retries included. */
  ApiCalls: 'Count',
  /** Age of the evidence when a write was sent. Rare. */
  EvidenceAgeMilliseconds: 'Milliseconds',
  /** Events that neither the bus nor the outbox accepted: only the log contains them. Rare. */
  UndeliveredRecords: 'Count',
  /** Changes that were decided, but that AWS rejected or that no control Region could make. Rare. */
  FailoverBlocked: 'Count',
  /** Members of a group that are proven unhealthy. Rare. */
  UnhealthyVoiceConnectors: 'Count',
  /** 1 for a group whose primary is proven unhealthy, and which is held all the same. Rare. */
  FailoversHeld: 'Count',
  /** 1 for such a group where somebody put the primary back that the monitor had failed over from. Rare. */
  FailoversUndone: 'Count',
  /** Failing checks of a group: a failover of it is impossible, or would not follow the policy. Rare. */
  ReadinessFailures: 'Count',
  /** Failing checks that concern no group. Rare. */
  AccountReadinessFailures: 'Count',
  /** 1 for a scheduled run in which a weekly drill was due and something failed. A refusal is no failure. Rare. */
  WeeklyDrillFailures: 'Count',
  /** 1 for a run that completed every group of a shard, with or without problems: the heartbeat of a shard. Only with shards. */
  ShardCompleted: 'Count',
  /** 1 for such a run that had problems. Rare. */
  ShardFailed: 'Count',
  /** Messages with a shard that were not decided by, because a newer one exists or the same was before. Rare. */
  ShardsDropped: 'Count',
  /** From the first bad minute to the snapshot that proved the fault, for a failover proven by calls. CloudWatch has no unit for minutes. Rare. */
  MinutesToDetect: 'None',
  /** From the first bad minute until the write was sent, for the same failovers. Rare. */
  MinutesToWrite: 'None',
  /** From the first bad minute until AWS showed the new order, for the same failovers. Rare. */
  MinutesToVerify: 'None',
  /** From the change until a run found the new primary healthy, if within an hour. Rare. */
  MinutesToGreen: 'None',
} as const;

/** What only a stage with shards publishes: it has alarms on them, and the dashboard does not show them. */
export const shardMetrics: readonly (keyof typeof ownMetricUnits)[] = [
  'ShardCompleted',
  'ShardFailed',
  'ShardsDropped',
];

export type OwnMetrics = Readonly<Partial<Record<keyof typeof ownMetricUnits, number>>>;
