/** CloudWatch readings as counts of calls. */
import type { Minute } from '../model/observation.ts';
import type { EpochMs } from '../model/time.ts';

/** Calls attempted and failed in the interval that starts at `startsAt`: a minute or an hour, depending on the series. */
export type CallCount = { readonly startsAt: EpochMs; readonly attempts: number; readonly failures: number };

/** What is known of the calls of an interval. AWS may stamp each count in a later minute than the attempt that it belongs to. */
export type CallDetail = CallCount & {
  /** Calls that were answered, by whichever route; 0 where it was not read. */
  readonly answered: number;
  /** Failures that were certainly refusals by the caller or the called party (SIP 4xx and 6xx); 0 where the codes were not read. */
  readonly refused: number;
  /** Failures that were certainly rejected by the account's limit of calls. */
  readonly throttled: number;
};

/** Inbound calls. A minute without a datapoint is absent, which differs from a minute with zero calls. */
export function inboundCalls(minutes: readonly Minute[]): readonly CallCount[] {
  return minutes.flatMap(({ startsAt, InboundCallAttempts: attempts, InboundCallFailures: failures = 0 }) =>
    attempts === undefined ? [] : [{ startsAt, attempts, failures: Math.min(failures, attempts) }],
  );
}

export function outboundCalls(minutes: readonly Minute[]): readonly CallCount[] {
  return minutes.flatMap(({ startsAt, OutboundCallAttempts: attempts, OutboundCallFailures: failures = 0 }) =>
    attempts === undefined ? [] : [{ startsAt, attempts, failures: Math.min(failures, attempts) }],
  );
}

/** Whether the SIP response codes were read. */
export function hasResponseCodes(minutes: readonly Minute[]): boolean {
  return minutes.some(({ Sip4xxCodes: codes }) => codes !== undefined);
}

/**
 * Inbound calls with all that is known of their failures. CloudWatch counts response codes and Throttles of inbound and outbound calls
 * together. What the failed outbound calls may explain is therefore left out: the rest is certain.
 */
export function inboundCallDetails(minutes: readonly Minute[]): readonly CallDetail[] {
  const codesKnown = hasResponseCodes(minutes);
  const details: CallDetail[] = [];
  for (const minute of minutes) {
    const { startsAt, InboundCallAttempts: attempts, InboundCallFailures: failures } = minute;
    if (attempts === undefined && failures === undefined) continue;
    const { OutboundCallFailures: outboundFailures = 0, Throttles: throttles = 0 } = minute;
    const { Sip4xxCodes: clientErrors = 0, Sip6xxCodes: globalFailures = 0 } = minute;
    details.push({
      startsAt,
      attempts: attempts ?? 0,
      failures: failures ?? 0,
      answered: minute.InboundCallsAnswered ?? 0,
      refused: codesKnown ? Math.max(0, clientErrors + globalFailures - outboundFailures) : 0,
      throttled: Math.max(0, throttles - outboundFailures),
    });
  }
  return details;
}
