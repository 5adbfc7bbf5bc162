/** Packages the service once for all suites, because they test against the template that would be deployed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { sls } from './wire-support/sls.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the template and the artefacts. */
    packageFolder: string;
  }
}

export default ({ provide }: TestProject): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const { status, stdout, stderr } = sls(['package', '--package', folder]);
  if (status !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
  provide('packageFolder', folder);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
};
