/** The metrics that the monitor publishes about itself. docs/runbook.md has an entry for each alarm, the README the cost. */

/** The CloudWatch unit of each. A custom metric is billed per hour in which it is published, so rare ones cost nothing until then. */
export const ownMetricUnits = {
  /** The heartbeat: 1 for each run over all groups that ended, with or without problems. */
  RunCompleted: 'Count',
  /** From the first read to the last published event. */
  RunDurationMilliseconds: 'Milliseconds',
  /** Requests to AWS, including retries. */
  ApiCalls: 'Count',
  /** The age of the evidence when a write was sent. Rare. */
  EvidenceAgeMilliseconds: 'Milliseconds',
  /** Events that neither the bus nor the queue accepted, so that only the log has them. Rare. */
  UndeliveredRecords: 'Count',
  /** Moves that AWS rejected or that no control Region could make. Rare. */
  FailoverBlocked: 'Count',
  /** Members of a group with the verdict unhealthy. Rare. */
  UnhealthyVoiceConnectors: 'Count',
  /** Failing readiness checks of a group: a failover would fail, or not follow the policy. Rare. */
  ReadinessFailures: 'Count',
  /** Failing readiness checks of the account. Rare. */
  AccountReadinessFailures: 'Count',
  /** From the first bad minute to the run that proved the fault, for a failover because of calls. CloudWatch has no unit for minutes. Rare. */
  MinutesToDetect: 'None',
  /** From the first bad minute until that failover's write was sent. Rare. */
  MinutesToWrite: 'None',
  /** From the first bad minute until AWS showed the new order. Rare. */
  MinutesToVerify: 'None',
  /** From the change until the verdict on the new primary was healthy, within an hour. Rare. */
  MinutesToGreen: 'None',
} as const;

export type OwnMetrics = Readonly<Partial<Record<keyof typeof ownMetricUnits, number>>>;
