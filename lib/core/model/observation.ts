/** What one run read from AWS. Every quantity carries its unit; a value that AWS did not report is absent, never zero. */
import type { VoiceConnectorGroup } from './group.ts';
import type { EpochMs } from './time.ts';

/** The metrics a verdict may need, by the name CloudWatch has for them in `AWS/ChimeVoiceConnector`. */
export type MetricName =
  | 'InboundCallAttempts'
  | 'InboundCallFailures'
  | 'Throttles'
  | 'MOSBetweenVcAndCustomer'
  | 'MOSBetweenVcAndRemote'
  | 'OutboundCallAttempts'
  | 'OutboundCallFailures'
  | 'RTTBetweenVcAndCustomer'
  | 'RTTBetweenVcAndRemote'
  | 'CustomerToVcRtpPackets'
  | 'VcToCustomerRtpPackets'
  | 'RemoteToVcRtpPackets'
  | 'VcToRemoteRtpPackets';

/**
 * What one Voice Connector reported for one minute: sums of counts, averages of MOS (1.0 to 4.4) and RTT (µs).
 * A metric without a datapoint is absent here, and a minute without any is absent from its list.
 */
export type Minute = { readonly startsAt: EpochMs } & Readonly<Partial<Record<MetricName, number>>>;

/** What came of asking CloudWatch for one Voice Connector's minutes. */
export type MetricsReading =
  | { readonly kind: 'read'; readonly minutes: readonly Minute[] }
  | { readonly kind: 'fetch-error' | 'forbidden' | 'partial'; readonly message: string };

/** What AWS says of a Voice Connector without any call. */
export type Reachability =
  | {
      readonly kind: 'read';
      /** The last SIP OPTIONS message from the customer's infrastructure; absent: none was ever seen. */
      readonly lastOptionsPingAt: EpochMs | undefined;
      /** Whether inbound calls would reach a host of the customer's. */
      readonly origination: 'ready' | 'disabled' | 'no-route';
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What is known of a Voice Connector without any inbound call: read only where a move to it is contemplated. */
export type StandbySignals = { readonly reachability: Reachability; readonly outbound: MetricsReading };

/** One Voice Connector as one turn saw it. */
export type VoiceConnectorObservation = {
  readonly voiceConnectorId: string;
  /** Absent where AWS knows no such Voice Connector, or did not answer. */
  readonly region: string | undefined;
  readonly inbound: MetricsReading;
  /** Five-minute sums of the past day; absent until something gave reason to ask. */
  readonly history: MetricsReading | undefined;
};

/** The monitor's own changes of the past day, as it noted them in its own metrics. */
export type ChangeRecord =
  | {
      readonly kind: 'read';
      /** Minutes in which it changed the group. */
      readonly changedAt: readonly EpochMs[];
      /** By Voice Connector id, minutes in which it took that one off the top. */
      readonly demotedAt: ReadonlyMap<string, readonly EpochMs[]>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What one turn saw: the only thing a decision may depend on, beside the policy. */
export type Observation = {
  readonly observedAt: EpochMs;
  readonly groups: readonly VoiceConnectorGroup[];
  readonly connectors: ReadonlyMap<string, VoiceConnectorObservation>;
};
