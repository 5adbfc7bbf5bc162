import type { ConnectorMinute, LegMinute, Spread, StreamMinute } from './minute.ts';

/** G.711 in frames of 20 ms: 160 bytes of audio and 12 of RTP header. */
const bytesPerRtpPacket = 172;
/** A report every 5 seconds. */
const rtpPacketsPerRtcpPacket = 250;
const bytesPerRtcpPacket = 84;

/** AWS's metrics of a Voice Connector that the world publishes. */
export const metricNames: readonly string[] = [
  'VoiceConnectorActiveCallCount',
  ...['Inbound', 'Outbound'].flatMap((way) =>
    ['CallAttempts', 'CallFailures', 'CallsAnswered', 'CallsActive'].map((what) => `${way}${what}`),
  ),
  'Throttles',
  ...[1, 2, 3, 4, 5, 6].map((digit) => `Sip${digit}xxCodes`),
  ...['CustomerToVc', 'VcToCustomer', 'RemoteToVc', 'VcToRemote'].flatMap((way) =>
    ['RtpPackets', 'RtpBytes', 'RtcpPackets', 'RtcpBytes', 'PacketsLost', 'Jitter'].map((what) => `${way}${what}`),
  ),
  ...['Customer', 'Remote'].flatMap((leg) => [`RTTBetweenVcAnd${leg}`, `MOSBetweenVcAnd${leg}`]),
];

/**
 * A connector's minute under AWS's metric names.
 *
 * Counts have one sample per minute, so that Sum is the count; call measurements have one sample per call. AWS publishes zeros
 * too while any call exists: our interpretation of "it sends all of the metrics".
 */
export function measurementsOf(minute: ConnectorMinute): ReadonlyMap<string, Spread> {
  return new Map([...counts(minute), ...audio(minute)]);
}

function counts(minute: ConnectorMinute): readonly (readonly [string, Spread])[] {
  const byName = {
    VoiceConnectorActiveCallCount: minute.inboundCallsActive + minute.outboundCallsActive,
    InboundCallAttempts: minute.inboundCallAttempts,
    InboundCallFailures: minute.inboundCallFailures,
    InboundCallsAnswered: minute.inboundCallsAnswered,
    InboundCallsActive: minute.inboundCallsActive,
    OutboundCallAttempts: minute.outboundCallAttempts,
    OutboundCallFailures: minute.outboundCallFailures,
    OutboundCallsAnswered: minute.outboundCallsAnswered,
    OutboundCallsActive: minute.outboundCallsActive,
    Throttles: minute.throttles,
    Sip1xxCodes: minute.sip1xxCodes,
    Sip2xxCodes: minute.sip2xxCodes,
    Sip3xxCodes: minute.sip3xxCodes,
    Sip4xxCodes: minute.sip4xxCodes,
    Sip5xxCodes: minute.sip5xxCodes,
    Sip6xxCodes: minute.sip6xxCodes,
  };
  return Object.entries(byName).map(([name, count]) => [
    name,
    { count: 1, sum: count, minimum: count, maximum: count },
  ]);
}

function audio({ audio: tally }: ConnectorMinute): readonly (readonly [string, Spread])[] {
  if (tally === undefined) return [];
  return [...leg('Customer', tally.customer), ...leg('Remote', tally.remote)];
}

function leg(name: 'Customer' | 'Remote', { toVc, fromVc, rttMicroseconds, mos }: LegMinute) {
  return [
    ...stream(`${name}ToVc`, toVc),
    ...stream(`VcTo${name}`, fromVc),
    [`RTTBetweenVcAnd${name}`, rttMicroseconds] as const,
    [`MOSBetweenVcAnd${name}`, mos] as const,
  ];
}

function stream(prefix: string, { rtpPackets, packetsLost, jitterMicroseconds }: StreamMinute) {
  const rtcpPackets = times(rtpPackets, 1 / rtpPacketsPerRtcpPacket);
  return [
    [`${prefix}RtpPackets`, rtpPackets] as const,
    [`${prefix}RtpBytes`, times(rtpPackets, bytesPerRtpPacket)] as const,
    [`${prefix}RtcpPackets`, rtcpPackets] as const,
    [`${prefix}RtcpBytes`, times(rtcpPackets, bytesPerRtcpPacket)] as const,
    [`${prefix}PacketsLost`, packetsLost] as const,
    [`${prefix}Jitter`, jitterMicroseconds] as const,
  ];
}

function times({ count, sum, minimum, maximum }: Spread, factor: number): Spread {
  return { count, sum: sum * factor, minimum: minimum * factor, maximum: maximum * factor };
}
