import type { EpochMs } from '../clock.ts';

/** How a group distributes its inbound calls, as AWS names it. */
export type CallDistributionType = 'PriorityWeightedDistribution' | 'LoadBalancedDistribution';

/** A group as the telephone network routes its calls: the state after the last effective update. */
export type RoutedGroup = {
  readonly voiceConnectorGroupId: string;
  readonly callDistributionType: CallDistributionType;
  readonly items: readonly { readonly voiceConnectorId: string; readonly priority: number | undefined }[];
};

/** The routing of new inbound calls, which the world reads from the account. */
export interface RoutingTable {
  routedGroups(): readonly RoutedGroup[];
}

/** One minute of one metric, as CloudWatch stores it. */
export type MetricDatum = {
  readonly region: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Start of the minute. */
  readonly timestamp: EpochMs;
  readonly statistics: {
    readonly sampleCount: number;
    readonly sum: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  /** When readers first see it: the end of the minute plus the publishing lag. */
  readonly visibleAt: EpochMs;
};

/** Receives the metrics of the world. */
export interface MetricSink {
  putMetric(datum: MetricDatum): void;
}

/** Receives the OPTIONS pings of the customer's SIP host. */
export interface OptionsPingSink {
  recordOptionsPing(voiceConnectorId: string, ping: { readonly at: EpochMs; readonly source: string }): void;
}
