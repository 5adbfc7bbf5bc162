/** The console of an account, with the local AWS as the account. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveAccount } from '../../sim/console/account/server.ts';
import { AccountSource } from '../../sim/console/account/source.ts';
import { updateSchema } from '../../sim/console/view.ts';
import { runningConsole } from './running.ts';

const minuteMs = 60_000;
const deployment = { kind: 'stack', stage: 'dev', region: 'us-east-1' } as const;
const scheduled = readFileSync('events/scheduled.json', 'utf8');

async function account() {
  const { aws, close } = await runningConsole();
  onTestFinished(close);
  vi.stubEnv('AWS_ENDPOINT_URL', aws.server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  onTestFinished(() => void vi.unstubAllEnvs());
  const live = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      aws.simulateUntil(aws.clock.now() + minuteMs);
      await aws.invoke('monitor', scheduled);
    }
  };
  return { aws, live, source: new AccountSource(deployment, () => aws.clock.now()) };
}

async function served(source: Pick<AccountSource, 'read' | 'update'>) {
  const shown = await serveAccount({ source, deployment, port: 0, readEveryMs: 50 });
  onTestFinished(shown.close);
  return { shown, at: (path: string, init?: RequestInit) => fetch(new URL(path, shown.url), init) };
}

describe('The console of an account', { timeout: 60_000 }, () => {
  it('shows the order, the verdicts, the calls, the moves and their messages, by reads alone', async () => {
    const { aws, live, source } = await account();
    aws.controls.faults.add({ fault: 'gray-failure', at: 'us-east-1', ratio: 0.6, forMinutes: undefined });
    await live(8);
    aws.server.clearRequests();
    await source.read();
    const { state, minutes, events } = updateSchema.parse(JSON.parse(JSON.stringify(source.update())));
    expect(new Set(aws.server.requests.map(({ operation }) => operation))).toEqual(
      new Set(['FilterLogEvents', 'GetMetricData']),
    );
    expect(source.problem).toBeUndefined();
    expect(state).toMatchObject({ faults: [], run: { judgedAt: aws.clock.now() } });
    expect(state.groups).toMatchObject([
      {
        id: 'main-line',
        name: 'Main line',
        members: [
          { voiceConnectorId: 'vc-west', region: 'us-west-2', priority: 1 },
          {
            voiceConnectorId: 'vc-east',
            region: 'us-east-1',
            priority: 2,
            verdict: { health: 'unknown', reason: expect.stringContaining('no call for') as string },
          },
        ],
        decision: { mode: 'enforce', kind: 'hold' },
      },
    ]);
    expect(minutes.at(-3)?.connectors['vc-west']).toEqual({
      calls: expect.any(Number) as number,
      failures: expect.any(Number) as number,
      mos: expect.any(Number) as number,
    });
    const applied = events.find(({ type }) => type === 'Priority Change Applied');
    expect(applied).toMatchObject({ move: { from: 'vc-east', to: 'vc-west' } });
    expect(applied?.message.join('\n')).toMatch(/^DONE: failover of Main line.*--stage dev --region us-east-1/s);
  });

  it('counts the calls as they happened', async () => {
    const { aws, live, source } = await account();
    const [minute] = aws.simulateUntil(aws.clock.now() + minuteMs);
    await live(2);
    await source.read();
    const shown = source.update().minutes.find(({ startsAt }) => startsAt === minute?.startsAt);
    expect(shown?.connectors).toMatchObject(
      Object.fromEntries(
        (minute?.connectors ?? []).map((each) => [
          each.voiceConnectorId,
          { calls: each.inboundCallAttempts, failures: each.inboundCallFailures },
        ]),
      ),
    );
  });

  it('says what could not be read, and keeps what was', async () => {
    const { aws, live, source } = await account();
    await live(1);
    await source.read();
    const { groups } = source.update().state;
    aws.server.misbehave({
      service: 'logs',
      effect: { kind: 'error', status: 400, code: 'ExpiredTokenException', message: 'The security token has expired' },
    });
    await source.read();
    expect(source.update().state).toMatchObject({
      groups,
      unread:
        '/aws/lambda/voice-connector-failover-dev-monitor could not be read: ExpiredTokenException: The security token has expired. The AWS credentials have expired or are unknown: log in again',
    });
  });

  it('takes no command, and no request of another origin', async () => {
    const { source } = await account();
    const { at } = await served(source);
    const order = { method: 'POST', body: '{"action":"pause"}' };
    expect((await at('/_sim/operate', order)).status).toBe(405);
    expect((await at('/_sim/faults', { method: 'DELETE' })).status).toBe(405);
    expect((await at('/_sim/console/offers', { headers: { origin: 'https://example.com' } })).status).toBe(403);
    expect(await (await at('/_sim/console/offers')).json()).toEqual({
      faults: [],
      regions: [],
      groups: [],
      account: 'stage dev in us-east-1',
    });
  });

  it('sends no phone number', async () => {
    const { aws, source } = await account();
    const detail = {
      metadata: { eventId: 'e', time: new Date(aws.clock.now()).toISOString() },
      data: { name: '+12065550100' },
    };
    aws.account.logs.write('us-east-1', {
      logGroupName: '/aws/lambda/voice-connector-failover-dev-monitor',
      message: JSON.stringify({ message: 'Priority Held', data: detail }),
    });
    await source.read();
    const { at } = await served(source);
    const reader = (await at('/_sim/console/stream')).body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value = '' } = await reader.read();
    await reader.cancel();
    expect(value).toContain('Priority Held');
    expect(value).not.toContain('2065550100');
  });
});

describe('npm run console', { timeout: 60_000 }, () => {
  const environment: Record<string, string> = {};
  beforeEach(() => {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(environment, name);
    Object.assign(environment, { PATH: process.env['PATH'], HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' });
  });

  const ran = (...args: readonly string[]) =>
    new Promise<{ readonly code: number | null; readonly err: string }>((done) => {
      const child = spawn(process.execPath, [resolve('sim/console/main.ts'), ...args], { env: environment });
      let err = '';
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      child.on('close', (code) => {
        done({ code, err });
      });
    });

  it('without credentials says where to get them', async () => {
    const { code, err } = await ran('--stage', 'prod', '--region', 'us-west-2');
    expect(err).toMatch(
      /^\/aws\/lambda\/voice-connector-failover-prod-monitor could not be read: CredentialsProviderError: .*\. Expected AWS credentials: log in with aws sso login, or set AWS_PROFILE\n$/,
    );
    expect(code).toBe(2);
  });

  it('without a stage and a Region says that it needs both', async () => {
    expect(await ran()).toEqual({
      code: 2,
      err: '--stage: Expected the stage as deployed, got undefined; --region: Expected the Region as deployed, got undefined; see --help\n',
    });
  });
});
