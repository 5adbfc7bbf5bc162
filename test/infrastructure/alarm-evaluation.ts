/**
 * Whether a CloudWatch alarm would go off, by its own properties: datapoints are aggregated over its periods, and it is in ALARM if
 * DatapointsToAlarm of the last EvaluationPeriods breach. CloudWatch evaluates an alarm at the end of each of its periods.
 *
 * @throws Error for a property that is not supported here and must not count as evaluated
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
import type { Properties } from './template.ts';

/** One value of a metric, so many minutes after the beginning. */
export type Datapoint = { readonly minute: number; readonly value: number };

/** By the name of the metric. */
export type Datapoints = Readonly<Record<string, readonly Datapoint[]>>;

type MetricOfExpression = {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: { readonly MetricName: string };
    readonly Stat: string;
    readonly Period: number;
  };
};

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
};

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

const missing: Readonly<Record<string, boolean>> = { breaching: true, notBreaching: false };

function known<Value>(table: Readonly<Record<string, Value>>, key: unknown): Value {
  const value = table[String(key)];
  if (value === undefined) throw new Error(`${String(key)} is not supported here`);
  return value;
}

/** The value of each period; undefined where no datapoint is in it. */
function series(points: readonly Datapoint[], statistic: unknown, periodMinutes: number, minutes: number) {
  return Array.from({ length: Math.floor(minutes / periodMinutes) }, (_, period) => {
    const own = points.filter(({ minute }) => Math.floor(minute / periodMinutes) === period);
    return own.length === 0 ? undefined : known(statistics, statistic)(own.map(({ value }) => value));
  });
}

function valuesOf(properties: Properties, datapoints: Datapoints, minutes: number): readonly (number | undefined)[] {
  const metrics = properties['Metrics'] as readonly MetricOfExpression[] | undefined;
  if (metrics === undefined) {
    const period = (properties['Period'] as number) / 60;
    return series(datapoints[String(properties['MetricName'])] ?? [], properties['Statistic'], period, minutes);
  }
  const terms = metrics.flatMap(({ Id, MetricStat }) => (MetricStat === undefined ? [] : [{ Id, ...MetricStat }]));
  const expression = metrics.find(({ Expression }) => Expression !== undefined)?.Expression;
  if (expression !== terms.map(({ Id }) => Id).join(' + ')) throw new Error(`${expression} is not supported here`);
  const each = terms.map(({ Metric, Stat, Period }) =>
    series(datapoints[Metric.MetricName] ?? [], Stat, Period / 60, minutes),
  );
  // A sum is missing where one of its terms is.
  return each.reduce((sum, term) =>
    sum.map((value, period) => {
      const other = term[period];
      return value === undefined || other === undefined ? undefined : value + other;
    }),
  );
}

export function goesOff(properties: Properties, datapoints: Datapoints, minutes: number): boolean {
  const { ComparisonOperator, Threshold, TreatMissingData, EvaluationPeriods } = properties;
  const needed = (properties['DatapointsToAlarm'] ?? EvaluationPeriods) as number;
  const breaches = valuesOf(properties, datapoints, minutes).map((value) =>
    value === undefined
      ? known(missing, TreatMissingData)
      : known(comparisons, ComparisonOperator)(value, Threshold as number),
  );
  return breaches.some((_, period) => {
    if (period + 1 < (EvaluationPeriods as number) && known(missing, TreatMissingData)) return false;
    const last = breaches.slice(Math.max(0, period + 1 - (EvaluationPeriods as number)), period + 1);
    return last.filter(Boolean).length >= needed;
  });
}
