/** Pages as AWS may send them: with an empty token at the end, without end, or slowly. A Region costs only its own time. */
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Groups } from '../../lib/aws/groups.ts';
import { Metrics } from '../../lib/aws/metrics.ts';
import { pagesOf } from '../../lib/aws/client.ts';
import { now } from '../wire-support/account.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

function groupsAt(url: (region: string) => string, controlRegions: readonly string[]) {
  const clients = new Map(controlRegions.map((region) => [region, clientsOf({ server: { url: url(region) } })]));
  return new Groups({
    clientOf: (region) => clients.get(region)!.chime(region),
    controlRegions,
    clock: () => now,
  });
}

const page = {
  VoiceConnectorGroups: [{ VoiceConnectorGroupId: 'main-line', Name: 'Main line', VoiceConnectorItems: [] }],
  VoiceConnectors: [{ VoiceConnectorId: 'vc-east', AwsRegion: 'us-east-1' }],
};

describe('A listing that ends with an empty token', () => {
  it('ends there, and is read once', async () => {
    const { server, requests } = await startScript([{ body: { ...page, NextToken: '' } }]);
    const { groups, connectors, problems } = await groupsAt(() => server.url, ['us-east-1']).list(never);
    expect(groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(['main-line']);
    expect([...connectors.keys()]).toEqual(['vc-east']);
    expect(problems).toEqual([]);
    expect(requests).toHaveLength(2);
  });

  it('of metrics counts no datapoint twice, and makes no Voice Connector forbidden', async () => {
    const at = now - 60_000;
    const result = { Id: 'c0_m0', StatusCode: 'Complete', Timestamps: [at / 1000], Values: [7] };
    const body = { MetricDataResults: [result], NextToken: '' };
    const { server, requests } = await startScript([
      { body, headers: { 'content-type': 'application/x-amz-json-1.0' } },
      { status: 400, headers: { 'x-amzn-errortype': 'InvalidNextToken' }, body: { message: 'no' } },
    ]);
    const metrics = new Metrics({ clientOf: clientsOf({ server }).cloudWatch, dimensions: ['VoiceConnectorId'] });
    const readings = await metrics.read(
      {
        connectors: [{ voiceConnectorId: 'vc-east', region: 'us-east-1' }],
        metrics: ['InboundCallAttempts'],
        periodSeconds: 60,
        from: now - 3_600_000,
        until: now,
      },
      never,
    );
    expect(requests).toHaveLength(1);
    expect(readings.get('vc-east')).toMatchObject({ kind: 'read', minutes: [{ InboundCallAttempts: 7 }] });
  });
});

/** An endpoint whose every page names another one. */
async function endless(): Promise<{ readonly url: string; readonly count: () => number }> {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...page, NextToken: `token-${count}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    count: () => count,
  };
}

describe('A listing without an end', () => {
  it('is given up after a hundred pages, as a problem of its own Region alone', async () => {
    const one = await endless();
    const { server } = await startScript([{ body: { VoiceConnectorGroups: [], VoiceConnectors: [] } }]);
    const urls: Readonly<Record<string, string>> = { 'us-east-1': one.url, 'us-west-2': server.url };
    const { groups, problems } = await groupsAt((region) => urls[region]!, ['us-east-1', 'us-west-2']).list(never);
    expect(one.count()).toBe(200);
    expect(groups).toHaveLength(1);
    expect(problems).toEqual(
      ['Voice Connector groups', 'Voice Connectors'].map((what) => ({
        doing: `listing ${what} in us-east-1`,
        message: 'Error: the listing did not end within 100 pages',
      })),
    );
  });

  it('is given up when its time is over, before the time of the run', async () => {
    const started = performance.now();
    const pages = pagesOf(
      never,
      async (token, { abortSignal }) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        abortSignal.throwIfAborted();
        return { NextToken: `${token ?? ''}x` };
      },
      { listingMs: 200 },
    );
    const all = async () => {
      const read: unknown[] = [];
      for await (const each of pages) read.push(each);
      return read;
    };
    await expect(all()).rejects.toThrow('timeout');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
