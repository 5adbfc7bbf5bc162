/** How far the calls of a group are from a proof, so that the judge need not run again before new calls may have completed one. */
import { sumOf } from '../lib/core/judge/call-series.ts';
import { suspicionOf } from '../lib/core/judge/calls.ts';
import type { ConnectorCalls, Measure } from '../lib/core/judge/connector-calls.ts';
import { factorFor } from '../lib/core/judge/dispersion.ts';
import { evidenceAgainst } from '../lib/core/judge/likelihood.ts';
import { slotMinutes, slotOf } from '../lib/core/judge/past-calls.ts';
import { minuteMs } from '../lib/core/model/time.ts';
import type { ConnectorMetrics } from './connector-metrics.ts';

/** One way to count failures, with what the judge has learned for this half hour. */
type Counted = {
  /** Never fewer than the judge would count of a minute. */
  readonly failuresOf: (minute: ConnectorMetrics) => number;
  readonly baseline: number;
  readonly dispersion: number;
  /** The evidence that new calls may add before there is three quarters of a proof. */
  nats: number;
};

/**
 * The evidence in a window is at most that in its older minutes and that in its newer ones, each by itself. What the newest minutes
 * contain is therefore added to the strongest evidence when the judge last ran. The judge learns once in a half hour, so that a headroom ends with it.
 */
export class Headroom {
  readonly #slot: number;
  readonly #measures: readonly Counted[];

  private constructor(slot: number, measures: readonly Counted[]) {
    this.#slot = slot;
    this.#measures = measures;
  }

  /**
   * @param nats of evidence that are certainly no proof
   * @returns undefined where the half hour has had no calls yet, so that its baseline is unknown
   */
  static after({ all, unrefused }: ConnectorCalls, nats: number): Headroom | undefined {
    const measures = [
      counted(all, nats, ({ failures }) => failures),
      unrefused && counted(unrefused, nats, unrefusedFailures(unrefused)),
    ];
    const known = measures.flatMap((measure) => measure ?? []);
    const expected = unrefused === undefined ? 1 : 2;
    return known.length < expected ? undefined : new Headroom(slotOf(all.series.until), known);
  }

  push(minute: ConnectorMetrics): void {
    for (const measure of this.#measures) {
      const { attempts } = minute;
      const failures = measure.failuresOf(minute);
      const timely = Math.min(failures, attempts);
      measure.nats -=
        evidenceAgainst(timely, attempts, measure.baseline, measure.dispersion) +
        // Failures without attempts belong to earlier ones.
        ((failures - timely) * -Math.log(measure.baseline)) / measure.dispersion;
    }
  }

  /** Whether no proof is possible at the time up to which the judge would judge. */
  covers(until: number): boolean {
    return slotOf(until) === this.#slot && this.#measures.every(({ nats }) => nats > 0);
  }
}

function counted(measure: Measure, nats: number, failuresOf: Counted['failuresOf']): Counted | undefined {
  const { series } = measure;
  const minutesOfSlot = series.until / minuteMs - slotOf(series.until) * slotMinutes;
  const from = series.minutes - minutesOfSlot;
  const attempts = sumOf(series.attempts, from, series.minutes);
  if (attempts === 0) return undefined;
  return {
    failuresOf,
    baseline: sumOf(series.expected, from, series.minutes) / attempts,
    dispersion: factorFor(series.dispersion, 1),
    nats: nats - suspicionOf(measure),
  };
}

/** Refusals that may belong to calls which another route answered excuse nothing. */
function unrefusedFailures({ series }: Measure): Counted['failuresOf'] {
  const attempts = sumOf(series.attempts, 0, series.minutes);
  const reroutedRatio = attempts === 0 ? 1 : sumOf(series.rerouted, 0, series.minutes) / attempts;
  return (minute) => {
    const refused = Math.max(0, minute.sip4xx + minute.sip6xx - minute.outboundFailures);
    return Math.max(0, minute.failures - refused) + reroutedRatio * minute.attempts;
  };
}
