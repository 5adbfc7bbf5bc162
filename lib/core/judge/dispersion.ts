/**
 * How much more the failures of a line vary than those of independent calls. The line's own fortnight is predicted as the judge would have
 * predicted it, for spans from half an hour to four hours, and the excesses over the prediction are compared with chance (Pearson's
 * statistic). Correlated minutes show in all spans, a ratio that drifts in the long ones.
 */
import { evidenceAgainst } from './likelihood.ts';
import { outageNats, slotMinutes, type PastSlot } from './past-calls.ts';
import type { RecentRatio } from './recent-ratio.ts';
import type { WeeklyPattern } from './weekly-pattern.ts';

/** The dispersion of windows of up to so many minutes. */
export type Dispersion = { readonly upToMinutes: number; readonly factor: number };

const spansInSlots = [1, 2, 4, 8] as const;
const rounds = 4;

/** Spans of the past: their calls, the ratio that was predicted for them, and the evidence against it as if calls were independent. */
type Predictions = {
  readonly attempts: Float64Array;
  readonly failures: Float64Array;
  readonly ratio: Float64Array;
  readonly evidence: Float64Array;
};

/** @param slots oldest first */
export function learnDispersion(
  slots: readonly PastSlot[],
  pattern: WeeklyPattern,
  recent: RecentRatio,
  least: number,
): readonly Dispersion[] {
  const expected = slots.map(({ slot, attempts }) => attempts * pattern.ratioInPast(slot));
  const recentRatios = slots.map(({ slot }) => recent.before(slot));
  const learned: Dispersion[] = [];
  let factor = least;
  for (const length of spansInSlots) {
    // A longer window holds all that varies in a shorter one.
    factor = Math.max(factor, factorOf(predictionsFor(slots, expected, recentRatios, length), least, length));
    learned.push({ upToMinutes: length * slotMinutes, factor });
  }
  return learned;
}

/** One prediction for the span of `length` slots that begins with each of the slots. */
function predictionsFor(
  slots: readonly PastSlot[],
  expected: readonly number[],
  recentRatios: readonly number[],
  length: number,
): Predictions {
  const zeros = (): Float64Array => new Float64Array(slots.length);
  const predictions = { attempts: zeros(), failures: zeros(), ratio: zeros(), evidence: zeros() };
  for (const [first, { slot }] of slots.entries()) {
    const span = { attempts: 0, failures: 0, expected: 0 };
    for (let place = first; place < first + length; place += 1) {
      const calls = slots[place];
      if (calls === undefined || calls.slot >= slot + length) break;
      span.attempts += calls.attempts;
      span.failures += calls.failures;
      span.expected += expected[place] ?? 0;
    }
    const ratio = Math.max(span.expected / span.attempts, recentRatios[first] ?? 0);
    predictions.attempts[first] = span.attempts;
    predictions.failures[first] = span.failures;
    predictions.ratio[first] = ratio;
    predictions.evidence[first] = evidenceAgainst(span.failures, span.attempts, ratio, 1);
  }
  return predictions;
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
function factorOf(predictions: Predictions, least: number, overlap: number): number {
  let factor = least;
  for (let round = 0; round < rounds; round += 1) {
    const found = Math.max(least, lowerEndOfMean(pearsonTerms(predictions, outageNats * factor), overlap));
    if (found === factor) break;
    factor = found;
  }
  return factor;
}

/** The terms of Pearson's statistic of the spans with less evidence than `outage`. */
function pearsonTerms(predictions: Predictions, outage: number): readonly number[] {
  const { attempts, failures, ratio, evidence } = predictions;
  const share = observedShare(predictions, outage);
  const terms: number[] = [];
  for (const [place, nats] of evidence.entries()) {
    if (nats >= outage) continue;
    terms.push(pearson(attempts[place] ?? 0, failures[place] ?? 0, (ratio[place] ?? 0) * share));
  }
  return terms;
}

/** Predictions are cautious, and cautious predictions hide how much the line varies: they are lowered to what was observed on average. */
function observedShare({ attempts, failures, ratio, evidence }: Predictions, outage: number): number {
  let [expected, observed] = [0, 0];
  for (const [place, nats] of evidence.entries()) {
    if (nats >= outage) continue;
    expected += (attempts[place] ?? 0) * (ratio[place] ?? 0);
    observed += failures[place] ?? 0;
  }
  return Math.min(1, observed / expected);
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
  let [sum, squares] = [0, 0];
  for (const term of terms) sum += term;
  const mean = sum / terms.length;
  for (const term of terms) squares += (term - mean) ** 2;
  return mean - Math.sqrt(((squares / terms.length) * overlap) / terms.length);
}
