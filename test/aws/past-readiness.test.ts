import { describe, expect, it } from 'vitest';
import { pastReadiness } from '../../lib/aws/past-readiness.ts';
import { askedFor, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

function read(
  aws: Pick<Parameters<typeof clientsOf>[0], 'server'>,
  groupIds: readonly string[] = ['main-line', 'side-line'],
) {
  const { cloudWatch } = clientsOf(aws, { role: 'preflight' });
  return pastReadiness(cloudWatch('us-east-1'), 'preflight')(groupIds, now - 40 * minute, now, never);
}

/** Publishes the metric that CloudWatch extracts from a log line of the function. */
function publish(
  aws: TestAws,
  metricName: string,
  { value, minutesAgo }: { readonly value: number; readonly minutesAgo: number },
  dimensions: Readonly<Record<string, string>> = {},
): void {
  aws.account.putMetric({
    region: 'us-east-1',
    namespace: 'VoiceConnectorFailover',
    metricName,
    dimensions: { FunctionName: 'preflight', ...dimensions },
    timestamp: now - minutesAgo * minute,
    statistics: { sampleCount: 2, sum: 2 * value, minimum: value, maximum: value },
    visibleAt: 0,
  });
}

const ofMainLine = { VoiceConnectorGroupId: 'main-line' };

describe('the readiness of the previous run', () => {
  it('is the newest value of each group and of the account, even if CloudWatch counted it twice', async () => {
    const aws = await startAws();
    publish(aws, 'ReadinessFailures', { value: 1, minutesAgo: 31 }, ofMainLine);
    publish(aws, 'ReadinessFailures', { value: 2, minutesAgo: 12 }, ofMainLine);
    publish(aws, 'AccountReadinessFailures', { value: 3, minutesAgo: 30 });
    expect(await read(aws)).toEqual({
      kind: 'read',
      account: 3,
      groups: new Map([
        ['main-line', 2],
        ['side-line', 0],
      ]),
    });
  });

  it('is not an older value, one of another function, or one over all groups', async () => {
    const aws = await startAws();
    publish(aws, 'ReadinessFailures', { value: 1, minutesAgo: 41 }, ofMainLine);
    publish(aws, 'ReadinessFailures', { value: 1, minutesAgo: 10 }, { ...ofMainLine, FunctionName: 'another' });
    publish(aws, 'ReadinessFailures', { value: 1, minutesAgo: 10 });
    expect(await read(aws)).toMatchObject({
      account: 0,
      groups: new Map(Object.entries({ 'main-line': 0, 'side-line': 0 })),
    });
  });

  it('is read in several calls if there are more groups than fit into one', async () => {
    const aws = await startAws();
    const ids = Array.from({ length: 501 }, (_, place) => `group-${place}`);
    publish(aws, 'ReadinessFailures', { value: 4, minutesAgo: 10 }, { VoiceConnectorGroupId: 'group-500' });
    const past = await read(aws, ids);
    expect(past.kind === 'read' && past.groups.get('group-500')).toBe(4);
    expect(askedFor(aws, 'GetMetricData')).toHaveLength(2);
  });

  it('is the newest value if CloudWatch returns older ones on a later page', async () => {
    const page = (value: number, minutesAgo: number, StatusCode: string) => ({
      MetricDataResults: [{ Id: 'account', Timestamps: [now / 1000 - 60 * minutesAgo], Values: [value], StatusCode }],
    });
    const script = await startScript([
      { body: { ...page(3, 1, 'PartialData'), NextToken: 'older' } },
      { body: page(1, 2, 'Complete') },
    ]);
    expect(await read(script, [])).toMatchObject({ kind: 'read', account: 3 });
    expect(script.requests).toHaveLength(2);
  });

  it('is unreadable, with the reason, if CloudWatch fails', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: { kind: 'error', status: 500, code: 'InternalFailure', message: 'no' } });
    expect(await read(aws)).toEqual({ kind: 'unreadable', message: 'InternalFailure: no (HTTP 500)' });
  });

  it.each(['InternalError', 'Forbidden', 'PartialData'] as const)(
    'is unreadable, not 0, if CloudWatch returns the status %s',
    async (statusCode) => {
      const aws = await startAws();
      publish(aws, 'AccountReadinessFailures', { value: 3, minutesAgo: 30 });
      aws.misbehave({ operation: 'GetMetricData', effect: { kind: 'metric-status', statusCode } });
      expect(await read(aws, ['main-line'])).toEqual({
        kind: 'unreadable',
        message: `AccountReadinessFailures ${statusCode}, ReadinessFailures ${statusCode}`,
      });
    },
  );
});
