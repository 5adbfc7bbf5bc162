/** The local AWS checks no signatures, so it must not be reachable from a page in a browser. */
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventBusName, startAws } from '../../wire-support/account.ts';

type Sent = {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
};

const putEvents = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AWSEvents.PutEvents',
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20261120/us-east-1/events/aws4_request',
};

const entry = {
  Source: 'my.application',
  DetailType: 'Any',
  Detail: '{}',
  EventBusName: eventBusName,
};

async function send(port: number, { path = '/', headers = {}, body = JSON.stringify({ Entries: [entry] }) }: Sent) {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('The local AWS answers', () => {
  it.each([['127.0.0.1:4566'], ['localhost:4566'], ['LOCALHOST'], ['sqs.localhost'], ['[::1]:4566'], ['192.0.2.1']])(
    'a request to %s',
    async (host) => {
      const { server } = await startAws();
      expect((await send(server.port, { headers: { ...putEvents, host } })).status).not.toBe(403);
    },
  );

  it('a request from a page of its own', async () => {
    const { server } = await startAws();
    const headers = { host: `localhost:${server.port}`, origin: `http://localhost:${server.port}` };
    expect((await send(server.port, { path: '/_sim/misbehaviour', headers, body: '[]' })).status).toBe(201);
  });
});

describe('The local AWS refuses', () => {
  it.each([
    ['a name that resolves to this machine (DNS rebinding)', { host: 'rebound.example.com' }],
    ['such a name with a port', { host: 'rebound.example.com:4566' }],
    ['a name that begins like localhost', { host: 'localhost.example.com' }],
    ['a page of another origin', { origin: 'https://example.com' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
  ])('%s, and does nothing', async (_, headers) => {
    const { server, account } = await startAws();
    expect((await send(server.port, { headers: { ...putEvents, ...headers } })).status).toBe(403);
    const rule = JSON.stringify({ effect: { kind: 'hang' } });
    expect((await send(server.port, { path: '/_sim/misbehaviour', headers, body: rule })).status).toBe(403);
    expect(account.eventBridge.events).toEqual([]);
    expect((await send(server.port, { path: '/_sim/misbehaviour', body: '[]' })).text).not.toContain('hang');
  });

  it('a body of more than 16 MB, announced, compressed or neither', async () => {
    const { server } = await startAws();
    const large = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');
    const compressed = { ...putEvents, 'content-encoding': 'gzip' };
    expect((await send(server.port, { headers: compressed, body: gzipSync(large) })).status).toBe(413);
    const announced = await send(server.port, { headers: putEvents, body: large }).catch(() => ({ status: 413 }));
    expect(announced.status).toBe(413);
    const chunked = { ...putEvents, 'transfer-encoding': 'chunked' };
    const streamed = await send(server.port, { headers: chunked, body: large }).catch(() => ({ status: 413 }));
    expect(streamed.status).toBe(413);
    expect((await send(server.port, { path: '/_sim/misbehaviour', body: '[]' })).status).toBe(201);
  });
});
