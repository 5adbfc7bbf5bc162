import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';

const sim = resolve('sim/main.ts');

/** A folder to run in, in which the package is or is not. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sim-'));
  onTestFinished(() => {
    rmSync(made, { recursive: true });
  });
  return made;
}

/** Runs the command until it ends, or ends it as soon as it has said this. */
function simulator(
  cwd: string,
  until?: string,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  return new Promise((ended, failed) => {
    const child = spawn(process.execPath, [sim, '--port', '0', '--enforce-permissions'], { cwd, timeout: 25_000 });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (until !== undefined && out.includes(until)) child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', failed);
    child.on('close', (code) => {
      ended({ code, out, err });
    });
  });
}

it('npm run sim -- --enforce-permissions says whom it holds to their roles, and by which keys', async () => {
  const cwd = folder();
  symlinkSync(inject('packageFolder'), join(cwd, '.serverless'));
  const { code, out } = await simulator(cwd, 'Every other access key may do everything.');
  expect(out).toMatch(
    /^Held to their roles in \.serverless\/: monitor \(ASIA\w{16}\), preflight \(ASIA\w{16}\), sessions \(ASIA\w{16}\), operate \(ASIA\w{16}\), pipe \(ASIA\w{16}\)\. /m,
  );
  expect(code).toBe(0);
});

it('npm run sim -- --enforce-permissions does not start without a package, rather than to allow everything', async () => {
  const { code, out, err } = await simulator(folder());
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('npm run package makes it');
});
