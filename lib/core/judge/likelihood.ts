/**
 * The statistics of failed calls.
 *
 * A stretch of calls is compared with the line's own baseline by its likelihood ratio (the generalised likelihood ratio of sequential
 * change detection: Lorden 1971; Siegmund & Venkatraman 1995), which does not need to know the failure ratio of the fault.
 *
 * Failed calls come in clusters, because callers redial. The evidence is divided by a dispersion above 1 (quasi-likelihood,
 * McCullagh & Nelder 1989), so that the configured budget of false moves also holds for clustered failures.
 */

/** Window lengths are every minute up to an hour, then every quarter of an hour up to four hours. */
export const finestMinutes = 60;
export const longestMinutes = 240;
export const coarseStepMinutes = 15;

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
