import { spawnSync } from 'node:child_process';

/** What a program needs that must not have the developer's own environment variables. */
export function programEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

/** Runs a Serverless command without credentials, without an AWS endpoint, and without the developer's own environment variables. */
export function sls(args: string[], env: Record<string, string> = {}, cwd = '.') {
  return spawnSync(process.execPath, ['node_modules/serverless/bin/serverless.js', ...args], {
    env: { ...programEnvironment(), ...env },
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 100_000,
  });
}
