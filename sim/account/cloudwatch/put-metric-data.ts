import type { EpochMs } from '../../clock.ts';
import { clientError } from '../errors.ts';
import type { Statistics } from './datapoints.ts';

/** One datum of PutMetricData. Exactly one of `value`, `values` and `statisticValues` must be set. */
export type MetricDatumInput = {
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly timestamp?: EpochMs | undefined;
  readonly value?: number | undefined;
  readonly values?: readonly number[] | undefined;
  readonly counts?: readonly number[] | undefined;
  readonly statisticValues?: Statistics | undefined;
  readonly unit?: string | undefined;
};

const dayMs = 86_400_000;
function invalidValue(message: string) {
  return clientError('InvalidParameterValueException', message, 'InvalidParameterValue');
}
function invalidCombination(message: string) {
  return clientError('InvalidParameterCombinationException', message, 'InvalidParameterCombination');
}

/** @throws InvalidParameterValueException for AWS's own namespaces and more than 1,000 data. */
export function requirePuttable(namespace: string, data: readonly MetricDatumInput[]): void {
  if (namespace.startsWith('AWS/')) throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
  if (namespace.length < 1 || namespace.length > 255) throw invalidValue('Namespace must be 1 to 255 characters long.');
  if (data.length === 0) {
    throw clientError('MissingRequiredParameterException', 'The parameter MetricData is required.', 'MissingParameter');
  }
  if (data.length > 1000) throw invalidValue('The collection MetricData must not have a size greater than 1000.');
}

/**
 * One datum as a statistic set.
 *
 * @throws InvalidParameterCombinationException unless exactly one of the three forms is used.
 * @throws InvalidParameterValueException for NaN, infinities, and times more than two weeks in the past or two hours in the future.
 */
export function statisticsOf(datum: MetricDatumInput, now: EpochMs): Statistics {
  requireTime(datum.timestamp ?? now, now);
  if (Object.keys(datum.dimensions).length > 30) throw invalidValue('A metric must not have more than 30 dimensions.');
  const forms = [datum.value, datum.values, datum.statisticValues].filter((form) => form !== undefined);
  if (forms.length !== 1) {
    throw invalidCombination('Exactly one of the parameters Value, Values and StatisticValues must be specified.');
  }
  const statistics = datum.statisticValues ?? statisticsOfValues(datum);
  const numbers = [statistics.sampleCount, statistics.sum, statistics.minimum, statistics.maximum];
  if (!numbers.every((number) => Number.isFinite(number))) {
    throw invalidValue(`The values of ${datum.metricName} must be finite numbers.`);
  }
  if (statistics.sampleCount <= 0) throw invalidValue('The parameter SampleCount must be greater than 0.');
  return statistics;
}

function statisticsOfValues({ metricName, value, values, counts }: MetricDatumInput): Statistics {
  const all = values ?? (value === undefined ? [] : [value]);
  if (all.length === 0 || all.length > 150) throw invalidValue('The collection Values must have 1 to 150 elements.');
  if (counts && counts.length !== all.length) {
    throw invalidValue(`The parameters Values and Counts of ${metricName} must have the same number of elements.`);
  }
  const countAt = (index: number) => counts?.[index] ?? 1;
  return {
    sampleCount: all.reduce((total, _, index) => total + countAt(index), 0),
    sum: all.reduce((total, each, index) => total + each * countAt(index), 0),
    minimum: Math.min(...all),
    maximum: Math.max(...all),
  };
}

function requireTime(timestamp: EpochMs, now: EpochMs): void {
  if (timestamp >= now - 14 * dayMs && timestamp <= now + 2 * 3_600_000) return;
  throw invalidValue('Timestamp must be at most two weeks in the past and two hours in the future.');
}
