import type { EpochMs } from '../clock.ts';

/** How a group shares its inbound calls out, in AWS's words. */
export type CallDistributionType = 'PriorityWeightedDistribution' | 'LoadBalancedDistribution';

/** A group as the telephone network routes by it: what the last update that took effect says. */
export type RoutedGroup = {
  readonly voiceConnectorGroupId: string;
  readonly callDistributionType: CallDistributionType;
  readonly items: readonly { readonly voiceConnectorId: string; readonly priority: number | undefined }[];
};

/** What the world asks the account: where does a new inbound call go? */
export interface RoutingTable {
  routedGroups(): readonly RoutedGroup[];
}

/** One minute of one metric, as CloudWatch keeps it. */
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
  /** When a reader first sees it: the end of the minute plus the publishing lag. */
  readonly visibleAt: EpochMs;
};

/** Where the world publishes its metrics. */
export interface MetricSink {
  putMetric(datum: MetricDatum): void;
}

/** Where the world notes that the customer's SIP host pinged a Voice Connector. */
export interface OptionsPingSink {
  recordOptionsPing(voiceConnectorId: string, ping: { readonly at: EpochMs; readonly source: string }): void;
}
