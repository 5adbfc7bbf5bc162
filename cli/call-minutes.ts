/** The calls of an account's Voice Connectors, minute by minute, from CloudWatch: as the monitor reads them, by the policy of the stage. */
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { loadPolicy, parsePolicy } from '../infra/policy-text.ts';
import { loadStageSettings, NoStageFileError } from '../infra/stage-settings.ts';
import { perRegion } from '../lib/aws/client.ts';
import { Metrics } from '../lib/aws/metrics.ts';
import type { MetricName, MetricsReading, Minute } from '../lib/core/model/observation.ts';
import type { Policy } from '../lib/input/policy.ts';
import { clientSettings, type Deployment } from './deployment.ts';
import { minuteMs } from '../lib/core/model/time.ts';

export type PlacedConnector = { readonly voiceConnectorId: string; readonly region: string };

export type ConnectorCalls = {
  readonly calls: number;
  readonly failures: number;
  /** Of the worse leg; absent without a call. */
  readonly mos?: number;
};

export type CallMinute = {
  /** In epoch milliseconds. */
  readonly startsAt: number;
  readonly connectors: Readonly<Record<string, ConnectorCalls>>;
  readonly callsOffered: number;
};

const metrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];

/** Some metrics could not be read, or only in part. Zeros in their place would look like a line without calls. */
export class UnreadMetricsError extends Error {
  override readonly name = 'UnreadMetricsError';
}

/**
 * Whole minutes in [from, until) of these Voice Connectors.
 *
 * @param repository the folder that contains `config/`
 * @throws UnreadMetricsError; InvalidInputError for settings or a policy of the stage with mistakes
 */
export async function readMinutes(
  deployment: Deployment,
  connectors: readonly PlacedConnector[],
  from: number,
  until: number,
  repository = '.',
): Promise<readonly CallMinute[]> {
  const { metricDimensions: dimensions, metricsRegions } = policyOf(deployment, repository);
  const clientOf = perRegion((region) => new CloudWatchClient({ ...clientSettings(deployment), region }));
  const reader = new Metrics({ clientOf, dimensions, metricsRegions });
  const request = { connectors, metrics, periodSeconds: 60, from, until };
  const readings = await reader.read(request, new AbortController().signal);
  const all = [...readings].map(([voiceConnectorId, reading]) => ({
    voiceConnectorId,
    minutes: new Map(minutesIn(voiceConnectorId, reading).map((minute) => [minute.startsAt, minute])),
  }));
  const first = Math.ceil(from / minuteMs) * minuteMs;
  const count = Math.max(0, Math.floor((until - first) / minuteMs));
  return Array.from({ length: count }, (_, place) => minuteOf(first + place * minuteMs, all));
}

/** Of a stage whose settings are not in this repository, the metrics are taken to be where AWS publishes them by default. */
function policyOf(deployment: Deployment, repository: string): Policy {
  const byDefault = (): Policy => parsePolicy('version: 1', 'the default policy');
  if (deployment.kind === 'local') return byDefault();
  try {
    return loadPolicy(join(repository, loadStageSettings(deployment.stage, repository).policy));
  } catch (error) {
    if (error instanceof NoStageFileError) return byDefault();
    throw error;
  }
}

function minutesIn(voiceConnectorId: string, reading: MetricsReading): readonly Minute[] {
  if (reading.kind === 'read') return reading.minutes;
  throw new UnreadMetricsError(`${voiceConnectorId}: ${reading.message}`);
}

type ConnectorMinutes = { readonly voiceConnectorId: string; readonly minutes: ReadonlyMap<number, Minute> };

function minuteOf(startsAt: number, all: readonly ConnectorMinutes[]): CallMinute {
  const connectors = all.map(
    ({ voiceConnectorId, minutes }) => [voiceConnectorId, viewOf(minutes.get(startsAt))] as const,
  );
  return {
    startsAt,
    connectors: Object.fromEntries(connectors),
    callsOffered: connectors.reduce((total, [, { calls }]) => total + calls, 0),
  };
}

/** Like the world's minutes: the worse leg's MOS, and no MOS without a call. */
function viewOf(minute: Minute | undefined): ConnectorCalls {
  const { InboundCallAttempts: calls = 0, InboundCallFailures: failures = 0 } = minute ?? {};
  const mos = [minute?.MOSBetweenVcAndCustomer, minute?.MOSBetweenVcAndRemote].filter((each) => each !== undefined);
  return { calls, failures, ...(mos.length === 0 ? {} : { mos: Math.round(Math.min(...mos) * 100) / 100 }) };
}
