/**
 * Spill-over: calls that vanish from a group's first choice while they appear on the others prove that AWS itself is already
 * failing calls over, one by one. The proof lies in the healthy Region and survives CloudWatch failing in the sick one. Pure.
 */
import { natsForBudget, type CallCount } from './evidence.ts';
import { minuteMs, type EpochMs, type GroupPolicy } from './model.ts';
import { probability } from './words.ts';

/** Both sides of the change must be long enough to have a rate. */
const shortestMinutes = 2;
const longestMinutes = 10;
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

const attemptsIn = (counts: readonly CallCount[], from: EpochMs, until: EpochMs): number =>
  counts.reduce((sum, { startsAt, attempts }) => (startsAt >= from && startsAt < until ? sum + attempts : sum), 0);

/** Log likelihood ratio of a Poisson count against what was expected, in nats. */
const surprise = (observed: number, expected: number): number =>
  expected - observed + (observed === 0 ? 0 : observed * Math.log(observed / expected));

/** The reason to believe that AWS is rerouting the group's calls, or undefined. */
export const spillOver = ({ top, others, changedAt, until, policy }: SpillOverInput): string | undefined => {
  const settled = Math.max(until - 60 * minuteMs, Math.ceil(((changedAt ?? 0) + settlingMs) / minuteMs) * minuteMs);
  const needed = natsForBudget(policy.falseMovesPerGroupYear);
  for (let minutes = shortestMinutes; minutes <= longestMinutes; minutes += 1) {
    const from = until - minutes * minuteMs;
    const before = (from - settled) / minuteMs;
    if (before < minutesBefore) return undefined;
    // Half a call keeps a standby that never had one from making every call infinitely surprising.
    const usual = ((attemptsIn(others, settled, from) + 0.5) / before) * minutes;
    const arrived = attemptsIn(others, from, until);
    const arrivals = arrived > usual ? surprise(arrived, usual) / policy.dispersion : 0;
    const arrivedWords = `${arrived} calls reached the others in ${minutes} min where ${usual.toFixed(1)} were usual`;
    if (top === undefined) {
      if (arrivals > needed && arrived >= policy.minAttempts) {
        return `${arrivedWords} (chance ${probability(Math.exp(-arrivals))}): AWS is rerouting them`;
      }
      continue;
    }
    const expected = (attemptsIn(top, settled, from) / before) * minutes;
    const got = attemptsIn(top, from, until);
    const vanished = got < expected / 2 ? surprise(got, expected) / policy.dispersion : 0;
    if (vanished > needed / 2 && arrivals > needed / 2 && vanished + arrivals > needed) {
      const gone = `${got} calls in ${minutes} min where ${expected.toFixed(1)} were to be expected`;
      return `${gone}, while ${arrivedWords} (chance ${probability(Math.exp(-vanished - arrivals))}): AWS is rerouting them`;
    }
  }
  return undefined;
};
