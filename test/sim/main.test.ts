import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { runCommandLine } from './command-line.ts';

const sim = resolve('sim/main.ts');

/** An empty working directory, without a package. */
function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sim-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describe('npm run sim', { timeout: 120_000 }, () => {
  it('with --enforce-permissions prints the restricted functions and their access keys', async () => {
    const cwd = emptyFolder();
    symlinkSync(inject('packageFolder'), join(cwd, '.serverless'));
    const { code, out } = await runCommandLine(sim, ['--port', '0', '--enforce-permissions'], {
      cwd,
      endAfter: 'Requests with any other access key are allowed.',
    });
    expect(out).toMatch(
      /^Restricted to their roles in \.serverless\/: monitor \(ASIA\w{16}\), preflight \(ASIA\w{16}\), sessions \(ASIA\w{16}\), operate \(ASIA\w{16}\), pipe \(ASIA\w{16}\)\. /m,
    );
    expect(code).toBe(0);
  });

  it('with --enforce-permissions does not start without a package, instead of allowing everything', async () => {
    const { code, out, err } = await runCommandLine(sim, ['--port', '0', '--enforce-permissions'], {
      cwd: emptyFolder(),
    });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('npm run package makes');
  });

  it.each([
    { args: [], text: 'The schedules run: the monitor is invoked every minute.' },
    {
      args: ['--no-schedules'],
      text: 'No schedules run: a drill ends, and a failure is acted on, only when you invoke',
    },
  ])('states whether the schedules run: $args', async ({ args, text }) => {
    const { code, out } = await runCommandLine(sim, ['--port', '0', ...args], { endAfter: 'Ctrl-C ends it.' });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(text) as string });
  });

  it('with --state goes on where it ended, and does not let the world begin otherwise', async () => {
    const state = join(emptyFolder(), 'world.json');
    const args = ['--port', '0', '--no-schedules', '--state', state];
    const first = await runCommandLine(sim, args, { endAfter: `A new world, kept in ${state}.` });
    expect(first.code).toBe(0);
    const second = await runCommandLine(sim, args, { endAfter: 'which goes on at' });
    expect(second).toMatchObject({
      code: 0,
      out: expect.stringContaining(`The world of ${state}, which goes on`) as string,
    });
    expect(await runCommandLine(sim, [...args, '--seed', '2', '--unhealthy-after', '5'])).toEqual({
      code: 2,
      out: '',
      err: `--seed and --unhealthy-after: Expected not to be given, because the world of ${state} began already; a new --state begins another; see --help\n`,
    });
  });

  it('names a port that is already in use', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await runCommandLine(sim, ['--port', String(port)])).toEqual({
      code: 2,
      out: '',
      err: `--port: ${port} is already in use on 127.0.0.1; Expected a free port, or 0 for any; see --help\n`,
    });
  });
});
