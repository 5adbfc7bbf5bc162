import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { askedFor, eventTypes, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { seedSick } from '../wire-support/scenes.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

type Effect = MisbehaviourRule['effect'];

const error = (status: number, code: string): Effect => ({ kind: 'error', status, code, message: 'as it was told' });

const sickWith = async (effect?: Effect): Promise<TestAws> => {
  const aws = await startAws();
  seedSick(aws);
  if (effect !== undefined) aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
  return aws;
};

describe('a write that AWS refuses', () => {
  it.each([
    [409, 'ConflictException', 'conflict'],
    [403, 'ForbiddenException', 'forbidden'],
    [403, 'AccessDeniedException', 'forbidden'],
    [401, 'UnauthorizedClientException', 'forbidden'],
    [404, 'NotFoundException', 'not-found'],
    [400, 'BadRequestException', 'invalid'],
    [422, 'UnprocessableEntityException', 'invalid'],
    [410, 'GoneException', 'gone'],
    [429, 'ThrottledClientException', 'throttled'],
  ])('with %i %s is rejected, not repeated, and fails the turn', async (status, name, code) => {
    const aws = await sickWith(error(status, name));
    const { result } = await takeTurn(aws);
    const reason = `${name}: as it was told (HTTP ${status})`;
    expect(groupIn(result)).toMatchObject({ decision: 'failover', outcome: { kind: 'rejected', code, reason } });
    expect(result).toMatchObject({
      outcome: 'failed',
      problems: [{ doing: 'failover of group main-line', message: reason }],
    });
    expect(writes(aws)).toHaveLength(1);
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Rejected', 'Turn Failed']);
  });
});

describe('a write of which nobody knows whether AWS took it', () => {
  it.each<{ how: string; effect: Effect; answer: RegExp }>([
    { how: 'the connection broke after it', effect: { kind: 'reset-after' }, answer: /ECONNRESET/ },
    {
      how: 'the answer is a page of HTML',
      effect: { kind: 'malformed-body' },
      answer: /SyntaxError: the answer is not valid JSON \(HTTP 202\)/,
    },
    { how: 'the answer breaks off', effect: { kind: 'truncated-body' }, answer: /Error: aborted \(HTTP 202\)/ },
  ])('is read back and found applied when $how', async ({ effect, answer }) => {
    const aws = await sickWith(effect);
    const { result } = await takeTurn(aws);
    const { outcome } = groupIn(result);
    expect(outcome?.kind).toBe('applied');
    expect(outcome?.reason).toMatch(/^without an answer from AWS \(.*\), seen as vc-west 1, vc-east 2$/);
    expect(outcome?.reason).toMatch(answer);
    expect(result.outcome).toBe('succeeded');
    expect(writes(aws)).toHaveLength(1);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied']);
  });

  it('is read back and found applied when AWS took it and never answered', async () => {
    const aws = await sickWith({ kind: 'hang' });
    aws.uponFirst('UpdateVoiceConnectorGroup', () => {
      aws.account.chime.groups.update('us-east-1', 'main-line', {
        name: 'Main line',
        items: [
          { voiceConnectorId: 'vc-east', priority: 2 },
          { voiceConnectorId: 'vc-west', priority: 1 },
        ],
      });
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
    { how: 'no answer ever comes', effect: { kind: 'hang' } },
    { how: 'AWS failed', effect: error(500, 'ServiceFailureException') },
    { how: 'AWS is not available', effect: error(503, 'ServiceUnavailableException') },
  ])('is read back, found undone and never repeated when $how', async ({ effect }) => {
    const aws = await sickWith(effect);
    const { result } = await takeTurn(aws, effect.kind === 'hang' ? { requestTimeout: 1000 } : {});
    const { outcome } = groupIn(result);
    expect(outcome?.kind).toBe('unverified');
    expect(outcome?.reason).toMatch(
      /^without an answer from AWS \(.*\), but after \d+ s AWS still shows: vc-east 1, vc-west 2$/,
    );
    expect(result.problems).toEqual([{ doing: 'failover of group main-line', message: outcome?.reason }]);
    expect(writes(aws)).toHaveLength(1);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Unverified', 'Turn Failed']);
  });
});

describe('a write that AWS accepted', () => {
  it('is applied when it shows late, within fifteen seconds', async () => {
    const aws = await sickWith();
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 10_000 };
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(writes(aws)).toHaveLength(1);
  });

  it('is unverified when it never shows, after fifteen seconds of looking', async () => {
    const aws = await sickWith();
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

  it('is unverified after fifteen seconds even where every look takes its time', async () => {
    const aws = await sickWith();
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
    expect(askedFor(aws, 'GetVoiceConnectorGroup')).toHaveLength(1 + 4);
  });

  it('is applied when only some of the looks fail', async () => {
    const aws = await sickWith();
    aws.uponFirst('UpdateVoiceConnectorGroup', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', times: 1, effect: error(403, 'ForbiddenException') });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(askedFor(aws, 'GetVoiceConnectorGroup')).toHaveLength(3);
  });

  it('is unverified, with the reason, when nobody can look any more', async () => {
    const aws = await sickWith();
    aws.uponFirst('UpdateVoiceConnectorGroup', () => {
      aws.misbehave({ operation: 'GetVoiceConnectorGroup', effect: error(403, 'ForbiddenException') });
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({
      kind: 'unverified',
      reason: expect.stringMatching(/still shows: ForbiddenException: as it was told \(HTTP 403\)$/) as string,
    });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('is unverified when somebody else wrote something else at the same moment', async () => {
    const aws = await sickWith({ kind: 'reset-after' });
    aws.uponFirst('UpdateVoiceConnectorGroup', () => {
      aws.uponFirst('GetVoiceConnectorGroup', () => {
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
