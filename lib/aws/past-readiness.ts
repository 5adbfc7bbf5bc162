/** Reads the number of failed checks of the previous preflight run, which the function published as CloudWatch metrics. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../core/model/time.ts';
import type { PastReadiness, PastReadinessPort } from '../ports.ts';
import { incompleteness, readMetricData, type MetricQuery, type MetricSeries } from './metric-data.ts';

export class PastReadinessMetrics implements PastReadinessPort {
  readonly #client: CloudWatchClient;
  readonly #namespace: string;
  readonly #functionName: string;

  /** @param functionName the deployed name, a dimension of the published metrics */
  constructor(options: {
    readonly client: CloudWatchClient;
    readonly namespace: string;
    readonly functionName: string;
  }) {
    this.#client = options.client;
    this.#namespace = options.namespace;
    this.#functionName = options.functionName;
  }

  async read(groupIds: readonly string[], from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<PastReadiness> {
    const queries = [
      this.#query('account', 'AccountReadinessFailures', {}),
      ...groupIds.map((id, index) => this.#query(`group_${index}`, 'ReadinessFailures', { VoiceConnectorGroupId: id })),
    ];
    const series = await readMetricData(this.#client, { queries, periodSeconds: 60, from, until }, signal);
    const incomplete = incompleteness([...series.values()]);
    if (incomplete !== undefined) return { kind: 'unreadable', message: incomplete.message };
    return {
      kind: 'read',
      account: newest(series.get('account')),
      groups: new Map(groupIds.map((id, index) => [id, newest(series.get(`group_${index}`))])),
    };
  }

  #query(id: string, metricName: string, dimensions: MetricQuery['dimensions']): MetricQuery {
    return {
      id,
      namespace: this.#namespace,
      metricName,
      dimensions: { FunctionName: this.#functionName, ...dimensions },
      // Not the sum: CloudWatch may count one log line twice.
      statistic: 'Maximum',
    };
  }
}

/** 0 if nothing was published: the function publishes a metric only if a check fails. */
function newest(series: MetricSeries | undefined): number {
  if (series?.kind !== 'complete') return 0;
  return series.points.get(Math.max(...series.points.keys())) ?? 0;
}
