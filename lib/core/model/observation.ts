/** What one run read from AWS. Every quantity carries its unit; a value that AWS did not report is absent, never zero. */
import type { VoiceConnectorGroup, VoiceConnectorItem } from './group.ts';
import type { EpochMs } from './time.ts';

/** The metrics that a verdict may need, named as in CloudWatch's namespace `AWS/ChimeVoiceConnector`. */
export type MetricName =
  | 'InboundCallAttempts'
  | 'InboundCallFailures'
  | 'Throttles'
  | 'MOSBetweenVcAndCustomer'
  | 'MOSBetweenVcAndRemote'
  | 'InboundCallsAnswered'
  | 'InboundCallsActive'
  | 'OutboundCallsActive'
  | 'OutboundCallAttempts'
  | 'OutboundCallFailures'
  | 'Sip4xxCodes'
  | 'Sip6xxCodes'
  | 'RTTBetweenVcAndCustomer'
  | 'RTTBetweenVcAndRemote'
  | 'CustomerToVcRtpPackets'
  | 'VcToCustomerRtpPackets'
  | 'RemoteToVcRtpPackets'
  | 'VcToRemoteRtpPackets';

/**
 * The datapoints of one Voice Connector for one minute: sums of counts, averages of MOS (1.0 to 4.4) and RTT (µs).
 * A metric without a datapoint is absent, and so is a minute without any metric.
 */
export type Minute = { readonly startsAt: EpochMs } & Readonly<Partial<Record<MetricName, number>>>;

/** The answer of CloudWatch to the request for one Voice Connector's metrics. */
export type MetricsReading =
  | {
      readonly kind: 'read';
      readonly minutes: readonly Minute[];
      /** The datapoints that cannot be what they claim to be and were not used, as a sentence. */
      readonly ignored?: string;
    }
  | { readonly kind: 'fetch-error' | 'forbidden' | 'partial'; readonly message: string };

/** What Chime SDK Voice reports of a Voice Connector independently of calls. */
export type Reachability =
  | {
      readonly kind: 'read';
      /** The last SIP OPTIONS message from the customer's infrastructure; undefined where there was none. */
      readonly lastOptionsPingAt: EpochMs | undefined;
      /** Whether inbound calls have a route to a host of the customer. */
      readonly origination: 'ready' | 'disabled' | 'no-route';
      /** What AWS reported and was not used, as a sentence. */
      readonly ignored?: string;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** The evidence on a Voice Connector without inbound calls; read only when a move to it is considered. */
export type StandbySignals = {
  readonly reachability: Reachability;
  /** Outbound calls of the past hour, minute by minute. */
  readonly outbound: MetricsReading;
  /** Outbound calls of the past fortnight, in half hours: what is normal for them. */
  readonly outboundHistory: MetricsReading;
  /** Inbound calls of the past day, minute by minute: what it lost when it last carried some. */
  readonly lastCalls: MetricsReading;
};

/** One Voice Connector as read by one run. */
export type VoiceConnectorObservation = {
  readonly voiceConnectorId: string;
  /** Undefined where AWS does not know the Voice Connector, or did not answer. */
  readonly region: string | undefined;
  /** The past hour; for a suspect four hours, with response codes and audio detail. */
  readonly inbound: MetricsReading;
  /** Half-hourly sums of the past fortnight; undefined until a suspicion justifies reading them. */
  readonly history: MetricsReading | undefined;
};

/** The monitor's own changes of the past day, as recorded in its own metrics. */
export type ChangeRecord =
  | {
      readonly kind: 'read';
      /** Minutes in which it changed the group. */
      readonly changedAt: readonly EpochMs[];
      /** By Voice Connector id, minutes in which it demoted that primary. */
      readonly demotedAt: ReadonlyMap<string, readonly EpochMs[]>;
      /** By Voice Connector id, minutes in which it made that member the primary. */
      readonly promotedAt: ReadonlyMap<string, readonly EpochMs[]>;
      /** Minutes in which a drill of the group began. */
      readonly drilledAt: readonly EpochMs[];
      /** Orders of the group that runs have seen, whether the monitor made them or someone else; oldest first. */
      readonly ordersSeen: readonly { readonly at: EpochMs; readonly items: readonly VoiceConnectorItem[] }[];
      /** Of the whole account: by minute, failovers that count for its limit. */
      readonly localFailovers: ReadonlyMap<EpochMs, number>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** All that one run read. A decision depends on nothing else beside the policy. */
export type Observation = {
  readonly observedAt: EpochMs;
  readonly groups: readonly VoiceConnectorGroup[];
  readonly connectors: ReadonlyMap<string, VoiceConnectorObservation>;
};
