/** Our clock against that of AWS, by the `Date` headers of its responses. */
import { formatDuration } from './format.ts';
import { minuteMs, type EpochMs } from './time.ts';

/** The `Date` header of one AWS response, and our clock before and after it. */
export type ServerTime = {
  readonly region: string;
  /** Truncated to the whole second. */
  readonly date: EpochMs;
  readonly sentAt: EpochMs;
  readonly receivedAt: EpochMs;
};

/** Beyond it neither the age of evidence nor a cooldown can be computed, so nothing is moved. */
const clockLimitMs = 2 * minuteMs;

function roundTrip({ sentAt, receivedAt }: ServerTime): number {
  return receivedAt - sentAt;
}

/**
 * Uses the response with the shortest round trip, which bounds the difference best. AWS set the `Date` at any moment between sending and
 * receiving, and it stands for any moment of its second; only a difference beyond both counts.
 *
 * @returns undefined without any response
 */
export function clockDifference(
  times: readonly ServerTime[],
): { readonly differenceMs: number; readonly text: string } | undefined {
  const [best] = [...times].sort((left, right) => roundTrip(left) - roundTrip(right));
  if (best === undefined) return undefined;
  const ahead = Math.max(0, best.sentAt - (best.date + 1000));
  const behind = Math.max(0, best.date - best.receivedAt);
  const differenceMs = Math.max(ahead, behind);
  const compared = `Date header of ${best.region}, round trip ${formatDuration(roundTrip(best))}`;
  const text =
    differenceMs === 0
      ? `our clock agrees with AWS's to the second (${compared})`
      : `our clock is at least ${formatDuration(differenceMs)} ${ahead > 0 ? 'ahead of' : 'behind'} AWS's (${compared})`;
  return { differenceMs, text };
}

/** Why nothing may be decided by our clock; undefined where it is right, or where AWS sent no time to compare it with. */
export function clockProblem(times: readonly ServerTime[]): string | undefined {
  const difference = clockDifference(times);
  return difference === undefined || difference.differenceMs <= clockLimitMs
    ? undefined
    : `${difference.text}, limit ${formatDuration(clockLimitMs)}: nothing is decided`;
}
