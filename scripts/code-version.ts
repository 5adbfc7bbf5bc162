import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };

function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** The `codeVersion` of every event: the package's version and, where git knows it, the commit: `0.1.0+0123456789ab`, `….changed`. */
export function codeVersion(): string {
  const { version } = packageJson;
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    const isChanged = git('status', '--porcelain') !== '';
    return `${version}+${commit}${isChanged ? '.changed' : ''}`;
  } catch {
    return version; // No git, or no repository: an unpacked release.
  }
}
