/** The calls of a Voice Connector during a drill, counted. Pure. */
import { minuteMs, type EpochMs } from '../model/time.ts';
import { type MetricsReading } from '../model/observation.ts';
import { inboundCalls } from '../judge/call-counts.ts';
import { formatPercent } from '../model/format.ts';

/** Inbound calls over whole minutes. A call that the account's call limit turned away counts as a throttle only, not as a failure. */
export type DrillCalls = {
  readonly minutes: number;
  readonly attempts: number;
  readonly failures: number;
  readonly throttles: number;
};

/** Counts the whole minutes from `from` (inclusive) to `until` (exclusive); undefined where they could not be read. */
export function callsBetween(reading: MetricsReading, from: EpochMs, until: EpochMs): DrillCalls | undefined {
  if (reading.kind !== 'read') return undefined;
  const minutes = reading.minutes.filter(({ startsAt }) => startsAt >= from && startsAt + minuteMs <= until);
  const counts = minutes.flatMap((minute) =>
    inboundCalls([minute]).map(({ attempts, failures }) => {
      const throttled = Math.min(minute.Throttles ?? 0, failures);
      return { attempts: attempts - throttled, failures: failures - throttled };
    }),
  );
  return {
    minutes: Math.max(0, Math.floor((until - from) / minuteMs)),
    attempts: counts.reduce((sum, { attempts }) => sum + attempts, 0),
    failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    throttles: minutes.reduce((sum, { Throttles = 0 }) => sum + Throttles, 0),
  };
}

/** `2 of 240 calls failed in 13 min (0.8 %)` */
export function formatCalls({ minutes, attempts, failures }: DrillCalls): string {
  if (minutes === 0) return 'no whole minute counted yet';
  return attempts === 0
    ? `no call in ${minutes} min`
    : `${failures} of ${attempts} calls failed in ${minutes} min (${formatPercent(failures / attempts)})`;
}
