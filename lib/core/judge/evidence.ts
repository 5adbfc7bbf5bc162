/**
 * The statistics of failed calls.
 *
 * Every window that ends now is weighed by its likelihood ratio against the connector's own baseline, and the strongest one
 * counts: the generalised likelihood ratio scan of sequential change detection (Lorden 1971; Siegmund & Venkatraman 1995). It
 * needs not know how bad the fault is, and costs little against a detector that does; bench/ measures how little.
 *
 * Failed calls come in clusters, because their callers redial. A dispersion above 1 divides the evidence accordingly
 * (quasi-likelihood, McCullagh & Nelder 1989), so that a stated budget of false moves holds for clustered failures too.
 */
import { minuteMs, type EpochMs } from '../model/time.ts';

/** Attempts and failures that began in the interval from `startsAt`; its length is the series' own. */
export type CallCount = { readonly startsAt: EpochMs; readonly attempts: number; readonly failures: number };

/** What a window that ends now holds. */
export type Window = {
  readonly windowMinutes: number;
  readonly attempts: number;
  readonly failures: number;
  /** Intervals of the window in which at least the tolerable share failed. */
  readonly failingIntervals: number;
};

/** A window and how badly the baseline explains it. */
export type Proof = {
  readonly window: Window;
  /** Log likelihood ratio over dispersion, in nats. Grows with the evidence; 0 is none. */
  readonly nats: number;
};

/** Both of `failures` out of `attempts` and the baseline between 0 and 1. Zero where the window is no worse than the baseline. */
export function evidenceAgainst(failures: number, attempts: number, baseline: number, dispersion: number): number {
  const ratio = failures / attempts;
  if (!(ratio > baseline)) return 0;
  const ofFailures = failures * Math.log(ratio / baseline);
  const ofSuccesses = failures === attempts ? 0 : (attempts - failures) * Math.log((1 - ratio) / (1 - baseline));
  return (ofFailures + ofSuccesses) / dispersion;
}

/**
 * Nats that a proof needs, so that a connector whose failures are the baseline's is convicted so many times a year: as if it were
 * looked at afresh `looksPerYear` times, with a tail that falls by a factor e in `tailNats`. Both are fitted to what bench/ counts
 * in healthy worlds. Windows overlap, so that 525,600 looks are worth far fewer; and redials cluster more where it matters, far
 * out in the tail, than the default dispersion takes off, so that ten times fewer false moves cost 3.5 nats and not 2.3.
 */
export function natsForBudget(falseMovesPerYear: number): number {
  return tailNats * Math.log(looksPerYear / falseMovesPerYear);
}

const looksPerYear = 3000;
const tailNats = 1.5;

/** Up to an hour every length is tried; beyond it, in quarters of an hour up to four hours. */
export const finestMinutes = 60;
export const longestMinutes = 240;
const coarseStepMinutes = 15;

/** Length of the intervals in which older history is kept. */
export const coarseIntervalMinutes = 5;

function isFailing({ attempts, failures }: Omit<CallCount, 'startsAt'>, tolerableRatio: number): boolean {
  return failures > 0 && failures >= attempts * tolerableRatio;
}

function sum(
  counts: readonly CallCount[],
  from: EpochMs,
  until: EpochMs,
  length: number,
  tolerableRatio: number,
): Omit<Window, 'windowMinutes'> {
  let attempts = 0;
  let failures = 0;
  let failingIntervals = 0;
  for (const count of counts) {
    if (count.startsAt < from || count.startsAt + length > until) continue;
    attempts += count.attempts;
    failures += count.failures;
    if (isFailing(count, tolerableRatio)) failingIntervals += 1;
  }
  return { attempts, failures, failingIntervals };
}

/**
 * Every window that ends at `until` (exclusive): one to sixty minutes from `minutes`, and longer ones where `coarse` history
 * says what came before them. A count that is there twice, as when Voice Connectors are pooled, is added up. Failures below
 * `tolerableRatio` make no interval a failing one: the everyday failure beside a blip must not pass for a fault that lasts.
 */
export function windowsUntil(
  minutes: readonly CallCount[],
  coarse: readonly CallCount[],
  until: EpochMs,
  tolerableRatio: number,
): readonly Window[] {
  const byStart = new Map<EpochMs, { attempts: number; failures: number }>();
  for (const { startsAt, attempts, failures } of minutes) {
    const minute = byStart.get(startsAt) ?? { attempts: 0, failures: 0 };
    byStart.set(startsAt, { attempts: minute.attempts + attempts, failures: minute.failures + failures });
  }
  const windows: Window[] = [];
  let window: Window = { windowMinutes: 0, attempts: 0, failures: 0, failingIntervals: 0 };
  for (let windowMinutes = 1; windowMinutes <= finestMinutes; windowMinutes += 1) {
    const minute = byStart.get(until - windowMinutes * minuteMs);
    window = {
      windowMinutes,
      attempts: window.attempts + (minute?.attempts ?? 0),
      failures: window.failures + (minute?.failures ?? 0),
      failingIntervals: window.failingIntervals + (minute !== undefined && isFailing(minute, tolerableRatio) ? 1 : 0),
    };
    windows.push(window);
  }
  if (coarse.length === 0) return windows;
  const hourAgo = until - finestMinutes * minuteMs;
  for (
    let windowMinutes = finestMinutes + coarseStepMinutes;
    windowMinutes <= longestMinutes;
    windowMinutes += coarseStepMinutes
  ) {
    const older = sum(
      coarse,
      until - windowMinutes * minuteMs,
      hourAgo,
      coarseIntervalMinutes * minuteMs,
      tolerableRatio,
    );
    windows.push({
      windowMinutes,
      attempts: window.attempts + older.attempts,
      failures: window.failures + older.failures,
      failingIntervals: window.failingIntervals + older.failingIntervals,
    });
  }
  return windows;
}

/** What a window must hold to prove anything, whatever its likelihood. */
export type Floors = {
  readonly minFailures: number;
  readonly minFailingMinutes: number;
  readonly minExcessRatio: number;
};

/** The window that the baseline explains worst, among those that pass the floors. */
export function strongestProof(
  windows: readonly Window[],
  baseline: number,
  dispersion: number,
  floors: Floors,
): Proof | undefined {
  let strongest: Proof | undefined;
  for (const window of windows) {
    if (window.failures < floors.minFailures || window.failingIntervals < floors.minFailingMinutes) continue;
    if (window.failures < window.attempts * (baseline + floors.minExcessRatio)) continue;
    const nats = evidenceAgainst(window.failures, window.attempts, baseline, dispersion);
    if (strongest === undefined || nats > strongest.nats) strongest = { window, nats };
  }
  return strongest;
}
