/**
 * Spill-over: calls that disappear from the primary of a group while they appear on other members prove that AWS itself already reroutes
 * single calls. The proof is in the healthy Region, so it holds while CloudWatch fails in the unhealthy one.
 */
import type { CallCount } from './call-counts.ts';
import { finestMinutes, natsForBudget } from './likelihood.ts';
import { lossBetween } from './loss.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Verdict } from '../model/verdict.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatProof } from '../model/format.ts';

type UnhealthyVerdict = Extract<Verdict, { readonly health: 'unhealthy' }>;

/** Both sides of the shift must be long enough to have a rate. */
const shortestMinutes = 2;
const longestMinutes = 30;
const minutesBefore = 10;

/** A change of the group moves calls too: only a shift well after it is spill-over. */
const settlingMs = 3 * minuteMs;

export type SpillOverInput = {
  /** Inbound calls of the primary; undefined where they cannot be read. */
  readonly primary: readonly CallCount[] | undefined;
  /** Inbound calls of all other members. */
  readonly others: readonly CallCount[];
  /** Calls a minute that the primary usually has at this time of the day; undefined where its past was not read. Asked for only where calls arrive. */
  readonly usualOfPrimary: () => number | undefined;
  /** Calls a minute of the other members in their busiest half hour of the past fortnight; undefined where it was not read. */
  readonly busiestOfOthers: () => number | undefined;
  /** When the group was last changed; undefined where AWS reports no time. */
  readonly changedAt: EpochMs | undefined;
  readonly until: EpochMs;
  readonly policy: GroupPolicy;
};

function attemptsIn(counts: readonly CallCount[], from: EpochMs, until: EpochMs): number {
  return counts.reduce(
    (sum, { startsAt, attempts }) => (startsAt >= from && startsAt < until ? sum + attempts : sum),
    0,
  );
}

/** Log likelihood ratio of a Poisson count against the expected count, in nats. */
function surprise(observed: number, expected: number): number {
  return expected - observed + (observed === 0 ? 0 : observed * Math.log(observed / expected));
}

/** Calls in the `minutes` up to `until`, and the count expected from the rate between `settledAt` and those minutes. */
type Flow = { readonly actual: number; readonly expected: number };

function flowOf(counts: readonly CallCount[], settledAt: EpochMs, until: EpochMs, minutes: number): Flow {
  const from = until - minutes * minuteMs;
  const before = (from - settledAt) / minuteMs;
  return {
    actual: attemptsIn(counts, from, until),
    expected: (attemptsIn(counts, settledAt, from) / before) * minutes,
  };
}

/** The most calls in any earlier span of the same length: where data were missing before, returning data look like new calls. */
function mostBefore(counts: readonly CallCount[], settledAt: EpochMs, until: EpochMs, minutes: number): number {
  let most = 0;
  for (let end = until - minutes * minuteMs; end - minutes * minuteMs >= settledAt; end -= minuteMs) {
    most = Math.max(most, attemptsIn(counts, end - minutes * minuteMs, end));
  }
  return most;
}

/** Calls that end at this time on every day are not lost. */
function usuallyExpected({ actual, expected }: Flow, { usualOfPrimary }: SpillOverInput, minutes: number): Flow {
  return { actual, expected: Math.min(expected, (usualOfPrimary() ?? Infinity) * minutes) };
}

const timesBusiest = 2;

/**
 * Where the calls of the primary cannot be read, the calls that arrived must be the whole proof. If the other members have been nearly as
 * busy before, the calls may be their own: of a campaign, or of numbers that they serve.
 */
function areNew(arrivedNats: number, arrived: number, input: SpillOverInput, minutes: number): boolean {
  const { busiestOfOthers, policy } = input;
  return (
    arrivedNats > natsForBudget(policy.falseMovesPerGroupYear) &&
    arrived > timesBusiest * (busiestOfOthers() ?? 0) * minutes
  );
}

/** Whether the newest calls still go to the other members. */
function isOngoing({ primary, others, until }: SpillOverInput, arrived: Flow, lost: Flow, minutes: number): boolean {
  const newest = until - shortestMinutes * minuteMs;
  const share = shortestMinutes / minutes;
  return (
    attemptsIn(others, newest, until) > arrived.expected * share &&
    (primary === undefined || attemptsIn(primary, newest, until) < (lost.expected * share) / 2)
  );
}

/** A verdict, if the `minutes` up to now prove spill-over. */
function proofIn(input: SpillOverInput, settledAt: EpochMs, minutes: number): UnhealthyVerdict | undefined {
  const { primary, others, until, policy } = input;
  const needed = natsForBudget(policy.falseMovesPerGroupYear);
  const { actual, expected: earlier } = flowOf(others, settledAt, until, minutes);
  // Half a call is added, because a standby that never had a call would make each call infinitely surprising.
  const expected = earlier + (0.5 * minutes * minuteMs) / (until - settledAt - minutes * minuteMs);
  const arrived = { actual, expected };
  const arrivedNats = actual > expected ? surprise(actual, expected) / policy.dispersion : 0;
  if (arrivedNats <= needed / 2 || actual < policy.minAttempts) return undefined;
  const lost = usuallyExpected(flowOf(primary ?? [], settledAt, until, minutes), input, minutes);
  const lostNats = lost.actual < lost.expected / 2 ? surprise(lost.actual, lost.expected) / policy.dispersion : 0;
  if (primary === undefined ? !areNew(arrivedNats, actual, input, minutes) : lostNats <= needed / 2) return undefined;
  if (actual <= mostBefore(others, settledAt, until, minutes) || !isOngoing(input, arrived, lost, minutes))
    return undefined;
  const proof = formatProof(arrivedNats + lostNats, needed);
  const flows = formatFlows(primary === undefined ? undefined : lost, arrived, minutes);
  // Calls that AWS reroutes are lost to the primary, if not to the callers.
  const share = primary === undefined ? 1 : 1 - lost.actual / lost.expected;
  return {
    health: 'unhealthy',
    reason: `${flows} (${proof}): AWS is rerouting them`,
    loss: lossBetween(share, share),
  };
}

/** A verdict on the primary if AWS is proven to reroute the group's calls. */
export function spillOver(input: SpillOverInput): UnhealthyVerdict | undefined {
  const { changedAt = 0, until } = input;
  const settledAt = Math.max(
    until - finestMinutes * minuteMs,
    Math.ceil((changedAt + settlingMs) / minuteMs) * minuteMs,
  );
  const longest = Math.min(longestMinutes, (until - settledAt) / minuteMs - minutesBefore);
  for (let minutes = shortestMinutes; minutes <= longest; minutes += 1) {
    const proof = proofIn(input, settledAt, minutes);
    if (proof !== undefined) return proof;
  }
  return undefined;
}

function formatFlows(lost: Flow | undefined, arrived: Flow, minutes: number): string {
  const fromPrimary =
    lost === undefined
      ? ''
      : `the primary had ${lost.actual} calls in ${minutes} min (${lost.expected.toFixed(1)} expected), while `;
  return `${fromPrimary}the other members had ${arrived.actual} calls in ${minutes} min (${arrived.expected.toFixed(1)} expected)`;
}
