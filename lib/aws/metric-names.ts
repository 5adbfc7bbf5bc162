/** CloudWatch: the names and dimension sets of the published Voice Connector metrics. */
import { ListMetricsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { PublishedMetric, PublishedReading } from '../core/readiness/metrics.ts';
import type { MetricNamesPort } from '../ports.ts';
import { pagesOf, refusalOf } from './client.ts';

export class MetricNames implements MetricNamesPort {
  readonly #clientOf: (region: string) => CloudWatchClient;

  constructor(options: { readonly clientOf: (region: string) => CloudWatchClient }) {
    this.#clientOf = options.clientOf;
  }

  async list(region: string, signal: AbortSignal): Promise<PublishedReading> {
    const metrics: PublishedMetric[] = [];
    try {
      // No filter by dimension: it would hide unexpected dimension sets.
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(region).send(
          new ListMetricsCommand({ Namespace: 'AWS/ChimeVoiceConnector', NextToken }),
          options,
        ),
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
  }
}
