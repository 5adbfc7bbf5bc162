/**
 * Spill-over: calls that vanish from a group's first choice while they appear on the others prove that AWS itself is already
 * failing calls over, one by one. The proof lies in the healthy Region and survives CloudWatch failing in the sick one. Pure.
 */
import { finestMinutes, natsForBudget, type CallCount } from './evidence.ts';
import { minuteMs, type EpochMs } from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { formatLikelihood } from '../model/format.ts';

/** Both sides of the change must be long enough to have a rate. */
const shortestMinutes = 2;
const longestMinutes = 30;
const minutesBefore = 10;

/** Our own or an operator's change moves calls too: only what happened well after it is spill-over. */
const settlingMs = 3 * minuteMs;

export type SpillOverInput = {
  /** The first choice's inbound calls; absent where CloudWatch does not tell. */
  readonly top: readonly CallCount[] | undefined;
  /** Inbound calls of all other members together. */
  readonly others: readonly CallCount[];
  /** When the group was last changed; absent where AWS does not say. */
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

/** Log likelihood ratio of a Poisson count against what was expected, in nats. */
function surprise(observed: number, expected: number): number {
  return expected - observed + (observed === 0 ? 0 : observed * Math.log(observed / expected));
}

/** Calls in the `minutes` up to `until`, and how many the minutes before them, from `settled` on, let expect. */
type Flow = { readonly seen: number; readonly expected: number };

function flowOf(counts: readonly CallCount[], settled: EpochMs, until: EpochMs, minutes: number): Flow {
  const from = until - minutes * minuteMs;
  const before = (from - settled) / minuteMs;
  return {
    seen: attemptsIn(counts, from, until),
    expected: (attemptsIn(counts, settled, from) / before) * minutes,
  };
}

/** The most that came in so many minutes on end: where data were missing before, what comes back looks like arrivals. */
function mostBefore(counts: readonly CallCount[], settled: EpochMs, until: EpochMs, minutes: number): number {
  let most = 0;
  for (let end = until - minutes * minuteMs; end - minutes * minuteMs >= settled; end -= minuteMs) {
    most = Math.max(most, attemptsIn(counts, end - minutes * minuteMs, end));
  }
  return most;
}

/** Whether the newest calls still go where they should not. */
function isGoingOn({ top, others, until }: SpillOverInput, arrivals: Flow, vanished: Flow, minutes: number): boolean {
  const newest = until - shortestMinutes * minuteMs;
  const share = shortestMinutes / minutes;
  return (
    attemptsIn(others, newest, until) > arrivals.expected * share &&
    (top === undefined || attemptsIn(top, newest, until) < (vanished.expected * share) / 2)
  );
}

/** The proof in the `minutes` up to now, or undefined. */
function proofIn(input: SpillOverInput, settled: EpochMs, minutes: number): string | undefined {
  const { top, others, until, policy } = input;
  const needed = natsForBudget(policy.falseMovesPerGroupYear);
  const { seen, expected: before } = flowOf(others, settled, until, minutes);
  // Half a call keeps a standby that never had one from making every call infinitely surprising.
  const came = { seen, expected: before + (0.5 * minutes * minuteMs) / (until - settled - minutes * minuteMs) };
  const arrivals = seen > came.expected ? surprise(seen, came.expected) / policy.dispersion : 0;
  if (arrivals <= needed / 2 || seen < policy.minAttempts) return undefined;
  const gone = flowOf(top ?? [], settled, until, minutes);
  const vanished = gone.seen < gone.expected / 2 ? surprise(gone.seen, gone.expected) / policy.dispersion : 0;
  // Where nobody can see whether calls vanish, all of the proof is left to those that arrive.
  if (top === undefined ? arrivals <= needed : vanished <= needed / 2) return undefined;
  if (seen <= mostBefore(others, settled, until, minutes) || !isGoingOn(input, came, gone, minutes)) return undefined;
  return told(top === undefined ? undefined : gone, came, minutes, arrivals + vanished);
}

/** The reason to believe that AWS is rerouting the group's calls, or undefined. */
export function spillOver(input: SpillOverInput): string | undefined {
  const { changedAt = 0, until } = input;
  const settled = Math.max(until - finestMinutes * minuteMs, Math.ceil((changedAt + settlingMs) / minuteMs) * minuteMs);
  const longest = Math.min(longestMinutes, (until - settled) / minuteMs - minutesBefore);
  for (let minutes = shortestMinutes; minutes <= longest; minutes += 1) {
    const proof = proofIn(input, settled, minutes);
    if (proof !== undefined) return proof;
  }
  return undefined;
}

function told(gone: Flow | undefined, came: Flow, minutes: number, nats: number): string {
  const vanished =
    gone === undefined
      ? ''
      : `${gone.seen} calls in ${minutes} min where ${gone.expected.toFixed(1)} were to be expected, while `;
  const arrived = `${came.seen} calls reached the others in ${minutes} min where ${came.expected.toFixed(1)} were usual`;
  return `${vanished}${arrived} (chance ${formatLikelihood(Math.exp(-nats))}): AWS is rerouting them`;
}
