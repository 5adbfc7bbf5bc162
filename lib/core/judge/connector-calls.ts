/** The calls of one Voice Connector beside what is normal for it, to be judged alone or pooled with its Region. */
import { hasResponseCodes, inboundCallDetails, type CallCount, type CallDetail } from './call-counts.ts';
import { seriesOf, type CallSeries } from './call-series.ts';
import { finestMinutes, longestMinutes } from './likelihood.ts';
import { constantNormal, learnNormal, type Normal } from './normal.ts';
import { slotOf, slotMs } from './past-calls.ts';
import { UsualSuccesses } from './usual-successes.ts';
import { assumedRatio, medianRatio } from './weekly-pattern.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { MetricsReading, VoiceConnectorObservation } from '../model/observation.ts';
import type { EpochMs } from '../model/time.ts';

/** One way to count failures: the calls, and the baseline they are compared with. */
export type Measure = { readonly series: CallSeries; readonly source: string };

export type ConnectorCalls = {
  /** Every failed call counts. */
  readonly all: Measure;
  /** Only failed calls count that no refusal by the caller or the called party explains; undefined where that is unknown. */
  readonly unrefused: Measure | undefined;
  /** Undefined without history. */
  readonly usualSuccesses: UsualSuccesses | undefined;
};

type ObservedCalls = Pick<VoiceConnectorObservation, 'inbound' | 'history'>;

/** One observation is judged for its Region and for each of its groups: its calls are the same each time. */
const counted = new WeakMap<ObservedCalls, Map<string, ConnectorCalls>>();

export function callsOf(
  observed: ObservedCalls,
  until: EpochMs,
  { dispersion }: Pick<GroupPolicy, 'dispersion'>,
): ConnectorCalls {
  const key = `${until} ${dispersion}`;
  const ofObserved = counted.get(observed) ?? new Map<string, ConnectorCalls>();
  const known = ofObserved.get(key);
  if (known !== undefined) return known;
  const calls = countCalls(observed, until, dispersion);
  counted.set(observed, ofObserved.set(key, calls));
  return calls;
}

function countCalls({ inbound, history }: ObservedCalls, until: EpochMs, dispersion: number): ConnectorCalls {
  const minutes = inbound.kind === 'read' ? inbound.minutes : [];
  const details = inboundCallDetails(minutes);
  const learned = normalsOf(history, until, dispersion);
  const covered = { until, minutes: history === undefined ? finestMinutes : longestMinutes };
  const measure = (calls: readonly CallDetail[], normal: Normal): Measure => ({
    series: seriesOf(calls, normal, covered),
    source: normal.source,
  });
  const { all, unrefused } = learned;
  const isKnown = hasResponseCodes(minutes) && unrefused !== undefined;
  return {
    all: measure(
      details.map((detail) => ({ ...detail, refused: 0 })),
      all,
    ),
    unrefused: isKnown ? measure(details, unrefused) : undefined,
    usualSuccesses: learned.usualSuccesses,
  };
}

/** Failures that nobody refused are learned up to this share: above it they count as a fault even where they are permanent. */
const highestRatio = 0.2;

type Normals = {
  readonly all: Normal;
  /** Undefined where the response codes of the past do not fit the failures, so that they cannot explain them. */
  readonly unrefused: Normal | undefined;
  readonly usualSuccesses: UsualSuccesses | undefined;
};

/** Used before the history was requested. */
export function unreadNormal(dispersion: number): Normal {
  return constantNormal(assumedRatio, dispersion, 'assumed, history not read');
}

/** Failover stays possible without the history, but only on failures that no line normally has. */
function unreadableNormal(dispersion: number): Normal {
  return constantNormal(highestRatio, dispersion, 'assumed, history unreadable');
}

function normalsOf(history: MetricsReading | undefined, until: EpochMs, dispersion: number): Normals {
  if (history === undefined) {
    return { all: unreadNormal(dispersion), unrefused: undefined, usualSuccesses: undefined };
  }
  if (history.kind !== 'read') {
    const normal = unreadableNormal(dispersion);
    return { all: normal, unrefused: normal, usualSuccesses: undefined };
  }
  const remembered = memory.get(history);
  const slot = slotOf(until);
  const key = `${slot} ${dispersion}`;
  const known = remembered?.get(key);
  if (known !== undefined) return known;
  const learned = learnNormals(inboundCallDetails(history.minutes), slot * slotMs, dispersion);
  memory.set(history, (remembered ?? new Map<string, Normals>()).set(key, learned));
  return learned;
}

/** One reading is judged minute after minute: what it teaches is the same within a half hour. */
const memory = new WeakMap<MetricsReading, Map<string, Normals>>();

function learnNormals(hours: readonly CallDetail[], until: EpochMs, dispersion: number): Normals {
  const refusedOf = ({ refused, failures }: CallDetail): number => Math.min(refused, failures);
  const failuresOf = ({ failures, attempts, answered }: CallDetail): number =>
    Math.min(failures, Math.max(0, attempts - answered));
  const slots = hours.map((hour) => {
    const failures = failuresOf(hour);
    const refused = Math.min(refusedOf(hour), failures);
    // What was refused is learned whatever its share; the rest up to a limit, or a lasting fault would vouch for itself.
    const unrefused = Math.min(failures - refused, hour.attempts * highestRatio);
    return { startsAt: hour.startsAt, attempts: hour.attempts, refused, unrefused };
  });
  const count = (failuresIn: (slot: (typeof slots)[number]) => number): readonly CallCount[] =>
    slots.map((hour) => ({ startsAt: hour.startsAt, attempts: hour.attempts, failures: failuresIn(hour) }));
  const all = learnNormal(
    count(({ refused, unrefused }) => refused + unrefused),
    until,
    dispersion,
  );
  const learnUnrefused = (): Normal =>
    slots.every(({ refused }) => refused === 0)
      ? all
      : learnNormal(
          count(({ unrefused }) => unrefused),
          until,
          dispersion,
        );
  return {
    all,
    unrefused: codesFitFailures(hours) ? { ...learnUnrefused(), reroutedRatio: usualReroutedRatio(hours) } : undefined,
    usualSuccesses: new UsualSuccesses(hours),
  };
}

/** Of the median call: what a route that was down for some hours added is not usual. */
function usualReroutedRatio(hours: readonly CallDetail[]): number {
  const slots = hours
    .filter(({ attempts }) => attempts > 0)
    .map(({ startsAt, attempts, failures, answered }) => {
      const rerouted = Math.max(0, Math.min(failures, attempts) - Math.max(0, attempts - answered));
      return { slot: slotOf(startsAt), attempts, failures: rerouted };
    });
  return slots.length === 0 ? 0 : medianRatio(slots);
}

/** A line whose first route always answers 4xx has more refusals than failures: its codes explain nothing. */
function codesFitFailures(hours: readonly CallDetail[]): boolean {
  const refused = hours.reduce((sum, hour) => sum + hour.refused, 0);
  const failures = hours.reduce((sum, hour) => sum + hour.failures, 0);
  return refused <= failures * mostCodesPerFailure + toleratedCodes;
}

const mostCodesPerFailure = 1.5;
const toleratedCodes = 20;
