/** Looks for the stretch of calls, up to now, that proves a fault which still goes on. */
import { minutesSinceAbsence } from './absence.ts';
import { stretchOf, type CallSeries, type Stretch } from './call-series.ts';
import { factorFor } from './dispersion.ts';
import { coarseStepMinutes, evidenceAgainst, finestMinutes } from './likelihood.ts';
import { minutesSinceRecovery } from './recovery.ts';

/** The calls of a window that ends now. */
export type CallWindow = Stretch & { readonly windowMinutes: number };

/** A window, and the evidence in it against the baseline. */
export type Proof = {
  readonly window: CallWindow;
  /** Log likelihood ratio divided by the dispersion, in nats; 0 is no evidence. */
  readonly nats: number;
  /** Whether the window proves a fault that lasts for a minute or longer. */
  readonly isLasting: boolean;
  /** The shortest and the longest window that explain the calls nearly as well: the fault began between them. */
  readonly beganMinutesAgo: { readonly least: number; readonly most: number };
};

/** The least that a window must contain to be a proof, whatever its likelihood. */
export type Floors = { readonly minFailures: number; readonly minExcessRatio: number };

/** Windows whose evidence is within this of the strongest may hold the beginning of the fault: about 95 % of them do (Wilks 1938). */
const beginningNats = 2;

export function windowOf(series: CallSeries, windowMinutes: number): CallWindow {
  return { windowMinutes, ...stretchOf(series, Math.max(0, series.minutes - windowMinutes), series.minutes) };
}

/** The windows that are compared, in minutes, shortest first. */
function windowLengths({ minutes }: CallSeries): readonly number[] {
  const lengths: number[] = [];
  for (let length = 1; length <= minutes; length += length < finestMinutes ? 1 : coarseStepMinutes)
    lengths.push(length);
  return lengths;
}

export function windowsOf(series: CallSeries): readonly CallWindow[] {
  return windowLengths(series).map((length) => windowOf(series, length));
}

/**
 * The window with the most evidence among those that pass the floors and do not reach back over a recovery or an absence; among the windows
 * that prove a fault, one that proves a lasting fault goes first. Recoveries and absences are looked for only where there is half a proof,
 * because less changes no verdict.
 */
export function strongestProof(series: CallSeries, floors: Floors, neededNats: number): Proof | undefined {
  const all = windowsOf(series)
    .filter((window) => passes(window, floors))
    .map((window) => ({ window, nats: windowNats(series, window) }));
  if (!all.some(({ nats }) => nats > neededNats / 2)) return proofFrom(all, series, neededNats);
  const longest = Math.min(minutesSinceRecovery(series, neededNats), minutesSinceAbsence(series));
  return proofFrom(
    all.filter(({ window }) => window.windowMinutes <= longest),
    series,
    neededNats,
  );
}

type Candidate = { readonly window: CallWindow; readonly nats: number };

function proofFrom(candidates: readonly Candidate[], series: CallSeries, neededNats: number): Proof | undefined {
  const bySize = candidates.toSorted((one, other) => other.nats - one.nats);
  const [strongest] = bySize;
  if (strongest === undefined) return undefined;
  // The newest minute alone is often the strongest proof, but cannot show a lasting fault that a longer window does show.
  const lasting = bySize.find(({ window, nats }) => nats > neededNats && isLasting(series, window));
  const { window, nats } = lasting ?? strongest;
  const likely = candidates.filter((each) => each.nats > nats - beginningNats).map((each) => each.window.windowMinutes);
  return {
    window,
    nats,
    isLasting: lasting !== undefined,
    beganMinutesAgo: { least: Math.min(...likely), most: Math.max(...likely) },
  };
}

export function windowNats(series: CallSeries, { windowMinutes, failures, attempts, baseline }: CallWindow): number {
  return evidenceAgainst(failures, attempts, baseline, factorFor(series.dispersion, windowMinutes));
}

export function passes({ failures, attempts, baseline }: Stretch, { minFailures, minExcessRatio }: Floors): boolean {
  return failures >= minFailures && failures >= attempts * (baseline + minExcessRatio);
}

/** Evidence that must remain without the two consecutive minutes that carry most of it. */
const natsBeyondTwoMinutes = 2;

/** Evidence that two consecutive minutes failed longer than for one minute in all. */
const natsOfTwoMinutes = 3;
const secondsStep = 2;

/**
 * A disturbance of less than a minute never justifies a move: GitHub's automatic failover after 43 seconds in 2018 cost it 24 hours. It lies
 * within two consecutive minutes, so other minutes must fail too, or more calls of the two than any one minute explains.
 */
function isLasting(series: CallSeries, window: CallWindow): boolean {
  let leastBeyond = Infinity;
  for (let from = series.minutes - window.windowMinutes; from + 1 < series.minutes; from += 1) {
    const pair = stretchOf(series, from, from + 2);
    if (evidenceAgainstOneMinute(series, from) > natsOfTwoMinutes) return true;
    const attempts = window.attempts - pair.attempts;
    const failures = window.failures - pair.failures;
    leastBeyond = Math.min(leastBeyond, windowNats(series, { ...window, attempts, failures }));
  }
  return leastBeyond !== Infinity && leastBeyond > natsBeyondTwoMinutes;
}

/**
 * Against a fault that lasted one minute in all, some seconds of it in the first of two minutes and the rest in the second: the seconds
 * that explain the failures of both minutes best.
 */
function evidenceAgainstOneMinute(series: CallSeries, from: number): number {
  const factor = factorFor(series.dispersion, 2);
  const [first, second] = [stretchOf(series, from, from + 1), stretchOf(series, from + 1, from + 2)];
  const against = ({ failures, attempts, baseline }: Stretch, seconds: number): number =>
    evidenceAgainst(failures, attempts, baseline + (seconds / 60) * (1 - baseline), factor);
  let least = Infinity;
  for (let seconds = 0; seconds <= 60; seconds += secondsStep) {
    least = Math.min(least, against(first, seconds) + against(second, 60 - seconds));
  }
  return least;
}
