import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountId } from '../../account/account.ts';
import { Permissions } from './permissions.ts';
import { pipeRolesOf, rolesOf } from './roles.ts';

/** Where `npm run package` leaves the template, and the artefacts beside it. */
export const packageFolder = '.serverless';

/** The CloudFormation template of a package. */
export function packagedTemplate(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
}

/** What a template allows its functions and its pipe, deployed in this Region of the simulated account. */
export function permissionsOf(template: unknown, region: string): Permissions {
  const place = { accountId, region };
  return new Permissions([...rolesOf(template, place), ...pipeRolesOf(template, place)]);
}
