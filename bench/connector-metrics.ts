import type { ConnectorMinute, Spread } from '../sim/world/minute.ts';

/** The metrics of one connector's minute, and whether it received an OPTIONS ping. Zeros if nothing was published. */
export type ConnectorMetrics = {
  readonly published: boolean;
  readonly attempts: number;
  readonly failures: number;
  readonly answered: number;
  /** Calls in progress at the end of the minute. */
  readonly active: number;
  /** Final responses of both directions together, by class, as AWS counts them. */
  readonly sip4xx: number;
  readonly sip5xx: number;
  readonly sip6xx: number;
  readonly throttles: number;
  /** Average MOS; absent without a call in progress. */
  readonly mosCustomer: number | undefined;
  readonly mosRemote: number | undefined;
  readonly outboundAttempts: number;
  readonly outboundFailures: number;
  readonly outboundActive: number;
  readonly pinged: boolean;
};

export const noMetrics: ConnectorMetrics = {
  published: false,
  attempts: 0,
  failures: 0,
  answered: 0,
  active: 0,
  sip4xx: 0,
  sip5xx: 0,
  sip6xx: 0,
  throttles: 0,
  mosCustomer: undefined,
  mosRemote: undefined,
  outboundAttempts: 0,
  outboundFailures: 0,
  outboundActive: 0,
  pinged: false,
};

function average({ count, sum }: Spread): number | undefined {
  return count === 0 ? undefined : sum / count;
}

/** As AWS does, publishes nothing for a connector without any call. */
export function metricsOf(minute: ConnectorMinute): ConnectorMetrics {
  const pinged = minute.optionsPings.length > 0;
  const { audio } = minute;
  const hasCalls = minute.inboundCallAttempts + minute.outboundCallAttempts > 0 || audio !== undefined;
  if (!hasCalls || minute.metricsMissing) return { ...noMetrics, pinged };
  return {
    published: true,
    attempts: minute.inboundCallAttempts,
    failures: minute.inboundCallFailures,
    answered: minute.inboundCallsAnswered,
    active: minute.inboundCallsActive,
    sip4xx: minute.sip4xxCodes,
    sip5xx: minute.sip5xxCodes,
    sip6xx: minute.sip6xxCodes,
    throttles: minute.throttles,
    mosCustomer: audio && average(audio.customer.mos),
    mosRemote: audio && average(audio.remote.mos),
    outboundAttempts: minute.outboundCallAttempts,
    outboundFailures: minute.outboundCallFailures,
    outboundActive: minute.outboundCallsActive,
    pinged,
  };
}

/** The metrics of `base` with the inbound calls of another connector. */
export function withInboundOf(base: ConnectorMetrics, inbound: ConnectorMetrics): ConnectorMetrics {
  return {
    ...inbound,
    published: base.published || inbound.published,
    outboundAttempts: base.outboundAttempts,
    outboundFailures: base.outboundFailures,
    outboundActive: base.outboundActive,
    pinged: base.pinged,
  };
}

export function withoutInbound(own: ConnectorMetrics): ConnectorMetrics {
  return {
    ...noMetrics,
    published: own.outboundAttempts > 0,
    outboundAttempts: own.outboundAttempts,
    outboundFailures: own.outboundFailures,
    outboundActive: own.outboundActive,
    pinged: own.pinged,
  };
}
