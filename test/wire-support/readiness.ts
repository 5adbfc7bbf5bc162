/** Runs of the preflight function, and an account in which every check passes. */
import { expect } from 'vitest';
import type { ReadinessCheck } from '../../lib/core/model/codes.ts';
import type { Finding } from '../../lib/core/readiness/check.ts';
import type { ReadinessResult } from '../../lib/preflight/result.ts';
import { minute, now } from './account.ts';
import type { Deployment } from './functions.ts';
import { publishActiveCalls, publishCalls, seedHealthy } from './account-fixtures.ts';

export async function checkReadiness(aws: Deployment, event: unknown = {}): Promise<ReadinessResult> {
  const { functionError, payload } = await aws.invoke('preflight', event);
  expect(functionError).toBeUndefined();
  return payload as ReadinessResult;
}

/** An hour of every metric that the monitor reads, for both Voice Connectors, and fewer calls at once than the default quota. */
export function seedReady(aws: Deployment): void {
  seedHealthy(aws);
  publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2' });
  for (const [voiceConnectorId, region] of [
    ['vc-east', 'us-east-1'],
    ['vc-west', 'us-west-2'],
  ] as const) {
    publishActiveCalls(aws, { voiceConnectorId, region, count: 4 });
    for (const metricName of ['Throttles', 'MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote']) {
      aws.account.putMetric({
        region,
        namespace: 'AWS/ChimeVoiceConnector',
        metricName,
        dimensions: { VoiceConnectorId: voiceConnectorId },
        timestamp: now - minute,
        statistics: { sampleCount: 1, sum: 4.2, minimum: 4.2, maximum: 4.2 },
        visibleAt: 0,
      });
    }
  }
}

export function findingOf(result: ReadinessResult, check: ReadinessCheck): Finding | undefined {
  return [result.account, ...result.groups]
    .flatMap(({ findings }) => findings)
    .find((finding) => finding.check === check);
}

/** `check level` of every finding that is not a pass. */
export function notPassed({ account, groups }: ReadinessResult): readonly string[] {
  return [account, ...groups].flatMap(({ findings }) =>
    findings.flatMap(({ check, level }) => (level === 'pass' ? [] : [`${check} ${level}`])),
  );
}
