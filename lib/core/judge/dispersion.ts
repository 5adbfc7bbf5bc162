/**
 * How much more the failures of a line vary than those of independent calls. The line's own fortnight is predicted as the judge would have
 * predicted it, for spans from half an hour to four hours, and the excesses over the prediction are compared with chance (Pearson's
 * statistic). Correlated minutes show in all spans, a ratio that drifts in the long ones.
 */
import { evidenceAgainst } from './likelihood.ts';
import { outageNats, slotMinutes, type CallTotal, type PastSlot } from './past-calls.ts';
import type { RecentRatio } from './recent-ratio.ts';
import type { WeeklyPattern } from './weekly-pattern.ts';

/** The dispersion of windows of up to so many minutes. */
export type Dispersion = { readonly upToMinutes: number; readonly factor: number };

const spansInSlots = [1, 2, 4, 8] as const;
const rounds = 4;

/** A span of the past, and the ratio that was predicted for it. */
type Prediction = CallTotal & { readonly ratio: number };

/** @param slots oldest first */
export function learnDispersion(
  slots: readonly PastSlot[],
  pattern: WeeklyPattern,
  recent: RecentRatio,
  least: number,
): readonly Dispersion[] {
  const past = slots.map((calls) => ({
    ...calls,
    expected: calls.attempts * pattern.ratioInPast(calls.slot),
    recentRatio: recent.before(calls.slot),
  }));
  const learned: Dispersion[] = [];
  let factor = least;
  for (const length of spansInSlots) {
    const predictions = past.map(({ slot, recentRatio }, first): Prediction => {
      const span = { attempts: 0, failures: 0, expected: 0 };
      for (let place = first; place < first + length; place += 1) {
        const calls = past[place];
        if (calls === undefined || calls.slot >= slot + length) break;
        span.attempts += calls.attempts;
        span.failures += calls.failures;
        span.expected += calls.expected;
      }
      return { ...span, ratio: Math.max(span.expected / span.attempts, recentRatio) };
    });
    // A longer window holds all that varies in a shorter one.
    factor = Math.max(factor, factorOf(predictions, least, length));
    learned.push({ upToMinutes: length * slotMinutes, factor });
  }
  return learned;
}

export function factorFor(dispersion: readonly Dispersion[], windowMinutes: number): number {
  const fitting = dispersion.find(({ upToMinutes }) => windowMinutes <= upToMinutes) ?? dispersion.at(-1);
  return fitting?.factor ?? 1;
}

/**
 * Outages are left out; what counts as one depends on the dispersion, so both are found in turns.
 *
 * @param overlap how many predictions share a slot
 */
function factorOf(predictions: readonly Prediction[], least: number, overlap: number): number {
  let factor = least;
  const evidence = predictions.map(({ attempts, failures, ratio }) => evidenceAgainst(failures, attempts, ratio, 1));
  for (let round = 0; round < rounds; round += 1) {
    const limit = outageNats * factor;
    const usual = predictions.filter((_, place) => (evidence[place] ?? 0) < limit);
    // Predictions are cautious, and cautious predictions hide how much the line varies: they are lowered to what was observed on average.
    const expected = sumOf(usual, ({ attempts, ratio }) => attempts * ratio);
    const observed = sumOf(usual, ({ failures }) => failures);
    const share = Math.min(1, observed / expected);
    const terms = usual.map(({ attempts, failures, ratio }) => pearson(attempts, failures, ratio * share));
    factor = Math.max(least, lowerEndOfMean(terms, overlap));
  }
  return factor;
}

function sumOf(predictions: readonly Prediction[], valueOf: (prediction: Prediction) => number): number {
  let sum = 0;
  for (const prediction of predictions) sum += valueOf(prediction);
  return sum;
}

/** Only half of the spans exceed their prediction, so a square counts twice. */
function pearson(attempts: number, failures: number, ratio: number): number {
  const excess = Math.max(0, failures - attempts * ratio);
  return ratio === 0 ? 0 : (2 * excess * excess) / (attempts * ratio * (1 - ratio));
}

/**
 * The mean less its standard error: on a line with few calls the terms scatter so much that chance alone would often raise the dispersion,
 * and every fault would take longer to prove.
 */
function lowerEndOfMean(terms: readonly number[], overlap: number): number {
  if (terms.length === 0) return 0;
  const mean = terms.reduce((sum, term) => sum + term, 0) / terms.length;
  const variance = terms.reduce((sum, term) => sum + (term - mean) ** 2, 0) / terms.length;
  return mean - Math.sqrt((variance * overlap) / terms.length);
}
