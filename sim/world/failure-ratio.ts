/** The share of a group's calls that fails without a fault, minute by minute. */
import type { EpochMs } from '../clock.ts';
import { beta, normal } from './distributions.ts';
import { FailurePeriods } from './failure-periods.ts';
import { streamsFor, type Streams } from './random.ts';
import type { FailureSwingSpec, FailureWalkSpec, GroupSpec } from './spec.ts';

export type OwnFailures = { readonly ratio: number; readonly serverErrorShare: number };

export const defaultServerErrorShare = 0.1;

const minutesPerHour = 60;

/** The failures without a fault of one group. Asked for the minutes in ascending order. */
export class FailureRatio {
  readonly #group: GroupSpec;
  readonly #periods: FailurePeriods;
  readonly #walk: Walk | undefined;
  readonly #correlated: Streams;

  constructor(seed: number, startsAt: EpochMs, group: GroupSpec) {
    const { voiceConnectorGroupId, failurePeriods = [], failureWalk, baselineFailureRatio } = group;
    this.#group = group;
    this.#periods = new FailurePeriods(startsAt, failurePeriods);
    this.#walk =
      failureWalk &&
      new Walk(streamsFor(seed, 'failure-walk', voiceConnectorGroupId), baselineFailureRatio, failureWalk);
    this.#correlated = streamsFor(seed, 'minute-correlation', voiceConnectorGroupId);
  }

  ofMinute(minute: number): OwnFailures {
    const { baselineServerErrorShare = defaultServerErrorShare, minuteCorrelation } = this.#group;
    const period = this.#periods.at(minute);
    const mean = period?.ratio ?? this.#ratioOutsidePeriods(minute);
    return {
      ratio: minuteCorrelation === undefined ? mean : beta(this.#correlated(minute), mean, minuteCorrelation),
      serverErrorShare: period?.serverErrorShare ?? baselineServerErrorShare,
    };
  }

  #ratioOutsidePeriods(minute: number): number {
    const { failureSwing, baselineFailureRatio } = this.#group;
    if (this.#walk !== undefined) return this.#walk.at(minute);
    return failureSwing === undefined ? baselineFailureRatio : swung(failureSwing, minute);
  }
}

function swung({ lowest, highest, periodMinutes, highestAtMinute }: FailureSwingSpec, minute: number): number {
  const phase = (2 * Math.PI * (minute - (highestAtMinute ?? periodMinutes / 4))) / periodMinutes;
  return lowest + ((highest - lowest) * (1 + Math.cos(phase))) / 2;
}

/** A random walk between two limits. Each minute costs one step, because the last value is remembered. */
class Walk {
  readonly #streams: Streams;
  readonly #spec: FailureWalkSpec;
  #minute = 0;
  #ratio: number;

  constructor(streams: Streams, start: number, spec: FailureWalkSpec) {
    this.#streams = streams;
    this.#spec = spec;
    this.#ratio = start;
  }

  at(minute: number): number {
    const { lowest, highest, stepPerHour } = this.#spec;
    while (this.#minute < minute) {
      this.#minute += 1;
      const step = normal(this.#streams(this.#minute)) * (stepPerHour / Math.sqrt(minutesPerHour));
      this.#ratio = reflected(this.#ratio + step, lowest, highest);
    }
    return this.#ratio;
  }
}

function reflected(value: number, lowest: number, highest: number): number {
  const width = highest - lowest;
  const beyond = Math.abs(value - lowest) % (2 * width);
  return lowest + (beyond > width ? 2 * width - beyond : beyond);
}
