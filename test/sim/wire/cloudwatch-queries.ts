import { GetMetricDataCommand, type GetMetricDataCommandInput, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Account } from '../../../sim/account/account.ts';
import { minute, startsAt } from './harness.ts';

export const namespace = 'AWS/ChimeVoiceConnector';
/** The newest whole minute. */
export const newest = Math.floor(startsAt / minute) * minute - minute;

export type Measured = {
  readonly ago: number;
  readonly values: readonly number[];
  readonly region?: string;
  readonly metricName?: string;
  readonly dimensions?: Record<string, string>;
  readonly visibleAt?: number;
};

/** Lets the world measure `values` in the minute that began `ago` minutes before the newest whole one. */
export function measure(account: Account, { ago, values, ...rest }: Measured) {
  account.putMetric({
    region: rest.region ?? 'us-east-1',
    namespace,
    metricName: rest.metricName ?? 'InboundCallAttempts',
    dimensions: rest.dimensions ?? { VoiceConnectorId: 'vc-east' },
    timestamp: newest - ago * minute,
    statistics: {
      sampleCount: values.length,
      sum: values.reduce((a, b) => a + b, 0),
      minimum: Math.min(...values),
      maximum: Math.max(...values),
    },
    visibleAt: rest.visibleAt ?? newest - ago * minute + minute,
  });
}

export function query(
  overrides: {
    Id?: string;
    Stat?: string;
    Period?: number;
    Unit?: 'Count' | 'Percent';
    vc?: string;
    metric?: string;
  } = {},
): MetricDataQuery {
  return {
    Id: overrides.Id ?? 'attempts',
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: overrides.metric ?? 'InboundCallAttempts',
        Dimensions: [{ Name: 'VoiceConnectorId', Value: overrides.vc ?? 'vc-east' }],
      },
      Period: overrides.Period ?? 60,
      Stat: overrides.Stat ?? 'Sum',
      ...(overrides.Unit && { Unit: overrides.Unit }),
    },
  };
}

export const lastHour = { StartTime: new Date(newest - 59 * minute), EndTime: new Date(newest + minute) };

export function request(MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) {
  return new GetMetricDataCommand({ MetricDataQueries, ...lastHour, ...more });
}
