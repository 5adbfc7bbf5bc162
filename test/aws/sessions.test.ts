import { describe, expect, it } from 'vitest';
import { safeText } from '../../lib/input/safe-text.ts';
import { Sessions } from '../../lib/aws/sessions.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { askedFor, hour, now, startAws, type TestAws } from '../wire-support/account.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;
const east = { voiceConnectorId: 'vc-east', region: 'us-east-1', controlRegion: 'us-east-1' };
const number = '+12065550147';

function list(aws: { readonly server: { readonly url: string } }, status: 'Open' | 'InProgress' = 'Open') {
  return new Sessions({ clientOf: clientsOf(aws, { role: 'sessions' }).chime }).list(east, status, never);
}

async function served(): Promise<TestAws> {
  const aws = await startAws();
  aws.account.chime.seedConnector({ voiceConnectorId: 'vc-east' });
  aws.account.chime.proxySessions.mode = 'served';
  return aws;
}

describe('the proxy sessions of a Voice Connector', () => {
  it('are listed to the last page, each by its id, age and expiry and without its participants', async () => {
    const aws = await served();
    for (let index = 0; index < 250; index += 1) {
      aws.account.chime.seedProxySession({
        voiceConnectorId: 'vc-east',
        proxySessionId: `session-${index}`,
        createdAt: now - hour,
        updatedAt: now,
        expiryMinutes: 45,
        participants: [{ phoneNumber: number, proxyPhoneNumber: number }],
      });
    }
    aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east', status: 'Closed' });
    expect(await list(aws)).toEqual({
      kind: 'listed',
      sessions: Array.from({ length: 250 }, (_, index) => ({
        proxySessionId: `session-${index}`,
        createdAt: now - hour,
        updatedAt: now,
        expiryMinutes: 45,
      })),
    });
    expect(askedFor(aws, 'ListProxySessions').map(({ input }) => input)).toMatchObject([
      { Status: 'Open', MaxResults: 100 },
      { Status: 'Open', MaxResults: 100, NextToken: expect.any(String) as string },
      { Status: 'Open', MaxResults: 100, NextToken: expect.any(String) as string },
    ]);
  });

  it.each<[MisbehaviourRule['effect'], string]>([
    [{ kind: 'error', status: 404, code: 'NotFoundException', message: 'ended' }, 'not-found'],
    [{ kind: 'error', status: 403, code: 'ForbiddenException', message: 'ended' }, 'forbidden'],
    [{ kind: 'error', status: 403, code: 'AccessDeniedException', message: 'ended' }, 'forbidden'],
    [{ kind: 'error', status: 400, code: 'BadRequestException', message: 'ended' }, 'invalid'],
    [{ kind: 'error', status: 410, code: 'GoneException', message: 'ended' }, 'gone'],
    [{ kind: 'error', status: 409, code: 'ConflictException', message: 'ended' }, 'failed'],
    [{ kind: 'error', status: 500, code: 'ServiceFailureException', message: 'ended' }, 'failed'],
    [{ kind: 'throttle' }, 'failed'],
    [{ kind: 'malformed-body' }, 'failed'],
  ])('have for the effect %j the kind %s', async (effect, kind) => {
    const aws = await served();
    aws.misbehave({ operation: 'ListProxySessions', effect });
    expect(await list(aws)).toMatchObject({ kind });
  });

  it('are `failed`, not a short list, if a later page fails', async () => {
    const aws = await served();
    for (let index = 0; index < 101; index += 1) aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east' });
    aws.misbehave({
      operation: 'ListProxySessions',
      when: ({ input }) => 'NextToken' in (input as object),
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'no' },
    });
    expect(await list(aws)).toMatchObject({ kind: 'failed' });
  });

  it.each([
    ['an error that contains one', { status: 400, body: { Code: 'BadRequest', Message: `Unknown number ${number}` } }],
    ['a malformed body that contains one', { body: `{"ProxySessions":["${number}",]}` }],
    ['a list that is a phone number', { body: { ProxySessions: number } }],
    ['a session that is a phone number', { body: { ProxySessions: [number] } }],
    ['a session without an id', { body: { ProxySessions: [{ Participants: [{ PhoneNumber: number }] }] } }],
  ])('are reported without a phone number if AWS returns %s', async (_, answer) => {
    const endpoint = await startScript([answer]);
    const reading = await list(endpoint);
    expect(reading.kind).toMatch(/^(invalid|failed)$/);
    expect(safeText(JSON.stringify(reading))).not.toMatch(/2065550147|5550147/);
  });
});
