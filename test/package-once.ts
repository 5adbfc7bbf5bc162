/** Packages the service once for all suites, because they test against the template that would be deployed. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { packageInto } from '../scripts/package-into.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the template, the artefacts, and in `functions/` the code of the artefacts. */
    packageFolder: string;
  }
}

export default ({ provide }: TestProject): void => {
  // Beside the folder for suites, in which nothing may be left. It ends with the process: see temporary-folder.ts.
  const folder = mkdtempSync(join(dirname(tmpdir()), 'package-'));
  // The suites run what would be deployed, which also loads in half the time of its sources.
  packageInto(folder);
  provide('packageFolder', folder);
};
