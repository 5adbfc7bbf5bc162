/** The calls of an account's Voice Connectors, minute by minute, from CloudWatch: as the monitor reads them, by the policy of the stage. */
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { loadPolicy, parsePolicy } from '../infra/policy-text.ts';
import { loadStageSettings, NoStageFileError } from '../infra/stage-settings.ts';
import { perRegion } from '../lib/aws/client.ts';
import { Metrics } from '../lib/aws/metrics.ts';
import { callMinutes, type CallMinute, type PlacedConnector } from '../lib/history/call-minutes.ts';
import type { Policy } from '../lib/input/policy.ts';
import { clientSettings, type Deployment } from './deployment.ts';

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
  return callMinutes(reader, connectors, from, until, new AbortController().signal);
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
