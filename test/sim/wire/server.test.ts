import { ListVoiceConnectorGroupsCommand } from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it } from 'vitest';
import { Account } from '../../../sim/account/account.ts';
import { localAws, seedPair, startsAt } from './harness.ts';

function authorization(service: string, region = 'us-east-1') {
  return `AWS4-HMAC-SHA256 Credential=any/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=any`;
}

describe('every reply', () => {
  it('has the simulated time and a unique request id', async () => {
    const aws = await localAws();
    const ask = async () =>
      (await fetch(`${aws.server.url}/voice-connector-groups`, { headers: { authorization: authorization('chime') } }))
        .headers;
    const [first, second] = [await ask(), await ask()];
    expect(first.get('date')).toBe('Sat, 21 Nov 2026 09:00:30 GMT');
    expect(first.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.get('x-amzn-requestid')).not.toBe(first.get('x-amzn-requestid'));
  });
});

describe('a request that cannot be served', () => {
  it.each<[string, RequestInit & { path?: string }, number, string]>([
    ['without authorization', {}, 403, 'MissingAuthenticationTokenException'],
    ['with garbled authorization', { headers: { authorization: 'Bearer x' } }, 400, 'IncompleteSignatureException'],
    [
      'for a service that is not here',
      { headers: { authorization: authorization('dynamodb') } },
      404,
      'UnknownOperationException',
    ],
    [
      'for an unknown REST path',
      { path: '/meetings', headers: { authorization: authorization('chime') } },
      404,
      'UnknownOperationException',
    ],
    [
      'with a body that is not JSON',
      {
        path: '/voice-connector-groups',
        method: 'POST',
        body: '{',
        headers: { authorization: authorization('chime') },
      },
      400,
      'SerializationException',
    ],
    [
      'for a Lambda path of no function',
      { path: '/2015-03-31/functions', headers: { authorization: authorization('lambda') } },
      404,
      'UnknownOperationException',
    ],
  ])('%s names its error in the header', async (_, { path = '/', ...init }, status, code) => {
    const aws = await localAws();
    const reply = await fetch(aws.server.url + path, init);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('x-amzn-errortype')).toBe(code);
  });

  it.each([
    ['an unknown operation', 'AWSEvents.CreateArchive'],
    ["another service's operation", 'AmazonSSM.PutEvents'],
    ['what every object has', 'AWSEvents.constructor'],
    ['nothing', undefined],
  ])('for %s in a JSON protocol is UnknownOperationException', async (_, target) => {
    const aws = await localAws();
    const headers = { authorization: authorization('events'), 'content-type': 'application/x-amz-json-1.1' };
    const reply = await fetch(aws.server.url, {
      method: 'POST',
      body: '{}',
      headers: target === undefined ? headers : { ...headers, 'x-amz-target': target },
    });
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(await reply.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('in CBOR for an unknown operation, or with a body that is not CBOR, gets an error in CBOR', async () => {
    const aws = await localAws();
    const headers = { authorization: authorization('monitoring'), 'smithy-protocol': 'rpc-v2-cbor' };
    for (const operation of ['DescribeAlarmHistory', 'ListMetrics']) {
      const url = `${aws.server.url}/service/GraniteServiceVersion20100801/operation/${operation}`;
      const reply = await fetch(url, { method: 'POST', headers, body: new Uint8Array([0xff]) });
      expect(reply.status).toBe(400);
      expect(reply.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    }
    expect(aws.server.requests.map(({ operation }) => operation)).toEqual(['Unknown', 'ListMetrics']);
  });
});

describe('the request log', () => {
  it('can be cleared in place', async () => {
    const aws = await localAws();
    const { requests } = aws.server;
    await aws.chime().send(new ListVoiceConnectorGroupsCommand({}));
    expect(requests).toHaveLength(1);
    aws.server.clearRequests();
    expect(requests).toHaveLength(0);
    await aws.chime('us-west-2').send(new ListVoiceConnectorGroupsCommand({}));
    expect(requests).toEqual([
      { at: startsAt, service: 'chime', operation: 'ListVoiceConnectorGroups', region: 'us-west-2', status: 200 },
    ]);
  });
});

describe('the admin pages', () => {
  const post = (url: string, body: unknown) =>
    fetch(`${url}/_sim/misbehaviour`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

  it('add rules, one or several, show them and clear them', async () => {
    const aws = await localAws();
    const throttle = { service: 'chime', times: 1, effect: { kind: 'throttle' } };
    const added = await post(aws.server.url, throttle);
    expect(added.status).toBe(201);
    expect(await added.json()).toEqual([throttle]);
    expect(await (await post(aws.server.url, [throttle, throttle])).json()).toHaveLength(3);
    await expect(aws.chime().send(new ListVoiceConnectorGroupsCommand({}))).rejects.toThrow();
    const shown = await fetch(`${aws.server.url}/_sim/misbehaviour`);
    expect(await shown.json()).toHaveLength(2);
    await fetch(`${aws.server.url}/_sim/misbehaviour`, { method: 'DELETE' });
    await expect(aws.chime().send(new ListVoiceConnectorGroupsCommand({}))).resolves.toBeDefined();
  });

  it('report every problem of invalid rules and add none of them', async () => {
    const aws = await localAws();
    const reply = await post(aws.server.url, [
      { effect: { kind: 'throttle' } },
      { service: 'smoke', times: 0, effect: { kind: 'latency', ms: -1 }, regoin: 'us-east-1' },
    ]);
    expect(reply.status).toBe(400);
    const { problems } = (await reply.json()) as { problems: string[] };
    for (const problem of ['1.service', '1.times', '1.effect.ms', 'regoin']) {
      expect(problems.join('\n')).toContain(problem);
    }
    expect(await (await fetch(`${aws.server.url}/_sim/misbehaviour`)).json()).toEqual([]);
    expect((await post(aws.server.url, 'not json')).status).toBe(400);
    expect((await post(aws.server.url, {})).status).toBe(400);
  });

  it('list the pages for an unknown path', async () => {
    const aws = await localAws();
    const reply = await fetch(`${aws.server.url}/_sim`);
    expect(reply.status).toBe(404);
    expect(await reply.text()).toContain('GET /_sim/requests');
  });

  it('never show a phone number, whatever field contains it', async () => {
    const aws = await localAws();
    const { east } = seedPair(aws.account);
    const number = '+12065550142';
    aws.account.chime.seedProxySession({
      voiceConnectorId: east,
      participants: [{ phoneNumber: number, proxyPhoneNumber: number }],
    });
    aws.account.parameters.put('us-east-1', { name: '/failover/callback', value: number, type: 'String' });
    const Detail = JSON.stringify({ from: number });
    aws.account.eventBridge.putEvents('us-east-1', [{ source: 's', detailType: 'd', detail: Detail }]);
    await fetch(`${aws.server.url}/voice-connectors/${encodeURIComponent(number)}`, {
      headers: { authorization: authorization('chime') },
    });
    for (const page of ['requests', 'events', 'state', 'misbehaviour']) {
      const reply = await fetch(`${aws.server.url}/_sim/${page}`);
      expect(reply.status).toBe(200);
      expect(await reply.text()).not.toContain('2065550142');
    }
    const state = (await (await fetch(`${aws.server.url}/_sim/state`)).json()) as Record<string, unknown>;
    expect(state).toMatchObject({ proxySessions: 1, events: 1, routedGroups: [{ voiceConnectorGroupId: 'group-1' }] });
  });
});

describe('an account', () => {
  it('gives the same ids for the same operations', () => {
    const script = () => {
      const account = new Account({ now: () => startsAt });
      return [account.chime.seedConnector(), account.chime.seedGroup(), account.chime.seedGroup()];
    };
    expect(script()).toEqual(script());
    expect(new Set(script()).size).toBe(3);
  });
});
