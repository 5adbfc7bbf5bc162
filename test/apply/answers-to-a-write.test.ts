import { describe, expect, it } from 'vitest';
import { eventTypes, hour, orderOf, startAws, writes } from '../wire-support/account.ts';
import { seedConnector, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { enforced, groupIn, takeTurn } from '../wire-support/turns.ts';
import { error, awsAnsweringWritesWith } from './answers.ts';

describe('a write that AWS refuses', () => {
  it.each([
    [404, 'NotFoundException', 'not-found'],
    [400, 'BadRequestException', 'invalid'],
    [422, 'UnprocessableEntityException', 'invalid'],
    [410, 'GoneException', 'gone'],
  ])('with %i %s is rejected, not repeated, and fails the run', async (status, name, code) => {
    const aws = await awsAnsweringWritesWith(error(status, name));
    const { result } = await takeTurn(aws);
    const reason = `${name}: injected error (HTTP ${status})`;
    expect(groupIn(result)).toMatchObject({ decision: 'failover', outcome: { kind: 'rejected', code, reason } });
    expect(result).toMatchObject({
      outcome: 'failed',
      problems: [{ doing: 'failover of group main-line', message: reason }],
    });
    expect(writes(aws)).toHaveLength(1);
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Rejected', 'Run Failed']);
  });

  it.each([
    [403, 'ForbiddenException'],
    [403, 'AccessDeniedException'],
    [401, 'UnauthorizedClientException'],
  ])('with %i %s is reported as a configuration fault', async (status, name) => {
    const aws = await awsAnsweringWritesWith(error(status, name));
    const { result } = await takeTurn(aws);
    const reason = `${name}: injected error (HTTP ${status})`;
    expect(groupIn(result).outcome).toEqual({ kind: 'rejected', code: 'forbidden', reason });
    expect(result.problems).toEqual([{ doing: 'configuration fault: failover of group main-line', message: reason }]);
    expect(writes(aws)).toHaveLength(1);
  });
});

describe('a write that meets a conflict', () => {
  const conflict = error(409, 'ConflictException');

  it('is planned once more from the present state of the group, and written', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: conflict, times: 1 });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'failover', outcome: { kind: 'applied' } });
    expect(result).toMatchObject({ outcome: 'succeeded', problems: [] });
    expect(writes(aws)).toHaveLength(2);
    expect(eventTypes(aws)).toEqual([
      'Priority Change Intended',
      'Priority Change Rejected',
      'Priority Change Intended',
      'Priority Change Applied',
    ]);
  });

  it('is planned once more but not a third time', async () => {
    const aws = await awsAnsweringWritesWith(conflict);
    const { result } = await takeTurn(aws);
    const reason = 'ConflictException: injected error (HTTP 409)';
    expect(groupIn(result).outcome).toEqual({ kind: 'rejected', code: 'conflict', reason });
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: reason }]);
    expect(writes(aws)).toHaveLength(2);
  });

  it('with an operator who renames the group keeps the new name and priorities', async () => {
    const aws = await awsAnsweringWritesWith(conflict, 1);
    const renumbered = [
      { voiceConnectorId: 'vc-east', priority: 3 },
      { voiceConnectorId: 'vc-west', priority: 7 },
    ];
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Sales line', items: renumbered });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ name: 'Sales line', decision: 'failover', outcome: { kind: 'applied' } });
    expect(aws.account.chime.groups.get('us-east-1', 'main-line').name).toBe('Sales line');
    expect(orderOf(aws)).toBe('vc-west 3, vc-east 7');
  });

  it.each([
    { how: 'puts another member second goes there', priorities: [1, 3, 2], order: 'vc-far 1, vc-east 2, vc-west 3' },
    {
      how: 'puts another member first leaves it there',
      priorities: [2, 3, 1],
      order: 'vc-far 1, vc-east 2, vc-west 3',
    },
  ] as const)('with an operator who $how', async ({ priorities, order }) => {
    const aws = await awsAnsweringWritesWith(conflict, 1);
    seedConnector(aws, 'vc-far', 'us-west-2');
    const three = ([first, second, third]: readonly [number, number, number]) => [
      { voiceConnectorId: 'vc-east', priority: first },
      { voiceConnectorId: 'vc-west', priority: second },
      { voiceConnectorId: 'vc-far', priority: third },
    ];
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: 'main-line',
      name: 'Main line',
      items: three([1, 2, 3]),
      createdAt: aws.clock.now() - 24 * hour,
    });
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items: three(priorities) });
    });
    await takeTurn(aws);
    expect(orderOf(aws)).toBe(order);
  });

  it('is rejected when the group can no longer be read', async () => {
    const aws = await awsAnsweringWritesWith(conflict);
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: error(403, 'ForbiddenException') });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'rejected', code: 'conflict' });
    expect(result.problems).toMatchObject([{ doing: 'failover of group main-line' }]);
    expect(writes(aws)).toHaveLength(1);
  });
});

describe('a write that AWS throttles', () => {
  const throttled = error(429, 'ThrottledClientException');

  it('is tried again after a pause, each time after a recheck', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: throttled, times: 2 });
    const before = aws.clock.now();
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(result.outcome).toBe('succeeded');
    const operations = aws.asked.flatMap(({ operation }) =>
      /^(Get|Update)VoiceConnectorGroup$/.test(operation) ? [operation[0]] : [],
    );
    expect(operations.join('')).toBe('GGUGUGUG');
    // Half a second and a second, three quarters of each.
    expect(aws.clock.now() - before).toBe(375 + 750);
  });

  it('is tried five times at most, and then left to the next run', async () => {
    const aws = await awsAnsweringWritesWith(throttled);
    const { result } = await takeTurn(aws);
    const reason = 'ThrottledClientException: injected error (HTTP 429)';
    expect(groupIn(result).outcome).toEqual({ kind: 'rejected', code: 'throttled', reason });
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: reason }]);
    expect(writes(aws)).toHaveLength(5);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Rejected', 'Run Failed']);
  });

  it('is not tried again after twenty seconds', async () => {
    const aws = await awsAnsweringWritesWith(throttled);
    aws.misbehave({
      operation: 'GetVoiceConnectorGroup',
      when: () => {
        if (writes(aws).length > 0) aws.clock.jumpTo(aws.clock.now() + 9000);
        return false;
      },
      effect: { kind: 'latency', ms: 0 },
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'rejected', code: 'throttled' });
    expect(writes(aws)).toHaveLength(3);
  });

  it('is not tried again when its evidence has expired in the meantime', async () => {
    const aws = await awsAnsweringWritesWith(throttled);
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.clock.jumpTo(aws.clock.now() + 15_000);
    });
    const policy = enforced.replace('mode: enforce', 'mode: enforce, tuning: { evidenceLimitSeconds: 15 }');
    const { result } = await takeTurn(aws, { policy });
    expect(groupIn(result).outcome).toMatchObject({ kind: 'withheld', code: 'evidence-expired' });
    expect(writes(aws)).toHaveLength(1);
  });

  it('is not tried again on a group that was changed in the meantime', async () => {
    const aws = await awsAnsweringWritesWith(throttled);
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      const { name, items } = aws.account.chime.groups.get('us-east-1', 'main-line');
      aws.account.chime.groups.update('us-east-1', 'main-line', { name: `${name} 2`, items });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'withheld',
      code: 'group-changed',
      reason: expect.stringContaining('CallDistributionType was') as string,
    });
    expect(writes(aws)).toHaveLength(1);
  });

  it('rechecks the group until the recheck itself is no longer throttled', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.onFirst('PutEvents', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: throttled, times: 3 });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(writes(aws)).toHaveLength(1);
  });
});
