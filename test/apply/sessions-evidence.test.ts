import { describe, expect, it, vi } from 'vitest';
import { sessionsEvidence } from '../../lib/apply/sessions-evidence.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { askedFor, eventsOn, hour, now, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { enforced, groupIn, takeTurn } from '../wire-support/turns.ts';

async function served(seed: (aws: TestAws) => void = seedUnhealthy): Promise<TestAws> {
  const aws = await startAws();
  seed(aws);
  const { chime } = aws.account;
  chime.proxySessions.mode = 'served';
  const createdAt = now - 2 * hour;
  chime.seedProxySession({ voiceConnectorId: 'vc-east', status: 'Open', createdAt });
  chime.seedProxySession({ voiceConnectorId: 'vc-east', status: 'Open' });
  chime.seedProxySession({ voiceConnectorId: 'vc-east', status: 'InProgress' });
  chime.seedProxySession({ voiceConnectorId: 'vc-east', status: 'Closed' });
  chime.seedProxySession({ voiceConnectorId: 'vc-west', status: 'Open' });
  return aws;
}

/** What each event of a change says of the sessions. */
function toldIn(aws: TestAws) {
  return eventsOn(aws).flatMap(({ detailType, data }) => {
    const { sessions } = (data['evidence'] ?? {}) as { readonly sessions?: object };
    return detailType.startsWith('Priority Change') ? [{ detailType, sessions }] : [];
  });
}

const counted = {
  Open: { answer: 'listed', count: 2, oldestCreatedAt: '2026-11-20T07:00:30.000Z' },
  InProgress: { answer: 'listed', count: 1, oldestCreatedAt: '2026-11-20T09:00:30.000Z' },
};

describe('The evidence of a move', () => {
  it('has the Open and InProgress sessions on the Voice Connector that is left, before the write and after it', async () => {
    const aws = await served();
    await takeTurn(aws);
    expect(toldIn(aws)).toEqual([
      { detailType: 'Priority Change Intended', sessions: counted },
      { detailType: 'Priority Change Applied', sessions: counted },
    ]);
  });

  it('has them in mode observe too, where it says what would have been left', async () => {
    const aws = await served();
    await takeTurn(aws, { policy: enforced.replace('mode: enforce', 'mode: observe') });
    expect(toldIn(aws)).toEqual([{ detailType: 'Priority Change Withheld', sessions: counted }]);
  });

  it('is all that they are asked for: a hold asks nothing', async () => {
    const aws = await served(seedHealthy);
    await takeTurn(aws);
    expect(askedFor(aws, 'ListProxySessions')).toEqual([]);
  });

  it.each<[string, MisbehaviourRule['effect'], string]>([
    ['404', { kind: 'error', status: 404, code: 'NotFoundException', message: 'ended' }, 'not-found'],
    ['403', { kind: 'error', status: 403, code: 'ForbiddenException', message: 'ended' }, 'forbidden'],
    ['400', { kind: 'error', status: 400, code: 'BadRequestException', message: 'ended' }, 'invalid'],
    ['410', { kind: 'error', status: 410, code: 'GoneException', message: 'ended' }, 'gone'],
    ['500', { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'sorry' }, 'failed'],
    ['429', { kind: 'throttle' }, 'failed'],
    ['what nobody can read', { kind: 'malformed-body' }, 'failed'],
    ['by breaking off', { kind: 'reset-before' }, 'failed'],
  ])('says so where AWS answers %s, and the move goes on', async (_, effect, answer) => {
    const aws = await served();
    aws.misbehave({ operation: 'ListProxySessions', effect });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(result).toMatchObject({ outcome: 'succeeded', problems: [] });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    const quoted = { answer, message: expect.stringMatching(/\w/) as string };
    const sessions = { Open: quoted, InProgress: quoted };
    expect(toldIn(aws).map((event) => event.sessions)).toEqual([sessions, sessions]);
  });
});

describe('Asking for it', () => {
  const east = { voiceConnectorId: 'vc-east', region: 'us-east-1', controlRegion: 'us-east-1' };
  const open = new AbortController().signal;
  const silent = { sessions: { list: () => new Promise<never>(() => undefined) } };
  const both = (message: string) => ({
    Open: { answer: 'failed', message },
    InProgress: { answer: 'failed', message },
  });
  const tooLate = both('no answer within 2 s, for which a move waits at most');

  it('takes two seconds at most, even of whoever heeds no signal', async () => {
    const budgets: number[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      budgets.push(milliseconds);
      return AbortSignal.abort();
    });
    try {
      expect(await sessionsEvidence(silent, east, open)).toEqual(tooLate);
    } finally {
      timeout.mockRestore();
    }
    expect(budgets).toEqual([2000]);
  });

  it("ends with the turn's own time", async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
    try {
      expect(await sessionsEvidence(silent, east, AbortSignal.abort())).toEqual(tooLate);
    } finally {
      timeout.mockRestore();
    }
  });

  it('has nobody to ask where no control Region lists the Voice Connector', async () => {
    const list = () => Promise.reject(new Error('asked nevertheless'));
    expect(await sessionsEvidence({ sessions: { list } }, undefined, open)).toEqual(
      both('no control Region lists the Voice Connector'),
    );
  });
});
