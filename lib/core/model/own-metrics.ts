/** The monitor's numbers about itself. docs/runbook.md says what to do about each that has an alarm, the README what they cost. */

/** The CloudWatch namespace of all of them, also named in the condition of the roles' policies. */
export const ownNamespace = 'VoiceConnectorFailover';

/** CloudWatch's unit of each. A custom metric is billed by the hour it is published in: the rare ones cost nothing until they happen. */
export const ownMetricUnits = {
  /** 1 for a turn over every group that came to its end, with problems or without: the heartbeat. */
  RunCompleted: 'Count',
  /** From looking to having told everything. */
  RunDurationMilliseconds: 'Milliseconds',
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
  /** Checks of a group that fail: it could not be failed over, or not as the policy says. Rare. */
  ReadinessFailures: 'Count',
  /** Checks that fail and are about no group. Rare. */
  AccountReadinessFailures: 'Count',
  /** From the first bad minute to the look that proved the fault, of a failover by calls. CloudWatch knows no minutes. Rare. */
  MinutesToDetect: 'None',
  /** From the first bad minute until the write was sent, of the same. Rare. */
  MinutesToWrite: 'None',
  /** From the first bad minute until AWS showed the new order, of the same. Rare. */
  MinutesToVerify: 'None',
  /** From the change until the new first choice was seen healthy, within the hour. Rare. */
  MinutesToGreen: 'None',
} as const;

export type OwnMetrics = Readonly<Partial<Record<keyof typeof ownMetricUnits, number>>>;
