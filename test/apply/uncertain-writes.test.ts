import { describe, expect, it } from 'vitest';
import { askedFor, eventTypes, orderOf, startAws, writes, type TestAws, now } from '../wire-support/account.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';
import { type Effect, error, swapped, awsAnsweringWritesWith } from './answers.ts';

describe('a write that AWS fails', () => {
  const failed = error(503, 'ServiceUnavailableException');

  it('is tried again once AWS shows that the write did not take effect', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: failed, times: 1 });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'applied',
      reason: expect.stringMatching(/^accepted/) as string,
    });
    expect(writes(aws)).toHaveLength(2);
    expect(result.outcome).toBe('succeeded');
  });

  it('is not repeated when it took effect despite the failure', async () => {
    const aws = await awsAnsweringWritesWith(failed);
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', {
        name: 'Main line',
        items: swapped,
        callDistributionType: 'PriorityWeightedDistribution',
      });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toEqual({
      kind: 'applied',
      reason: 'AWS failed (ServiceUnavailableException: injected error (HTTP 503)), confirmed as vc-west 1, vc-east 2',
      sentAt: new Date(now).toISOString(),
    });
    expect(writes(aws)).toHaveLength(1);
  });

  it('is not repeated and is unverified when the group was changed in the meantime, so that its effect is unknown', async () => {
    const aws = await awsAnsweringWritesWith(failed);
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      const items = [{ voiceConnectorId: 'vc-east', priority: 1 }];
      aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'unverified',
      reason: expect.stringMatching(/^AWS failed \(.*\), but after 1[45] s AWS still shows: vc-east 1$/) as string,
    });
    expect(writes(aws)).toHaveLength(1);
  });

  it.each([500, 503])('with %i on every attempt blocks the failover', async (status) => {
    const aws = await awsAnsweringWritesWith(error(status, 'ServiceFailureException'));
    const { result } = await takeTurn(aws);
    const { outcome } = groupIn(result);
    expect(outcome).toEqual({
      kind: 'blocked',
      code: 'failing',
      reason: `no control Region takes the write; us-east-1: AWS failed (ServiceFailureException: injected error (HTTP ${status}))`,
    });
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: outcome?.reason }]);
    expect(writes(aws)).toHaveLength(5);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Blocked', 'Run Failed']);
  });
});

describe('a control Region that fails after it listed the group', () => {
  /** AWS does not document whether other Regions show and change a group too: the tests cover both. */
  const awsWithVisibility = async (visibility: 'everywhere' | 'creating-region-only'): Promise<TestAws> => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.account.chime.groups.visibility = visibility;
    return aws;
  };
  const regionDownFrom = (aws: TestAws, operation: string): void => {
    aws.onFirst(operation, () => {
      aws.misbehave({ service: 'chime', region: 'us-east-1', effect: { kind: 'region-down' } });
    });
  };
  /** The Region applies the write (`reset-after`) or not (`reset-before`), and is down from then on. */
  const regionDownDuringWrite = (aws: TestAws, kind: 'reset-before' | 'reset-after'): void => {
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', region: 'us-east-1', effect: { kind } });
    regionDownFrom(aws, 'UpdateVoiceConnectorGroup');
  };
  const regionsWritten = (aws: TestAws): readonly string[] =>
    askedFor(aws, 'UpdateVoiceConnectorGroup').map(({ region }) => region);

  it('is replaced by another Region that shows the group when it is down before the write', async () => {
    const aws = await awsWithVisibility('everywhere');
    regionDownFrom(aws, 'PutEvents');
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(regionsWritten(aws)).toEqual(['us-west-2']);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('is replaced when it resets the connection before the write and the other Region shows the previous order', async () => {
    const aws = await awsWithVisibility('everywhere');
    regionDownDuringWrite(aws, 'reset-before');
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'applied',
      reason: 'accepted by AWS, confirmed as vc-west 1, vc-east 2',
    });
    expect(regionsWritten(aws)).toEqual(['us-east-1', 'us-west-2']);
  });

  it('is replaced when it fails the write', async () => {
    const aws = await awsWithVisibility('everywhere');
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      region: 'us-east-1',
      effect: error(500, 'ServiceFailureException'),
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(regionsWritten(aws)).toEqual(['us-east-1', 'us-west-2']);
  });

  it('is not written to again when it applied the write and went down: the write is read back through the other Region', async () => {
    const aws = await awsWithVisibility('everywhere');
    regionDownDuringWrite(aws, 'reset-after');
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'applied',
      reason: expect.stringMatching(/^AWS did not answer/) as string,
    });
    expect(regionsWritten(aws)).toEqual(['us-east-1']);
  });

  it('is not replaced when it accepted the write and went down, and the other Region does not show the write yet', async () => {
    const aws = await awsWithVisibility('everywhere');
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 'never' };
    regionDownFrom(aws, 'UpdateVoiceConnectorGroup');
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'unverified',
      reason: expect.stringMatching(
        /^accepted by AWS, but after 1[45] s AWS still shows: vc-east 1, vc-west 2$/,
      ) as string,
    });
    expect(regionsWritten(aws)).toEqual(['us-east-1']);
  });

  it('is not replaced when it only throttles the reading back of the write', async () => {
    const aws = await awsWithVisibility('everywhere');
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 'never' };
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', region: 'us-east-1', effect: { kind: 'reset-after' } });
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', region: 'us-east-1', effect: { kind: 'throttle' } });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'unverified' });
    expect(regionsWritten(aws)).toEqual(['us-east-1']);
  });

  it('is read before the other Region when it answered the write with an error but applied it, and the other still shows the previous order', async () => {
    const aws = await awsWithVisibility('everywhere');
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: error(500, 'ServiceFailureException'), times: 1 });
    const asListed = aws.account.chime.groups.get('us-east-1', 'main-line');
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', { ...asListed, items: swapped });
    });
    const { result } = await takeTurn(aws, {
      adapted: (ports) => ({
        ...ports,
        groups: {
          controlRegions: ports.groups.controlRegions,
          list: (signal) => ports.groups.list(signal),
          readReachability: (connector, signal) => ports.groups.readReachability(connector, signal),
          read: async (group, signal) => {
            const reading = await ports.groups.read(group, signal);
            const isStale = group.controlRegion === 'us-west-2' && reading.kind === 'read';
            const { items, updatedAt } = asListed;
            const previous = items.map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));
            return isStale ? { kind: 'read', group: { ...reading.group, items: previous, updatedAt } } : reading;
          },
        },
      }),
    });
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(regionsWritten(aws)).toEqual(['us-east-1']);
  });

  it('blocks the failover when no other Region shows the group', async () => {
    const aws = await awsWithVisibility('creating-region-only');
    regionDownFrom(aws, 'PutEvents');
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'blocked',
      code: 'unreachable',
      reason: expect.stringMatching(
        /^no control Region shows the group: us-east-1: .*ECONNRESET.*; us-west-2: NotFoundException: .* \(HTTP 404\)$/,
      ) as string,
    });
    expect(regionsWritten(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Blocked', 'Run Failed']);
  });

  it('leaves the write unverified when it reset the connection and no other Region shows the group', async () => {
    const aws = await awsWithVisibility('creating-region-only');
    regionDownDuringWrite(aws, 'reset-before');
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'unverified' });
    expect(regionsWritten(aws)).toEqual(['us-east-1']);
  });
});

describe('a write with an unknown result', () => {
  it.each<{ how: string; effect: Effect; answer: RegExp }>([
    { how: 'the connection broke after it', effect: { kind: 'reset-after' }, answer: /ECONNRESET/ },
    {
      how: 'the answer is a page of HTML',
      effect: { kind: 'malformed-body' },
      answer: /SyntaxError: the response is not valid JSON \(HTTP 202\)/,
    },
    { how: 'the answer is truncated', effect: { kind: 'truncated-body' }, answer: /Error: aborted \(HTTP 202\)/ },
  ])('is read back and found applied when $how', async ({ effect, answer }) => {
    const aws = await awsAnsweringWritesWith(effect);
    const { result } = await takeTurn(aws);
    const { outcome } = groupIn(result);
    expect(outcome?.kind).toBe('applied');
    expect(outcome?.reason).toMatch(/^AWS did not answer \(.*\), confirmed as vc-west 1, vc-east 2$/);
    expect(outcome?.reason).toMatch(answer);
    expect(result.outcome).toBe('succeeded');
    expect(writes(aws)).toHaveLength(1);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied']);
  });

  it('is read back and found applied when AWS applied it without an answer', async () => {
    const aws = await awsAnsweringWritesWith({ kind: 'hang' });
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items: swapped });
    });
    const { result } = await takeTurn(aws, { requestTimeout: 1000 });
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'applied',
      reason: expect.stringContaining('TimeoutError') as string,
    });
    expect(writes(aws)).toHaveLength(1);
  });

  it.each<{ how: string; effect: Effect }>([
    { how: 'the connection broke before it', effect: { kind: 'reset-before' } },
    { how: 'AWS never answers', effect: { kind: 'hang' } },
  ])('is read back, found without effect and never repeated when $how', async ({ effect }) => {
    const aws = await awsAnsweringWritesWith(effect);
    const { result } = await takeTurn(aws, effect.kind === 'hang' ? { requestTimeout: 1000 } : {});
    const { outcome } = groupIn(result);
    expect(outcome?.kind).toBe('unverified');
    expect(outcome?.reason).toMatch(
      /^AWS did not answer \(.*\), but after \d+ s AWS still shows: vc-east 1, vc-west 2$/,
    );
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: outcome?.reason }]);
    expect(writes(aws)).toHaveLength(1);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Unverified', 'Run Failed']);
  });
});

describe('a write that AWS accepted', () => {
  it('is applied when AWS shows it late, within fifteen seconds', async () => {
    const aws = await awsAnsweringWritesWith();
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 10_000 };
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(writes(aws)).toHaveLength(1);
  });

  it('is unverified when AWS does not show it within fifteen seconds', async () => {
    const aws = await awsAnsweringWritesWith();
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 'never' };
    const before = aws.clock.now();
    const { result } = await takeTurn(aws);
    const waited = aws.clock.now() - before;
    expect(waited).toBeGreaterThan(14_000);
    expect(waited).toBeLessThanOrEqual(15_000);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'unverified',
      reason: expect.stringMatching(
        /^accepted by AWS, but after 1[45] s AWS still shows: vc-east 1, vc-west 2$/,
      ) as string,
    });
    expect(result.outcome).toBe('failed');
    expect(writes(aws)).toHaveLength(1);
  });

  it('is unverified after fifteen seconds even when each read is slow', async () => {
    const aws = await awsAnsweringWritesWith();
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 'never' };
    aws.misbehave({
      operation: 'GetVoiceConnectorGroup',
      when: () => {
        if (writes(aws).length > 0) aws.clock.jumpTo(aws.clock.now() + 3000);
        return false;
      },
      effect: { kind: 'latency', ms: 0 },
    });
    const before = aws.clock.now();
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'unverified' });
    expect(aws.clock.now() - before).toBeLessThanOrEqual(18_000);
    expect(askedFor(aws, 'GetVoiceConnectorGroup')).toHaveLength(2 + 4);
  });

  it('is applied when only some of the reads fail', async () => {
    const aws = await awsAnsweringWritesWith();
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', times: 1, effect: error(403, 'ForbiddenException') });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(askedFor(aws, 'GetVoiceConnectorGroup')).toHaveLength(2 + 2);
  });

  it('is unverified, with the reason, when the group can no longer be read', async () => {
    const aws = await awsAnsweringWritesWith();
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: error(403, 'ForbiddenException') });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'unverified',
      reason: expect.stringMatching(/still shows: ForbiddenException: injected error \(HTTP 403\)$/) as string,
    });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('is unverified when someone else wrote another order at the same moment', async () => {
    const aws = await awsAnsweringWritesWith({ kind: 'reset-after' });
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.onFirst('GetVoiceConnectorGroup', () => {
        aws.account.chime.groups.update('us-east-1', 'main-line', {
          name: 'Main line',
          items: [{ voiceConnectorId: 'vc-west', priority: 5 }],
        });
      });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'unverified',
      reason: expect.stringMatching(/still shows: vc-west 5$/) as string,
    });
    expect(orderOf(aws)).toBe('vc-west 5');
    expect(writes(aws)).toHaveLength(1);
  });
});
