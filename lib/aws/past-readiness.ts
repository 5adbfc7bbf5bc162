/** Reads the number of failed checks of the previous preflight run, which the function published as CloudWatch metrics. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { PreflightPorts } from '../ports.ts';
import { ownNamespace } from '../core/model/own-metrics.ts';
import { incompleteness, readMetricData, type MetricQuery, type MetricSeries } from './metric-data.ts';

/** @param FunctionName the deployed name, a dimension of the published metrics */
export function pastReadiness(client: CloudWatchClient, FunctionName: string): PreflightPorts['pastReadiness'] {
  const query = (id: string, metricName: string, dimensions: MetricQuery['dimensions']): MetricQuery => ({
    id,
    namespace: ownNamespace,
    metricName,
    dimensions: { FunctionName, ...dimensions },
    // Not the sum: CloudWatch may count one log line twice.
    statistic: 'Maximum',
  });
  return async (groupIds, from, until, signal) => {
    const queries = [
      query('account', 'AccountReadinessFailures', {}),
      ...groupIds.map((id, index) => query(`group_${index}`, 'ReadinessFailures', { VoiceConnectorGroupId: id })),
    ];
    const series = await readMetricData(client, { queries, periodSeconds: 60, from, until }, signal);
    const incomplete = incompleteness([...series.values()]);
    if (incomplete !== undefined) return { kind: 'unreadable', message: incomplete.message };
    return {
      kind: 'read',
      account: newest(series.get('account')),
      groups: new Map(groupIds.map((id, index) => [id, newest(series.get(`group_${index}`))])),
    };
  };
}

/** 0 if nothing was published: the function publishes a metric only if a check fails. */
function newest(series: MetricSeries | undefined): number {
  if (series?.kind !== 'complete') return 0;
  return series.points.get(Math.max(...series.points.keys())) ?? 0;
}
