import { hasMetrics, type ConnectorMinute, type Spread } from '../sim/world/minute.ts';

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
  /** Calls whose audio was measured. */
  readonly measured: number;
  /** Average MOS of the measured calls; absent without one. */
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
  measured: 0,
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
  if (!hasMetrics(minute)) return { ...noMetrics, pinged };
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
    measured: audio?.customer.mos.count ?? 0,
    mosCustomer: audio && average(audio.customer.mos),
    mosRemote: audio && average(audio.remote.mos),
    outboundAttempts: minute.outboundCallAttempts,
    outboundFailures: minute.outboundCallFailures,
    outboundActive: minute.outboundCallsActive,
    pinged,
  };
}

/** Two parts of a connector's calls, or its calls in two periods, taken together. */
export function together(left: ConnectorMetrics, right: ConnectorMetrics): ConnectorMetrics {
  return {
    published: left.published || right.published,
    attempts: left.attempts + right.attempts,
    failures: left.failures + right.failures,
    answered: left.answered + right.answered,
    active: left.active + right.active,
    sip4xx: left.sip4xx + right.sip4xx,
    sip5xx: left.sip5xx + right.sip5xx,
    sip6xx: left.sip6xx + right.sip6xx,
    throttles: left.throttles + right.throttles,
    measured: left.measured + right.measured,
    mosCustomer: weighted(left, right, ({ mosCustomer }) => mosCustomer),
    mosRemote: weighted(left, right, ({ mosRemote }) => mosRemote),
    outboundAttempts: left.outboundAttempts + right.outboundAttempts,
    outboundFailures: left.outboundFailures + right.outboundFailures,
    outboundActive: left.outboundActive + right.outboundActive,
    pinged: left.pinged || right.pinged,
  };
}

function weighted(
  left: ConnectorMetrics,
  right: ConnectorMetrics,
  mosOf: (metrics: ConnectorMetrics) => number | undefined,
): number | undefined {
  const [ofLeft, ofRight] = [mosOf(left), mosOf(right)];
  if (ofLeft === undefined || ofRight === undefined) return ofLeft ?? ofRight;
  return (ofLeft * left.measured + ofRight * right.measured) / (left.measured + right.measured);
}
