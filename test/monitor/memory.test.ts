import { describe, expect, it } from 'vitest';
import type { Account } from '../../sim/account/account.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import {
  askedFor,
  eventTypes,
  hour,
  minute,
  orderOf,
  startAws,
  writes,
  type TestAws,
} from '../wire-support/account.ts';
import { seedRecovered, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

/** Puts a metric as the monitor would have recorded it so many minutes ago. */
function putRecord(
  { account, clock }: TestAws,
  metricName: string,
  of: Record<string, string>,
  minutesAgo: number,
): void {
  const timestamp = Math.floor((clock.now() - minutesAgo * minute) / minute) * minute;
  const statistics = { sampleCount: 1, sum: 1, minimum: 1, maximum: 1 };
  const datum: Parameters<Account['putMetric']>[0] = {
    region: 'us-east-1',
    namespace: 'VoiceConnectorFailover',
    metricName,
    dimensions: of,
    timestamp,
    statistics,
    visibleAt: 0,
  };
  account.putMetric(datum);
}

function change(aws: TestAws, minutesAgo: number): void {
  putRecord(aws, 'PriorityChange', { VoiceConnectorGroupId: 'main-line' }, minutesAgo);
}

function demotion(aws: TestAws, voiceConnectorId: string, minutesAgo: number): void {
  putRecord(aws, 'Demotion', { VoiceConnectorId: voiceConnectorId }, minutesAgo);
}

function error(status: number, code: string) {
  return { kind: 'error', status, code, message: 'injected error' } as const;
}

function ownMetricsAreUnreadable(aws: TestAws): void {
  aws.misbehave({
    operation: 'GetMetricData',
    when: ({ input }) => JSON.stringify(input).includes('VoiceConnectorFailover'),
    effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'not yours to read' },
  });
}

describe('a run that moves a group', () => {
  it('records the change and the previous primary before it writes', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    await takeTurn(aws);
    const operations = aws.server.requests.flatMap(({ operation }) =>
      operation === 'UpdateVoiceConnectorGroup' || operation === 'PutMetricData' ? [operation] : [],
    );
    expect(operations).toEqual(['PutMetricData', 'UpdateVoiceConnectorGroup']);
    expect(askedFor(aws, 'PutMetricData').map(({ input }) => input)).toMatchObject([
      {
        Namespace: 'VoiceConnectorFailover',
        MetricData: [
          { MetricName: 'PriorityChange', Dimensions: [{ Name: 'VoiceConnectorGroupId', Value: 'main-line' }] },
          { MetricName: 'Demotion', Dimensions: [{ Name: 'VoiceConnectorId', Value: 'vc-east' }] },
          { MetricName: 'RecordVersion', Value: 1 },
          {
            MetricName: 'Promotion',
            Dimensions: [
              { Name: 'VoiceConnectorGroupId', Value: 'main-line' },
              { Name: 'VoiceConnectorId', Value: 'vc-west' },
            ],
          },
        ],
      },
    ]);
  });

  it.each<{ how: string; effect: MisbehaviourRule['effect'] }>([
    { how: 'refuses', effect: error(400, 'BadRequestException') },
    { how: 'throttles', effect: error(429, 'ThrottledClientException') },
    { how: 'fails', effect: error(503, 'ServiceUnavailableException') },
    { how: 'does not receive', effect: { kind: 'reset-before' } },
  ])(
    'retracts its record when AWS $how the write, so that the write does not count towards the daily limit',
    async ({ effect }) => {
      const aws = await startAws();
      seedUnhealthy(aws);
      const policy = 'version: 1\ndefaults: { mode: enforce, tuning: { maxChangesPerDay: 1 } }';
      aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
      await takeTurn(aws, { policy });
      aws.server.clearMisbehaviour();
      const { result } = await takeTurn(aws, { policy });
      expect(groupIn(result)).toMatchObject({ decision: 'failover', outcome: { kind: 'applied' } });
    },
  );

  it('records after the write what it could not record before', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const effect = { kind: 'error', status: 400, code: 'AccessDenied', message: 'not yet' } as const;
    aws.misbehave({ operation: 'PutMetricData', effect, times: 1 });
    const { result } = await takeTurn(aws);
    expect(result.problems).toEqual([]);
    expect(askedFor(aws, 'PutMetricData')).toHaveLength(2);
  });

  it('keeps the change that it could not record, and reports the problem', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const effect = { kind: 'error', status: 400, code: 'AccessDenied', message: 'not yours to put' } as const;
    aws.misbehave({ operation: 'PutMetricData', effect });
    const { result } = await takeTurn(aws);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(result.outcome).toBe('failed');
    expect(result.problems.map(({ doing }) => doing)).toEqual(['recording the change of group main-line in us-east-1']);
  });
});

describe('the record of earlier changes', () => {
  it('prevents a failover to a Voice Connector that the monitor recently failed over from', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    demotion(aws, 'vc-west', 20);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'no-target' });
    expect(groupIn(result).rejected).toMatchObject([
      {
        voiceConnectorId: 'vc-west',
        code: 'hold-down',
        reason: 'failed over from 20.5 min ago, once in 24 h: hold-down 30 min',
      },
    ]);
    expect(writes(aws)).toEqual([]);
  });

  it('allows a failover to that Voice Connector after the hold-down', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    demotion(aws, 'vc-west', 31);
    await takeTurn(aws);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('holds a group that the monitor moved six times in a day', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    for (const hoursAgo of [2, 4, 6, 8, 10, 12]) change(aws, (hoursAgo * hour) / minute);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'daily-limit' });
    expect(writes(aws)).toEqual([]);
  });

  it('holds a failback but not a failover when it cannot be read', async () => {
    const failover = await startAws();
    seedUnhealthy(failover);
    ownMetricsAreUnreadable(failover);
    const moved = await takeTurn(failover);
    expect(orderOf(failover)).toBe('vc-west 1, vc-east 2');
    expect(moved.result.problems.map(({ doing }) => doing)).toEqual([
      'reading own changes of group main-line in us-east-1',
    ]);

    const failback = await startAws();
    seedRecovered(failback);
    ownMetricsAreUnreadable(failback);
    const held = await takeTurn(failback);
    expect(groupIn(held.result)).toMatchObject({ decision: 'hold', code: 'record-unreadable' });
    expect(writes(failback)).toEqual([]);
  });
});

describe('a verdict that changes', () => {
  it('is published in the minute in which it changes, and in no other', async () => {
    const changing = await startAws();
    seedUnhealthy(changing, {}, provenThisMinute);
    await takeTurn(changing, { policy: 'version: 1' });
    expect(eventTypes(changing)).toEqual(['Connector Health Changed', 'Priority Change Withheld']);

    const changed = await startAws();
    seedUnhealthy(changed);
    await takeTurn(changed, { policy: 'version: 1' });
    expect(eventTypes(changed)).toEqual(['Priority Change Withheld']);
  });

  it('is published ahead of the move that it causes', async () => {
    const aws = await startAws();
    seedUnhealthy(aws, {}, provenThisMinute);
    await takeTurn(aws);
    expect(eventTypes(aws)).toEqual([
      'Connector Health Changed',
      'Priority Change Intended',
      'Priority Change Applied',
    ]);
  });
});

/** The newest minute is not complete. Three of the others prove the fault; two of them, as of a minute ago, did not. */
function provenThisMinute(minutesAgo: number): number {
  return minutesAgo <= 4 ? 9 : 0;
}
