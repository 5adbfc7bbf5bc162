/** What an alarm is about, and what CloudWatch accepts of it. */
import { statisticNames, type StatisticName } from '../cloudwatch/datapoints.ts';
import type { MetricDataQuery } from '../cloudwatch/metric-query.ts';
import { validationError } from '../cloudwatch/metric-query.ts';
import type { MetricIdentity } from '../cloudwatch/metric-store.ts';
import { parseExpression, type Expression } from './metric-math.ts';

export const comparisonNames = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;

export type Comparison = (typeof comparisonNames)[number];

export const comparisons: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export const missingDataTreatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;

export type AlarmActions = {
  readonly isEnabled: boolean;
  /** By the state that the alarm enters: ARNs of SNS topics and Lambda functions. */
  readonly onAlarm: readonly string[];
  readonly onOk: readonly string[];
  readonly onInsufficientData: readonly string[];
};

type Named = {
  readonly name: string;
  readonly description: string | undefined;
  readonly actions: AlarmActions;
};

export type MetricAlarm = Named & {
  readonly kind: 'metric';
  /** One metric is a query without an expression. */
  readonly queries: readonly MetricDataQuery[];
  /** Whether it was put with `Metrics`. */
  readonly isMath: boolean;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: (typeof missingDataTreatments)[number];
};

export type CompositeAlarm = Named & { readonly kind: 'composite'; readonly rule: string };

export type Alarm = MetricAlarm | CompositeAlarm;

const maxActions = 5;
const maxMetrics = 10;
const daySeconds = 86_400;

/** @throws ValidationError for what AWS refuses */
export function requireValidName({ name, description, actions }: Named): void {
  if (name.length === 0 || name.length > 255) throw validationError('AlarmName must have 1 to 255 characters.');
  if ((description?.length ?? 0) > 1024) throw validationError('AlarmDescription has more than 1024 characters.');
  for (const list of [actions.onAlarm, actions.onOk, actions.onInsufficientData]) {
    if (list.length > maxActions) throw validationError(`An alarm has at most ${maxActions} actions for each state.`);
    const other = list.find((arn) => !/^arn:aws:(sns|lambda):/.test(arn));
    if (other !== undefined) {
      throw validationError(`Invalid arn syntax, or no SNS topic or Lambda function, which are simulated: ${other}`);
    }
  }
}

/** @throws ValidationError for what AWS refuses */
export function requireValidMetricAlarm(alarm: MetricAlarm): void {
  requireValidName(alarm);
  requireValidPeriods(alarm);
  const { queries } = alarm;
  if (queries.filter(({ returnData = true }) => returnData).length !== 1) {
    throw validationError('Exactly one element of the metrics list should return data.');
  }
  if (queries.length > maxMetrics) throw validationError(`An alarm has at most ${maxMetrics} metrics.`);
  sourcesOf(alarm);
}

function requireValidPeriods({ periodSeconds, evaluationPeriods, datapointsToAlarm }: MetricAlarm): void {
  if (!Number.isInteger(periodSeconds) || periodSeconds < 60 || periodSeconds % 60 !== 0) {
    throw validationError(
      `Period must be a multiple of 60 here, where data is kept by the minute, not ${periodSeconds}.`,
    );
  }
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) {
    throw validationError(`EvaluationPeriods must be at least 1, not ${evaluationPeriods}.`);
  }
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    throw validationError(`DatapointsToAlarm must be 1 to ${evaluationPeriods}, the EvaluationPeriods.`);
  }
  const mostSeconds = periodSeconds >= 3600 ? 7 * daySeconds : daySeconds;
  if (periodSeconds * evaluationPeriods > mostSeconds) {
    throw validationError(`EvaluationPeriods * Period must be <= ${mostSeconds}.`);
  }
}

/** Where the values of an alarm's queries come from, by id. */
export type Source =
  | { readonly kind: 'metric'; readonly metric: Omit<MetricIdentity, 'region'>; readonly statistic: StatisticName }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** @throws ValidationError for a query that AWS refuses, or that is not simulated */
export function sourcesOf({ queries, periodSeconds }: MetricAlarm): ReadonlyMap<string, Source> {
  const ids = new Set(queries.map(({ id }) => id));
  if (ids.size !== queries.length) throw validationError('The ids of the metrics are not unique.');
  return new Map(queries.map((query) => [query.id, sourceOf(query, ids, periodSeconds)]));
}

function sourceOf(query: MetricDataQuery, ids: ReadonlySet<string>, periodSeconds: number): Source {
  const { id, expression: text, metricStat } = query;
  if (text !== undefined) {
    const expression = parseExpression(text);
    const unknown = [...expression.ids].filter((each) => !ids.has(each) || each === id);
    if (unknown.length > 0) throw validationError(`The expression '${text}' refers to ${unknown.join(', ')}.`);
    return { kind: 'expression', expression };
  }
  if (metricStat === undefined) throw validationError(`The metric ${id} has neither a MetricStat nor an Expression.`);
  const statistic = statisticNames.find((name) => name === metricStat.stat);
  if (statistic === undefined) throw validationError(`The statistic ${metricStat.stat} is not simulated.`);
  if (metricStat.period !== periodSeconds) throw validationError('All metrics of an alarm must have one period.');
  return { kind: 'metric', metric: metricStat.metric, statistic };
}
