import { spawnSync } from 'node:child_process';

/** Runs a Serverless command without credentials, without an AWS endpoint, and without the developer's own environment variables. */
export function sls(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['node_modules/serverless/bin/serverless.js', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 100_000,
  });
}
