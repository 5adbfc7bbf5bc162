import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountId } from '../../account/account.ts';
import { Permissions } from './permissions.ts';
import { pipeRolesOf, rolesOf } from './roles.ts';

/** The folder into which `npm run package` writes the template and the artefacts. */
export const packageFolder = '.serverless';

/** The CloudFormation template of a package. */
export function packagedTemplate(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
}

/** The permissions of a template's functions and pipe, deployed in this Region of the simulated account. */
export function permissionsOf(template: unknown, region: string): Permissions {
  const place = { accountId, region };
  return new Permissions([...rolesOf(template, place), ...pipeRolesOf(template, place)]);
}
