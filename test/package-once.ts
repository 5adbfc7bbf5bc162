/**
 * Packages the service once for all suites, because they test against the template that would be deployed. Every temporary folder of
 * the suites, and of the programs that they start, is inside one that ends with the run.
 */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { filesIn } from '../scripts/zip.ts';
import { sls } from './wire-support/sls.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the template, the artefacts, and in `functions/` the code of the artefacts. */
    packageFolder: string;
  }
}

export default ({ provide }: TestProject): (() => void) => {
  const remove = ownTemporaryFolder();
  const folder = join(tmpdir(), 'package');
  mkdirSync(folder);
  const { status, stdout, stderr } = sls(['package', '--package', folder]);
  if (status !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
  unpack(folder);
  provide('packageFolder', folder);
  return remove;
};

/** Unpacks the functions: the suites run what would be deployed, which also loads in half the time of its sources. */
function unpack(folder: string): void {
  for (const archive of globSync(join(folder, '*.zip'))) {
    for (const [name, content] of filesIn(readFileSync(archive))) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  }
}

/** For this process and those that it starts. @returns removes it, which the end of the process also does */
function ownTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'failover-tests-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.env['TMPDIR'] = folder;
  process.once('exit', remove);
  // Without a listener a signal ends the process without the event `exit`.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  return remove;
}
