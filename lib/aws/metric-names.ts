/** CloudWatch: the names and dimension sets of the published Voice Connector metrics. */
import { ListMetricsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { PublishedMetric } from '../core/readiness/metrics.ts';
import type { PreflightPorts } from '../ports.ts';
import { pagesOf } from './client.ts';
import { refusalOf } from './refusal.ts';

export function publishedMetrics(clientOf: (region: string) => CloudWatchClient): PreflightPorts['publishedMetrics'] {
  return async (region, signal) => {
    const metrics: PublishedMetric[] = [];
    try {
      // No filter by dimension: it would hide unexpected dimension sets.
      const pages = pagesOf(signal, (NextToken, options) =>
        clientOf(region).send(new ListMetricsCommand({ Namespace: 'AWS/ChimeVoiceConnector', NextToken }), options),
      );
      for await (const { Metrics: page = [] } of pages) {
        for (const { MetricName: name = '', Dimensions: dimensions = [] } of page) {
          metrics.push({
            name,
            dimensions: Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value])),
          });
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'listed', metrics };
  };
}
