/** The packaged stage of the local AWS with further settings, from a copy of the repository. */
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { unpackInto } from '../../scripts/package-into.ts';
import { sls } from '../../scripts/sls.ts';
import { accountId } from '../../sim/account/account.ts';
import type { Resources } from '../../sim/wire/iam/intrinsics.ts';
import { packagedTemplate } from '../../sim/wire/iam/packaged.ts';
import { rolesOf, type FunctionRole } from '../../sim/wire/iam/roles.ts';

const parts = [
  'config',
  'functions',
  'infra',
  'lib',
  'schemas',
  'scripts',
  'serverless.yml',
  'policy.yml',
  'package.json',
];

export const place = { accountId, region: 'us-east-1' };

export type PackagedStage = {
  /** With the template, the artefacts, and in `functions/` the code of the artefacts. */
  readonly folder: string;
  readonly resources: Resources;
  readonly roles: readonly FunctionRole[];
};

/** For `beforeAll`. The copy is removed at the end of the suite. @param settings lines of YAML */
export function packagedWith(settings: string): PackagedStage {
  const repository = mkdtempSync(join(tmpdir(), 'stage-'));
  copies.push(repository);
  for (const part of parts) cpSync(part, join(repository, part), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(repository, 'node_modules'));
  appendFileSync(join(repository, 'config/dev.yml'), `${settings}\n`);
  // Not beside node_modules, which Lambda does not have either.
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  copies.push(folder);
  const { status, stdout, stderr } = sls(['package', '--package', folder], { CODE_VERSION: '1.2.3' }, repository);
  expect(status, `${stdout}${stderr}`).toBe(0);
  unpackInto(folder);
  const template = packagedTemplate(folder);
  return { folder, resources: resourcesOf(template), roles: rolesOf(template, place) };
}

export function resourcesOf(template: unknown): Resources {
  return (template as { readonly Resources: Resources }).Resources;
}

/** The ids of resources, but for those that differ between two packages of the same sources. */
export function idsOf(all: Resources): ReadonlySet<string> {
  return new Set(Object.keys(all).filter((id) => !/^\w+LambdaVersion/.test(id)));
}

const copies: string[] = [];

/** To be called in the suite. */
export function removingCopies(): void {
  afterAll(() => {
    for (const copy of copies.splice(0)) rmSync(copy, { recursive: true });
  });
}
