/**
 * Embedded metric format: CloudWatch Logs makes metrics of a log line that says so.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import type { MetricDatumInput } from './cloudwatch/put-metric-data.ts';

const directiveSchema = z.object({
  Namespace: z.string().min(1),
  /** Sets of names; each set is published. */
  Dimensions: z.array(z.array(z.string())).min(1),
  Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().default('None') })),
});

const lineSchema = z.looseObject({
  _aws: z.looseObject({ Timestamp: z.number(), CloudWatchMetrics: z.array(directiveSchema) }),
});

export type EmbeddedMetrics = { readonly namespace: string; readonly data: readonly MetricDatumInput[] };

/** CloudWatch Logs takes no event that is older, or further in the future. */
const oldestMs = 14 * 86_400_000;
const newestMs = 2 * 3_600_000;

/** Empty for any other line. A metric or a dimension that the line names and lacks is left out, as in AWS. */
export function embeddedMetricsIn(line: string, now: EpochMs): readonly EmbeddedMetrics[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const parsed = lineSchema.safeParse(parsedJson(line));
  if (!parsed.success) return [];
  const { _aws, ...values } = parsed.data;
  if (_aws.Timestamp < now - oldestMs || _aws.Timestamp > now + newestMs) return [];
  return _aws.CloudWatchMetrics.map(({ Namespace, Dimensions, Metrics }) => ({
    namespace: Namespace,
    data: Metrics.flatMap(({ Name, Unit }) =>
      valuesIn(values[Name]).flatMap((value) =>
        Dimensions.map((names) => ({
          metricName: Name,
          dimensions: Object.fromEntries(names.flatMap((name) => dimension(name, values[name]))),
          timestamp: _aws.Timestamp,
          value,
          unit: Unit,
        })),
      ),
    ),
  }));
}

function dimension(name: string, value: unknown): readonly (readonly [string, string])[] {
  return typeof value === 'string' ? [[name, value]] : [];
}

function valuesIn(value: unknown): readonly number[] {
  return [value].flat().filter((each) => typeof each === 'number');
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
