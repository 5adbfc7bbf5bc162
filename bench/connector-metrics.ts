import type { ConnectorMinute, Spread } from '../sim/world/minute.ts';

/** What CloudWatch, and the last OPTIONS ping, tell of one connector's minute. Zeros where nothing was published. */
export type Sight = {
  readonly published: boolean;
  readonly attempts: number;
  readonly failures: number;
  readonly serverErrors: number;
  readonly throttles: number;
  /** Averages; absent without a call in progress. */
  readonly mosCustomer: number | undefined;
  readonly mosRemote: number | undefined;
  readonly outboundAttempts: number;
  readonly outboundFailures: number;
  readonly pinged: boolean;
};

export const silent: Sight = {
  published: false,
  attempts: 0,
  failures: 0,
  serverErrors: 0,
  throttles: 0,
  mosCustomer: undefined,
  mosRemote: undefined,
  outboundAttempts: 0,
  outboundFailures: 0,
  pinged: false,
};

function average({ count, sum }: Spread): number | undefined {
  return count === 0 ? undefined : sum / count;
}

/** Nothing is published for a connector without any call, as AWS does it. */
export function sightOf(minute: ConnectorMinute): Sight {
  const pinged = minute.optionsPings.length > 0;
  const { audio } = minute;
  const hasCalls = minute.inboundCallAttempts + minute.outboundCallAttempts > 0 || audio !== undefined;
  if (!hasCalls || minute.metricsMissing) return { ...silent, pinged };
  return {
    published: true,
    attempts: minute.inboundCallAttempts,
    failures: minute.inboundCallFailures,
    serverErrors: minute.sip5xxCodes,
    throttles: minute.throttles,
    mosCustomer: audio && average(audio.customer.mos),
    mosRemote: audio && average(audio.remote.mos),
    outboundAttempts: minute.outboundCallAttempts,
    outboundFailures: minute.outboundCallFailures,
    pinged,
  };
}

/** The inbound side moved from one connector to the other: what the same callers would have shown there. */
export function withInboundOf(own: Sight, inbound: Sight): Sight {
  return {
    ...inbound,
    published: own.published || inbound.published,
    outboundAttempts: own.outboundAttempts,
    outboundFailures: own.outboundFailures,
    pinged: own.pinged,
  };
}

export function withoutInbound(own: Sight): Sight {
  return {
    ...silent,
    published: own.outboundAttempts > 0,
    outboundAttempts: own.outboundAttempts,
    outboundFailures: own.outboundFailures,
    pinged: own.pinged,
  };
}
