import { describe, expect, it } from 'vitest';
import { publishedMetrics } from '../../lib/aws/metric-names.ts';
import { askedFor, startAws, type TestAws } from '../wire-support/account.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

function list(aws: TestAws, region = 'us-east-1') {
  return publishedMetrics(clientsOf(aws, { role: 'preflight' }).cloudWatch)(region, never);
}

function put(aws: TestAws, dimensions: Readonly<Record<string, string>>, changes: object = {}): void {
  aws.account.putMetric({
    region: 'us-east-1',
    namespace: 'AWS/ChimeVoiceConnector',
    metricName: 'InboundCallAttempts',
    dimensions,
    timestamp: aws.clock.now() - 60_000,
    statistics: { sampleCount: 1, sum: 1, minimum: 1, maximum: 1 },
    visibleAt: 0,
    ...changes,
  });
}

describe('the metrics of a Region', () => {
  it('are listed with every dimension set, only those of Voice Connectors', async () => {
    const aws = await startAws();
    put(aws, { VoiceConnectorId: 'vc-east' });
    put(aws, { VoiceConnectorId: 'vc-east', Region: 'us-east-1' });
    put(aws, {}, { metricName: 'Throttles' });
    put(aws, { VoiceConnectorId: 'vc-west' }, { region: 'us-west-2' });
    put(aws, { FunctionName: 'another' }, { namespace: 'VoiceConnectorFailover' });
    expect(await list(aws)).toEqual({
      kind: 'listed',
      metrics: [
        { name: 'InboundCallAttempts', dimensions: { VoiceConnectorId: 'vc-east' } },
        { name: 'InboundCallAttempts', dimensions: { VoiceConnectorId: 'vc-east', Region: 'us-east-1' } },
        { name: 'Throttles', dimensions: {} },
      ],
    });
  });

  it('are listed to the last page', async () => {
    const aws = await startAws();
    for (let index = 0; index < 501; index += 1) put(aws, { VoiceConnectorId: `vc-${index}` });
    const reading = await list(aws);
    expect(reading).toMatchObject({ kind: 'listed' });
    expect(reading.kind === 'listed' && reading.metrics.length).toBe(501);
    expect(askedFor(aws, 'ListMetrics')).toHaveLength(2);
  });

  it('are unreadable, with the reason, if CloudWatch refuses', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'no' } });
    expect(await list(aws)).toEqual({ kind: 'unreadable', message: 'AccessDenied: no (HTTP 400)' });
  });
});
