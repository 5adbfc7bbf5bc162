import { createServer } from 'node:http';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { SimClock } from '../../../sim/clock.ts';
import { createLambdaHost, type LambdaHost } from '../../../sim/lambda/host.ts';

const hosts: LambdaHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

async function resultOf(event: unknown): Promise<unknown> {
  const host = createLambdaHost({
    functions: {
      pausing: { module: new URL('./fixtures/pausing.ts', import.meta.url), env: {}, timeoutSeconds: 30 },
    },
    clock: SimClock.startingAt(0, { speed: 0 }),
    region: 'us-east-1',
    pauses: 'skipped',
  });
  hosts.push(host);
  const { payload } = await host.invoke('pausing', JSON.stringify(event));
  return JSON.parse(payload);
}

it('a pause of an hour takes no time, and pauses end in the order of their length', async () => {
  expect(await resultOf({ pausesMs: [3_600_000, 1_800_000, 5_400_000] })).toEqual({
    ended: [1_800_000, 3_600_000, 5_400_000],
    simulatedMs: 0,
  });
});

it('the time limit of a request that is under way stays real', async () => {
  const server = createServer((_, response) => setTimeout(() => response.end('answered'), 300));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await resultOf({ url: `http://127.0.0.1:${port}`, limitMs: 20_000 })).toBe('answered');
  expect(await resultOf({ url: `http://127.0.0.1:${port}`, limitMs: 50 })).toBe('limit reached');
});
