import type { EpochMs } from '../clock.ts';

/** One minute of the world, in plain numbers. */
export type MinuteOfWorld = {
  /** Minutes since the world began. */
  readonly minute: number;
  readonly startsAt: EpochMs;
  readonly connectors: readonly ConnectorMinute[];
  readonly groups: readonly GroupMinute[];
};

/** What one Voice Connector counted. */
export type ConnectorMinute = {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly inboundCallAttempts: number;
  readonly inboundCallFailures: number;
  readonly inboundCallsAnswered: number;
  /** In progress when the minute ends. */
  readonly inboundCallsActive: number;
  readonly outboundCallAttempts: number;
  readonly outboundCallFailures: number;
  readonly outboundCallsAnswered: number;
  readonly outboundCallsActive: number;
  readonly throttles: number;
  readonly sip1xxCodes: number;
  readonly sip2xxCodes: number;
  readonly sip3xxCodes: number;
  readonly sip4xxCodes: number;
  readonly sip5xxCodes: number;
  readonly sip6xxCodes: number;
  /** Absent if no call was in progress at any moment of the minute. */
  readonly audio: AudioMinute | undefined;
  readonly metricsMissing: boolean;
  readonly metricsLateMinutes: number;
  /** OPTIONS pings of the customer's SIP host that got through, in order of time. */
  readonly optionsPings: readonly { readonly at: EpochMs; readonly source: string }[];
};

/** The audio of all calls in progress, by leg: between connector and customer, and between connector and remote caller. */
export type AudioMinute = { readonly customer: LegMinute; readonly remote: LegMinute };

export type LegMinute = {
  /** Received by the connector. */
  readonly toVc: StreamMinute;
  /** Sent by the connector. */
  readonly fromVc: StreamMinute;
  readonly rttMicroseconds: Spread;
  /** 1.0 to 4.4. */
  readonly mos: Spread;
};

export type StreamMinute = {
  readonly rtpPackets: Spread;
  /** Since each call began, as AWS reports it: a burst stays visible until the call ends. */
  readonly packetsLost: Spread;
  readonly jitterMicroseconds: Spread;
};

/** One number per call. */
export type Spread = {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
};

/** What became of the calls to one group: the ledger in which a failover shows its worth. */
export type GroupMinute = {
  readonly voiceConnectorGroupId: string;
  /** First calls; they are the same whatever is done to the group. */
  readonly newCallers: number;
  readonly redials: number;
  /** New callers and redials. */
  readonly callsOffered: number;
  readonly callsAnswered: number;
  /** Offered and not answered. */
  readonly callsFailed: number;
  readonly callsFailedBecause: FailedCalls;
  /** Offered to a later connector than routing asked for, because an earlier one could not be reached. */
  readonly callsRerouted: number;
  /** Answered earlier and cut off by a loss of connectivity. */
  readonly callsDropped: number;
  /** Answered while a fault spoiled their audio. */
  readonly callsAnsweredWithPoorAudio: number;
};

export type FailureCause =
  'ownReasons' | 'sip5xx' | 'busy' | 'throttled' | 'customerUnreachable' | 'noConnectorReachable';

export type FailedCalls = Readonly<Record<FailureCause, number>>;

/** Failed calls that would have been answered in a world without faults, or failed for other reasons. */
export function callsFailedByFaults({ callsFailed, callsFailedBecause }: GroupMinute): number {
  return callsFailed - callsFailedBecause.ownReasons;
}
