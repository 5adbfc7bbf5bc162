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
import { seedRecovered, seedSick } from '../wire-support/scenes.ts';
import { enforced, groupIn, takeTurn } from '../wire-support/turns.ts';

/** As the monitor would have noted it so many minutes ago. */
function note({ account, clock }: TestAws, metricName: string, of: Record<string, string>, minutesAgo: number): void {
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
  note(aws, 'PriorityChange', { VoiceConnectorGroupId: 'main-line' }, minutesAgo);
}

function demotion(aws: TestAws, voiceConnectorId: string, minutesAgo: number): void {
  note(aws, 'Demotion', { VoiceConnectorId: voiceConnectorId }, minutesAgo);
}

function error(status: number, code: string) {
  return { kind: 'error', status, code, message: 'as it was told' } as const;
}

function ownMetricsAreUnreadable(aws: TestAws): void {
  aws.misbehave({
    operation: 'GetMetricData',
    when: ({ input }) => JSON.stringify(input).includes('VoiceConnectorFailover'),
    effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'not yours to read' },
  });
}

describe('a turn that moves a group', () => {
  it('notes the change and whom it left before it writes', async () => {
    const aws = await startAws();
    seedSick(aws);
    await takeTurn(aws);
    const story = aws.server.requests.flatMap(({ operation }) =>
      operation === 'UpdateVoiceConnectorGroup' || operation === 'PutMetricData' ? [operation] : [],
    );
    expect(story).toEqual(['PutMetricData', 'UpdateVoiceConnectorGroup']);
    expect(askedFor(aws, 'PutMetricData').map(({ input }) => input)).toMatchObject([
      {
        Namespace: 'VoiceConnectorFailover',
        MetricData: [
          { MetricName: 'PriorityChange', Dimensions: [{ Name: 'VoiceConnectorGroupId', Value: 'main-line' }] },
          { MetricName: 'Demotion', Dimensions: [{ Name: 'VoiceConnectorId', Value: 'vc-east' }] },
        ],
      },
    ]);
  });

  it.each<{ how: string; effect: MisbehaviourRule['effect'] }>([
    { how: 'refuses', effect: error(400, 'BadRequestException') },
    { how: 'throttles', effect: error(429, 'ThrottledClientException') },
    { how: 'fails', effect: error(503, 'ServiceUnavailableException') },
    { how: 'does not get', effect: { kind: 'reset-before' } },
  ])('takes its note back when AWS $how the write: it uses up none of the changes of the day', async ({ effect }) => {
    const aws = await startAws();
    seedSick(aws);
    const policy = enforced.replace('mode: enforce', 'mode: enforce, tuning: { maxChangesPerDay: 1 }');
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
    await takeTurn(aws, { policy });
    aws.server.clearMisbehaviour();
    const { result } = await takeTurn(aws, { policy });
    expect(groupIn(result)).toMatchObject({ decision: 'failover', outcome: { kind: 'applied' } });
  });

  it('notes after the write what it could not note before', async () => {
    const aws = await startAws();
    seedSick(aws);
    const effect = { kind: 'error', status: 400, code: 'AccessDenied', message: 'not yet' } as const;
    aws.misbehave({ operation: 'PutMetricData', effect, times: 1 });
    const { result } = await takeTurn(aws);
    expect(result.problems).toEqual([]);
    expect(askedFor(aws, 'PutMetricData')).toHaveLength(2);
  });

  it('stands by the change it could not note, and says that it could not', async () => {
    const aws = await startAws();
    seedSick(aws);
    const effect = { kind: 'error', status: 400, code: 'AccessDenied', message: 'not yours to put' } as const;
    aws.misbehave({ operation: 'PutMetricData', effect });
    const { result } = await takeTurn(aws);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(result.outcome).toBe('failed');
    expect(result.problems.map(({ doing }) => doing)).toEqual(['noting the change of group main-line in us-east-1']);
  });
});

describe('what the monitor did before', () => {
  it('keeps it from fleeing to a Voice Connector it fled from', async () => {
    const aws = await startAws();
    seedSick(aws);
    demotion(aws, 'vc-west', 20);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'no-target' });
    expect(groupIn(result).rejected).toMatchObject([
      { voiceConnectorId: 'vc-west', code: 'hold-down', reason: 'left 20.5 min ago, once in 24 h: hold-down 30 min' },
    ]);
    expect(writes(aws)).toEqual([]);
  });

  it('lets it flee there once the hold-down is over', async () => {
    const aws = await startAws();
    seedSick(aws);
    demotion(aws, 'vc-west', 31);
    await takeTurn(aws);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('makes it leave a group alone that it moved six times in a day', async () => {
    const aws = await startAws();
    seedSick(aws);
    for (const hoursAgo of [2, 4, 6, 8, 10, 12]) change(aws, (hoursAgo * hour) / minute);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'daily-limit' });
    expect(writes(aws)).toEqual([]);
  });

  it('is missed by a failback and not by a rescue where it cannot be read', async () => {
    const rescue = await startAws();
    seedSick(rescue);
    ownMetricsAreUnreadable(rescue);
    const rescued = await takeTurn(rescue);
    expect(orderOf(rescue)).toBe('vc-west 1, vc-east 2');
    expect(rescued.result.problems.map(({ doing }) => doing)).toEqual([
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
  it('is an event in the minute in which it does, and in no other', async () => {
    const changing = await startAws();
    // The newest minute is not complete; of the others three prove the fault, and two, as a minute ago, did not.
    seedSick(changing, {}, (minutesAgo) => (minutesAgo <= 4 ? 9 : 0));
    await takeTurn(changing, { policy: 'version: 1' });
    expect(eventTypes(changing)).toEqual(['Priority Change Withheld', 'Connector Health Changed']);

    const changed = await startAws();
    seedSick(changed);
    await takeTurn(changed, { policy: 'version: 1' });
    expect(eventTypes(changed)).toEqual(['Priority Change Withheld']);
  });
});
