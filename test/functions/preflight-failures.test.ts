import { describe, expect, it } from 'vitest';
import { eventsOn, minute, now } from '../wire-support/account.ts';
import { deploy, logged, type Deployment } from '../wire-support/functions.ts';
import { datapointsIn, formatDatapoint } from '../wire-support/metric-lines.ts';
import { checkReadiness, seedReady } from '../wire-support/readiness.ts';

describe('A failing check', () => {
  const failing = (aws: Deployment): void => {
    seedReady(aws);
    aws.account.chime.connectors.putOrigination('us-west-2', 'vc-west', { routes: [], disabled: false });
  };
  const functionName = 'failover-dev-preflight';
  const env = { AWS_LAMBDA_FUNCTION_NAME: functionName };
  /** The metric that CloudWatch makes of the log line of the previous run. */
  const seedPreviousRun = (aws: Deployment, sum: number): void => {
    aws.account.putMetric({
      region: 'us-east-1',
      namespace: 'VoiceConnectorFailover',
      metricName: 'ReadinessFailures',
      dimensions: { FunctionName: functionName, VoiceConnectorGroupId: 'main-line' },
      timestamp: now - 30 * minute,
      statistics: { sampleCount: 1, sum, minimum: sum, maximum: sum },
      visibleAt: 0,
    });
  };
  const readinessEvent = (aws: Deployment) =>
    eventsOn(aws).find(({ detailType }) => detailType === 'Readiness Checked')?.data;

  it('is counted for its group and for the alarm', async () => {
    const aws = await deploy({ env });
    failing(aws);
    await checkReadiness(aws);
    expect(datapointsIn(aws.lines).map(formatDatapoint)).toEqual([
      `ReadinessFailures{FunctionName=${functionName}}: 1`,
      `ReadinessFailures{FunctionName=${functionName},VoiceConnectorGroupId=main-line}: 1`,
    ]);
  });

  it('of the account is counted separately', async () => {
    const aws = await deploy({ env, policy: '{ version: 1, defaults: { mode: enforce }, groups: [{ group: mine }] }' });
    seedReady(aws);
    const result = await checkReadiness(aws);
    expect(result).toMatchObject({ readiness: 'fail', account: { outcome: 'fail' }, groups: [{ outcome: 'pass' }] });
    expect(datapointsIn(aws.lines).map(formatDatapoint)).toEqual([
      `AccountReadinessFailures{FunctionName=${functionName}}: 1`,
    ]);
  });

  it.each([
    { before: 0, change: 'began' },
    { before: 1, change: 'lasts' },
    { before: 2, change: 'changed' },
  ])('is published as $change after a run in which $before failed', async ({ before, change }) => {
    const aws = await deploy({ env });
    failing(aws);
    if (before > 0) seedPreviousRun(aws, before);
    await checkReadiness(aws);
    expect(readinessEvent(aws)).toMatchObject({
      outcome: 'fail',
      change,
      summary:
        'origination: vc-west has no route: no inbound call would arrive. To do: Enable origination with a route to your hosts, before an outage',
    });
  });

  it('is published as ended when nothing fails any more', async () => {
    const aws = await deploy({ env });
    seedReady(aws);
    seedPreviousRun(aws, 1);
    await checkReadiness(aws);
    expect(readinessEvent(aws)).toMatchObject({ outcome: 'pass', change: 'ended' });
  });

  it('is published as began when the previous run is unreadable, and that is logged', async () => {
    const aws = await deploy({ env });
    failing(aws);
    seedPreviousRun(aws, 1);
    aws.misbehave({
      operation: 'GetMetricData',
      when: ({ input }) => JSON.stringify(input).includes('AccountReadinessFailures'),
      effect: { kind: 'error', status: 500, code: 'InternalFailure', message: 'no' },
    });
    await checkReadiness(aws);
    expect(readinessEvent(aws)).toMatchObject({ change: 'began' });
    expect(logged(aws.lines, 'previous readiness check unreadable')).toMatchObject([
      { data: { message: 'InternalFailure: no (HTTP 500)' } },
    ]);
  });
});
