/** Finds the end of the newest fault: evidence from before it says nothing of the calls since. */
import { natsOf, type CallSeries } from './call-series.ts';

/**
 * A fault is over where "failed at one ratio, then at the baseline" explains the calls better than "one ratio all the time" by this many
 * nats. If the fault goes on, chance alone brings that about less than once in fifty.
 */
const recoveryNats = 4;

/**
 * So many proven faults within so many minutes are one that comes and goes. A line with six disturbances of less than a minute a day, at
 * random, has so many in half an hour once in fifty years.
 */
const flaps = 5;
const flappingMinutes = 30;

/** A stretch of minutes that a fault left, from its first bad minute to before `until`, counted from the beginning of the series. */
type EndedFault = { readonly from: number; readonly until: number; readonly isProven: boolean };

/**
 * Minutes since the newest recovery: no window may reach back over it. While a fault comes and goes, none of its pauses is a recovery, and
 * the minutes are those since the first of its newest {@link flaps} beginnings.
 */
export function minutesSinceRecovery(series: CallSeries, neededNats: number): number {
  const faults = endedFaults(series, neededNats);
  const recoveredAt = faults.reduce((latest, { until }) => Math.max(latest, until), 0);
  return series.minutes - (flappingSince(faults, series.minutes) ?? recoveredAt);
}

/**
 * A fault left a stretch of minutes if the beginning of the stretch holds over {@link recoveryNats} more evidence than all of it. Where
 * the beginning alone was a proof, the fault stays over whatever fails later; otherwise it is open whether there was a fault, and later
 * failures may still belong to it.
 */
function endedFaults(series: CallSeries, neededNats: number): readonly EndedFault[] {
  const ended: EndedFault[] = [];
  for (let from = 0; from < series.minutes; from += 1) {
    // A fault that begins with a minute like any other is found from its first bad minute.
    if (natsOf(series, from, from + 1) === 0) continue;
    let peak = { nats: 0, at: 0 };
    let isFalling = false;
    for (let to = from + 1; to <= series.minutes; to += 1) {
      const nats = natsOf(series, from, to);
      const isProven = peak.nats > neededNats;
      const isOver = peak.nats - nats > recoveryNats && (isProven || to === series.minutes);
      if (isOver && !isFalling) ended.push({ from, until: peak.at, isProven });
      isFalling = nats < peak.nats && (isFalling || isOver);
      if (isFalling || nats >= peak.nats) peak = { nats, at: to };
    }
  }
  return ended;
}

/** When the first of the newest faults that are one began; undefined where they are too few. */
function flappingSince(faults: readonly EndedFault[], minutes: number): number | undefined {
  const newest: EndedFault[] = [];
  // The last to begin first: of all stretches that end in the same fault, the shortest.
  for (const fault of faults.filter(({ isProven }) => isProven).toSorted((one, other) => other.from - one.from)) {
    const next = newest.at(-1);
    if (next === undefined || fault.until <= next.from) newest.push(fault);
  }
  const first = newest[flaps - 1];
  return first === undefined || minutes - first.from > flappingMinutes ? undefined : first.from;
}
