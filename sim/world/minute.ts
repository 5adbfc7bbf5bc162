import type { EpochMs } from '../clock.ts';

/** The counts of one minute of the world. */
export type MinuteOfWorld = {
  /** Minutes since the start of the world. */
  readonly minute: number;
  readonly startsAt: EpochMs;
  readonly connectors: readonly ConnectorMinute[];
  readonly groups: readonly GroupMinute[];
};

/** The counts of one Voice Connector. */
export type ConnectorMinute = {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly inboundCallAttempts: number;
  readonly inboundCallFailures: number;
  readonly inboundCallsAnswered: number;
  /** Calls in progress at the end of the minute. */
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
  /** Undefined if no call was in progress during the minute. */
  readonly audio: AudioMinute | undefined;
  readonly metricsMissing: boolean;
  readonly metricsLateMinutes: number;
  /** Successful OPTIONS pings of the customer's SIP host, in order of time. */
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
  /** Accumulated since the start of each call, as AWS reports it: a burst stays visible until the call ends. */
  readonly packetsLost: Spread;
  readonly jitterMicroseconds: Spread;
};

/** One value per call. */
export type Spread = {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
};

/** The results of the calls to one group, which show the benefit of a failover. */
export type GroupMinute = {
  readonly voiceConnectorGroupId: string;
  /** First calls. They do not depend on the routing of the group. */
  readonly newCallers: number;
  readonly redials: number;
  /** Calls of the machines that dial again and again. They do not depend on the routing. */
  readonly machineCalls: number;
  /** New callers, redials and calls of machines. */
  readonly callsOffered: number;
  readonly callsAnswered: number;
  /** Offered and not answered. */
  readonly callsFailed: number;
  readonly callsFailedBecause: FailedCalls;
  /** Calls rerouted because an earlier connector could not be reached. */
  readonly callsRerouted: number;
  /** Answered calls that a loss of connectivity dropped. */
  readonly callsDropped: number;
  /** Answered calls with audio affected by a fault. */
  readonly callsAnsweredWithPoorAudio: number;
};

export type FailureCause =
  'ownReasons' | 'sip5xx' | 'busy' | 'throttled' | 'customerUnreachable' | 'noConnectorReachable';

export type FailedCalls = Readonly<Record<FailureCause, number>>;

/** Failed calls whose failure was caused by a fault. */
export function callsFailedByFaults({ callsFailed, callsFailedBecause }: GroupMinute): number {
  return callsFailed - callsFailedBecause.ownReasons;
}

/** Whether AWS publishes metrics of the connector for this minute: it sends them only "for the duration of a call". */
export function hasMetrics(connector: ConnectorMinute): boolean {
  const { inboundCallAttempts, outboundCallAttempts, inboundCallFailures, outboundCallFailures, audio } = connector;
  if (connector.metricsMissing) return false;
  // A call that fails minutes after its attempt was ringing until then.
  const calls = inboundCallAttempts + outboundCallAttempts + inboundCallFailures + outboundCallFailures;
  return calls > 0 || audio !== undefined;
}
