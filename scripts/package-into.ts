/** Packages the service as it would be deployed, for programs that run the packaged functions. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sls } from './sls.ts';
import { filesIn } from './zip.ts';

/**
 * The template and the artefacts are then in the folder, and in its `functions/` the code of the artefacts.
 *
 * @throws Error with the output of a command that fails
 */
export function packageInto(folder: string): void {
  const { status, stdout, stderr } = sls(['package', '--package', folder]);
  if (status !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
  unpackInto(folder);
}

/** Unpacks the artefacts in the folder. */
export function unpackInto(folder: string): void {
  for (const archive of globSync(join(folder, '*.zip'))) {
    for (const [name, content] of filesIn(readFileSync(archive))) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  }
}
