/**
 * The statistics of failed calls.
 *
 * Each window that ends now is compared with the Voice Connector's own baseline by its likelihood ratio, and the strongest window
 * counts: the generalised likelihood ratio scan of sequential change detection (Lorden 1971; Siegmund & Venkatraman 1995). The scan
 * does not need to know the failure ratio of the fault, and detects little later than a test that does; bench/ measures the difference.
 *
 * Failed calls come in clusters, because callers redial. The evidence is divided by a dispersion above 1 (quasi-likelihood,
 * McCullagh & Nelder 1989), so that the configured budget of false moves also holds for clustered failures.
 */
import { minuteMs, type EpochMs } from '../model/time.ts';

/** Calls attempted and failed in the interval that starts at `startsAt`: a minute or five, depending on the series. */
export type CallCount = { readonly startsAt: EpochMs; readonly attempts: number; readonly failures: number };

/** The calls of a window that ends now. */
export type CallWindow = {
  readonly windowMinutes: number;
  readonly attempts: number;
  readonly failures: number;
  /** Intervals of the window in which at least the tolerable share failed. */
  readonly failingIntervals: number;
};

/** A window, and the evidence in it against the baseline. */
export type Proof = {
  readonly window: CallWindow;
  /** Log likelihood ratio divided by the dispersion, in nats; 0 is no evidence. */
  readonly nats: number;
};

/**
 * The evidence in nats; 0 where the failure ratio is not above the baseline.
 *
 * @param baseline between 0 and 1, both excluded
 */
export function evidenceAgainst(failures: number, attempts: number, baseline: number, dispersion: number): number {
  const ratio = failures / attempts;
  if (!(ratio > baseline)) return 0;
  const ofFailures = failures * Math.log(ratio / baseline);
  const ofSuccesses = failures === attempts ? 0 : (attempts - failures) * Math.log((1 - ratio) / (1 - baseline));
  return (ofFailures + ofSuccesses) / dispersion;
}

/**
 * The nats that a proof needs, so that a Voice Connector whose calls fail at the baseline is judged unhealthy `falseMovesPerYear` times
 * a year. The model: `independentRunsPerYear` independent runs, and a probability that falls by a factor e per `tailNats`. Both constants
 * are fitted to the false moves that bench/ counts in healthy worlds. Windows overlap, so 525,600 runs a year are worth far fewer
 * independent ones. Far out in the tail redials cluster more than the default dispersion corrects, so ten times fewer false moves cost
 * 3.5 nats, not 2.3.
 */
export function natsForBudget(falseMovesPerYear: number): number {
  return tailNats * Math.log(independentRunsPerYear / falseMovesPerYear);
}

const independentRunsPerYear = 3000;
const tailNats = 1.5;

/** Window lengths are every minute up to an hour, then every quarter of an hour up to four hours. */
export const finestMinutes = 60;
export const longestMinutes = 240;
const coarseStepMinutes = 15;

/** Length of the intervals of the history. */
export const coarseIntervalMinutes = 5;

function isFailing({ attempts, failures }: Omit<CallCount, 'startsAt'>, tolerableRatio: number): boolean {
  return failures > 0 && failures >= attempts * tolerableRatio;
}

function sumHistory(
  coarse: readonly CallCount[],
  { from, until, tolerableRatio }: { from: EpochMs; until: EpochMs; tolerableRatio: number },
): Omit<CallWindow, 'windowMinutes'> {
  let attempts = 0;
  let failures = 0;
  let failingIntervals = 0;
  for (const count of coarse) {
    if (count.startsAt < from || count.startsAt + coarseIntervalMinutes * minuteMs > until) continue;
    attempts += count.attempts;
    failures += count.failures;
    if (isFailing(count, tolerableRatio)) failingIntervals += 1;
  }
  return { attempts, failures, failingIntervals };
}

/**
 * All windows that end at `until` (exclusive): one to sixty minutes from `minutes`, and longer ones from the `coarse` history. Several
 * counts of the same minute, as of pooled Voice Connectors, are added up. An interval whose failure ratio is below `tolerableRatio` is
 * not a failing one: otherwise a normal failure next to one bad minute would look like a lasting fault.
 */
export function windowsUntil(
  minutes: readonly CallCount[],
  coarse: readonly CallCount[],
  until: EpochMs,
  tolerableRatio: number,
): readonly CallWindow[] {
  const byStart = new Map<EpochMs, { attempts: number; failures: number }>();
  for (const { startsAt, attempts, failures } of minutes) {
    const minute = byStart.get(startsAt) ?? { attempts: 0, failures: 0 };
    byStart.set(startsAt, { attempts: minute.attempts + attempts, failures: minute.failures + failures });
  }
  const windows: CallWindow[] = [];
  let window: CallWindow = { windowMinutes: 0, attempts: 0, failures: 0, failingIntervals: 0 };
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
    const older = sumHistory(coarse, { from: until - windowMinutes * minuteMs, until: hourAgo, tolerableRatio });
    windows.push({
      windowMinutes,
      attempts: window.attempts + older.attempts,
      failures: window.failures + older.failures,
      failingIntervals: window.failingIntervals + older.failingIntervals,
    });
  }
  return windows;
}

/** The least that a window must contain to be a proof, whatever its likelihood. */
export type Floors = {
  readonly minFailures: number;
  readonly minFailingMinutes: number;
  readonly minExcessRatio: number;
};

/** The window with the most evidence among those that pass the floors. */
export function strongestProof(
  windows: readonly CallWindow[],
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
