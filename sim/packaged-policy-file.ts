import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagedPolicyOf } from '../infra/policy-text.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A policy as `sls package` places it beside the functions, in a temporary folder of its own. */
export class PackagedPolicyFile {
  readonly path: string;
  readonly #folder = temporaryFolder('policy-');

  /** @throws UnreadablePolicyError, or InvalidInputError if the file is not YAML or too large; mistakes in it are for the functions to report */
  constructor(policyFile: string) {
    this.path = join(this.#folder.path, 'policy.json');
    writeFileSync(this.path, JSON.stringify(packagedPolicyOf(policyFile)));
  }

  remove(): void {
    this.#folder.remove();
  }
}
