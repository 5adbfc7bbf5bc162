/** The input that the operations of CloudWatch share. */
import * as z from 'zod';
import { clientError } from '../../account/errors.ts';

export function refuse(message: string) {
  return clientError('InvalidParameterValueException', message, 'InvalidParameterValue');
}

export const dimensionsSchema = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((dimensions) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])));

export const metricQuerySchema = z
  .object({
    Id: z.string(),
    Expression: z.string().optional(),
    Label: z.string().optional(),
    Period: z.number().optional(),
    ReturnData: z.boolean().optional(),
    MetricStat: z
      .object({
        Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema }),
        Period: z.number(),
        Stat: z.string(),
        Unit: z.string().optional(),
      })
      .transform(({ Metric, Period, Stat, Unit }) => ({
        metric: { namespace: Metric.Namespace, metricName: Metric.MetricName, dimensions: Metric.Dimensions },
        period: Period,
        stat: Stat,
        unit: Unit,
      }))
      .optional(),
  })
  .transform(({ Id, Expression, Label, Period, ReturnData, MetricStat }) => ({
    id: Id,
    expression: Expression,
    label: Label,
    period: Period,
    returnData: ReturnData,
    metricStat: MetricStat,
  }));
