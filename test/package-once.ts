/**
 * Packages the service once for all suites, because they test against the template that would be deployed. Every temporary folder of
 * the suites, and of the programs that they start, is inside one that ends with the run.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { packageInto } from '../scripts/package-into.ts';

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
  // The suites run what would be deployed, which also loads in half the time of its sources.
  packageInto(folder);
  provide('packageFolder', folder);
  return remove;
};

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
