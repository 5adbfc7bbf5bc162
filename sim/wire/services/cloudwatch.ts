import * as z from 'zod';
import type { MetricDataResult } from '../../account/cloudwatch/cloudwatch.ts';
import { defined, instantSchema, operation, type Operation } from '../operation.ts';
import type { Effect } from '../misbehaviour.ts';
import { alarmOperations } from './alarms.ts';
import { dimensionsSchema, metricQuerySchema, refuse } from './metric-input.ts';

const getMetricData = z.object({
  MetricDataQueries: z.array(metricQuerySchema).default([]),
  StartTime: instantSchema,
  EndTime: instantSchema,
  ScanBy: z.string().optional(),
  MaxDatapoints: z.number().optional(),
  NextToken: z.string().optional(),
});

const datumSchema = z
  .object({
    MetricName: z.string().min(1).max(255),
    Dimensions: dimensionsSchema,
    Timestamp: instantSchema.optional(),
    Value: z.number().optional(),
    Values: z.array(z.number()).optional(),
    Counts: z.array(z.number()).optional(),
    StatisticValues: z
      .object({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
      .transform(({ SampleCount, Sum, Minimum, Maximum }) => ({
        sampleCount: SampleCount,
        sum: Sum,
        minimum: Minimum,
        maximum: Maximum,
      }))
      .optional(),
    Unit: z.string().optional(),
  })
  .transform((datum) => ({
    metricName: datum.MetricName,
    dimensions: datum.Dimensions,
    timestamp: datum.Timestamp,
    value: datum.Value,
    values: datum.Values,
    counts: datum.Counts,
    statisticValues: datum.StatisticValues,
    unit: datum.Unit,
  }));

const listMetrics = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  RecentlyActive: z.literal('PT3H').optional(),
  NextToken: z.string().optional(),
});

/** The operations of CloudWatch metrics, by name. */
export const cloudWatchOperations: Readonly<Record<string, Operation>> = {
  ...alarmOperations,
  GetMetricData: operation(getMetricData, refuse, (input, { account, region, effect }) => {
    const { items, nextToken } = account.cloudWatch.getMetricData(region, {
      queries: input.MetricDataQueries,
      startTime: input.StartTime,
      endTime: input.EndTime,
      scanBy: input.ScanBy,
      maxDatapoints: input.MaxDatapoints,
      nextToken: input.NextToken,
    });
    const dateOf = sharedDates();
    return defined({
      MetricDataResults: items.map((result) => resultView(result, effect, dateOf)),
      Messages: [],
      NextToken: nextToken,
    });
  }),
  PutMetricData: operation(
    z.object({ Namespace: z.string(), MetricData: z.array(datumSchema).default([]) }),
    refuse,
    (input, { account, region }) => {
      account.cloudWatch.putMetricData(region, input.Namespace, input.MetricData);
    },
  ),
  ListMetrics: operation(listMetrics, refuse, (input, { account, region }) => {
    const { items, nextToken } = account.cloudWatch.listMetrics(region, {
      namespace: input.Namespace,
      metricName: input.MetricName,
      dimensions: input.Dimensions.map(({ Name, Value }) => ({ name: Name, value: Value })),
      recentlyActive: input.RecentlyActive !== undefined,
      nextToken: input.NextToken,
    });
    const metrics = items.map(({ namespace, metricName, dimensions }) => ({
      Namespace: namespace,
      MetricName: metricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    }));
    return defined({ Metrics: metrics, NextToken: nextToken });
  }),
};

/** Hundreds of metrics have the same minutes, and making a date for each datapoint takes longer than reading it. */
function sharedDates(): (at: number) => Date {
  const dates = new Map<number, Date>();
  return (at) => {
    const known = dates.get(at);
    if (known !== undefined) return known;
    const date = new Date(at);
    dates.set(at, date);
    return date;
  };
}

function resultView(
  { id, label, timestamps, values, statusCode }: MetricDataResult,
  effect: Effect | undefined,
  dateOf: (at: number) => Date,
) {
  const view = {
    Id: id,
    Label: label,
    Timestamps: timestamps.map(dateOf),
    Values: values,
    StatusCode: statusCode,
  };
  if (effect?.kind !== 'metric-status') return view;
  const kept = keptIndexes(timestamps, effect.keep ?? (effect.statusCode === 'Complete' ? 1 : 0));
  return {
    ...view,
    Timestamps: view.Timestamps.filter((_, index) => kept.has(index)),
    Values: values.filter((_, index) => kept.has(index)),
    StatusCode: effect.statusCode,
  };
}

/** Keeps the oldest datapoints whatever the order of the result, because late data is new data. */
function keptIndexes(timestamps: readonly number[], fraction: number): ReadonlySet<number> {
  const byAge = [...timestamps.keys()].sort((a, b) => (timestamps[a] ?? 0) - (timestamps[b] ?? 0));
  return new Set(byAge.slice(0, Math.floor(timestamps.length * fraction)));
}
