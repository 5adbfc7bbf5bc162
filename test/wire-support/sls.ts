import { spawnSync } from 'node:child_process';

/** Runs a Serverless command with neither credentials nor an address of AWS, nor a setting of whoever runs the tests. */
export function sls(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['node_modules/serverless/bin/serverless.js', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 100_000,
  });
}
