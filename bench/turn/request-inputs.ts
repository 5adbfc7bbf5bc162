/** The inputs of recorded requests, as far as the benchmark needs them. */
import { z } from 'zod';
import { instantSchema } from '../../sim/wire/operation.ts';

export const metricDataSchema = z
  .object({
    MetricDataQueries: z.array(
      z.object({
        MetricStat: z.object({
          Metric: z.object({ Namespace: z.string(), MetricName: z.string() }),
          Period: z.number(),
        }),
      }),
    ),
    StartTime: instantSchema,
    EndTime: instantSchema,
  })
  .transform(({ MetricDataQueries, StartTime, EndTime }) => ({
    queries: MetricDataQueries.map(({ MetricStat: { Metric } }) => ({
      namespace: Metric.Namespace,
      metricName: Metric.MetricName,
    })),
    seconds: (EndTime - StartTime) / 1000,
  }));

export const putEventsSchema = z.object({ Entries: z.array(z.object({ DetailType: z.string() })) });
