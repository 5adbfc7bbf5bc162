/** CloudWatch as the memory of the last look: the function's own numbers of failed checks, read back. */
import {
  GetMetricDataCommand,
  type CloudWatchClient,
  type Dimension,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../core/model/time.ts';
import type { PastReadiness, PastReadinessPort } from '../ports.ts';
import { pagesOf, refusalOf } from './client.ts';

/** Most queries that GetMetricData takes in one call. */
const queriesPerCall = 500;

export class PastReadinessMetrics implements PastReadinessPort {
  readonly #client: CloudWatchClient;
  readonly #namespace: string;
  readonly #functionName: string;

  /** @param functionName under which the numbers are published, as deployed */
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
      this.#query('account', 'AccountReadinessFailures', []),
      ...groupIds.map((id, place) =>
        this.#query(`group_${place}`, 'ReadinessFailures', [{ Name: 'VoiceConnectorGroupId', Value: id }]),
      ),
    ];
    const newest = new Map<string, number>();
    try {
      for (let start = 0; start < queries.length; start += queriesPerCall) {
        const question = {
          MetricDataQueries: queries.slice(start, start + queriesPerCall),
          StartTime: new Date(from),
          EndTime: new Date(until),
          ScanBy: 'TimestampDescending',
        } as const;
        const pages = pagesOf(signal, (NextToken, options) =>
          this.#client.send(new GetMetricDataCommand({ ...question, NextToken }), options),
        );
        for await (const { MetricDataResults: results = [] } of pages) {
          for (const { Id: id = '', Values: values = [] } of results) {
            const [value] = values;
            if (value !== undefined && !newest.has(id)) newest.set(id, value);
          }
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return {
      kind: 'read',
      account: newest.get('account') ?? 0,
      groups: new Map(groupIds.map((id, place) => [id, newest.get(`group_${place}`) ?? 0])),
    };
  }

  #query(id: string, metricName: string, dimensions: readonly Dimension[]): MetricDataQuery {
    return {
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: this.#namespace,
          MetricName: metricName,
          Dimensions: [{ Name: 'FunctionName', Value: this.#functionName }, ...dimensions],
        },
        Period: 60,
        // Of a line that CloudWatch counted twice the sum would be another number.
        Stat: 'Maximum',
      },
    };
  }
}
