import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { updateSchema, type Update } from '../../sim/console/view.ts';
import { runningConsole } from './running.ts';

async function quietConsole() {
  const { aws, close } = await runningConsole();
  onTestFinished(close);
  const at = (path: string, init?: RequestInit) => fetch(`${aws.server.url}${path}`, init);
  return { aws, at };
}

/** The first update of a stream. */
async function firstUpdate(response: Response): Promise<Update> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('\n\n')) text += (await reader.read()).value ?? '';
  await reader.cancel();
  return updateSchema.parse(JSON.parse(text.slice('data: '.length)));
}

describe('The console', () => {
  it.each([
    ['/_sim/console', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/_sim/console/page.js', 'text/javascript; charset=utf-8', 'EventSource'],
    ['/_sim/console/page.css', 'text/css; charset=utf-8', '.uplot'],
  ])('serves %s, which may use nothing but this server', async (path, type, content) => {
    const { at } = await quietConsole();
    const response = await at(path);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await response.text()).toContain(content);
  });

  it('serves every style sheet of the page as one', async () => {
    const { at } = await quietConsole();
    const served = await (await at('/_sim/console/page.css')).text();
    const files = globSync('sim/console/page/**/*.css');
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => !served.includes(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('is where a browser is led to from /, and no AWS client', async () => {
    const { at } = await quietConsole();
    const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';
    const browser = await at('/', { headers: { accept }, redirect: 'manual' });
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/_sim/console']);
    const client = await at('/', { headers: { accept: '*/*' }, redirect: 'manual' });
    expect(client.headers.get('content-type')).not.toContain('html');
    const authorization = 'AWS4-HMAC-SHA256 Credential=local/20261127/us-east-1/sqs/aws4_request';
    const signed = await at('/', { headers: { accept, authorization }, redirect: 'manual' });
    expect(signed.status).not.toBe(302);
  });

  it('sends the order of the account, and the minutes so far, before the monitor has run', async () => {
    const { at } = await quietConsole();
    const { isFirst, state, minutes, events } = await firstUpdate(await at('/_sim/console/stream'));
    expect({ isFirst, events, minutes: minutes.length }).toEqual({ isFirst: true, events: [], minutes: 65 });
    expect(state).toMatchObject({
      speed: 0,
      callsFactor: 1,
      faults: [],
      run: {},
      groups: [
        {
          id: 'main-line',
          name: 'main-line',
          members: [
            { voiceConnectorId: 'vc-east', region: 'us-east-1', priority: 1 },
            { voiceConnectorId: 'vc-west', region: 'us-west-2', priority: 2 },
          ],
        },
      ],
    });
  });

  it('carries out a command by the deployed function, and says what it answered', async () => {
    const { aws, at } = await quietConsole();
    const order = { action: 'pause', group: 'main-line', by: 'anna', reason: 'trying', until: '2h' };
    const done = await at('/_sim/operate', { method: 'POST', body: JSON.stringify(order) });
    expect(await done.json()).toMatchObject({ isDone: true, lines: [expect.stringContaining('done: ')] });
    expect(aws.account.parameters.all('us-east-1')).toHaveLength(1);
  });

  it.each(['{"action":"pause"}', 'no JSON', ''])('answers the command %s with every problem', async (body) => {
    const { at } = await quietConsole();
    const refused = await at('/_sim/operate', { method: 'POST', body });
    expect(await refused.json()).toEqual({
      isDone: false,
      lines: expect.arrayContaining([expect.stringMatching(/^ {2}- .*: (Expected|Invalid)/)]) as string[],
    });
  });

  it.each([
    ['another origin', { origin: 'https://example.com' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
  ])('takes no command and gives no stream to a page of %s', async (_, headers) => {
    const { aws, at } = await quietConsole();
    const order = JSON.stringify({ action: 'pause', group: 'main-line', by: 'x', reason: 'x', until: '2h' });
    const fault = JSON.stringify({ fault: 'gray-failure', region: 'us-east-1' });
    expect((await at('/_sim/operate', { method: 'POST', body: order, headers })).status).toBe(403);
    expect((await at('/_sim/faults', { method: 'POST', body: fault, headers })).status).toBe(403);
    expect((await at('/_sim/console/stream', { headers })).status).toBe(403);
    expect(aws.controls.faults.inForce()).toEqual([]);
    expect(aws.account.parameters.all('us-east-1')).toEqual([]);
  });
});
