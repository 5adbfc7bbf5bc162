/** The roles in the packaged template. */
import { inject } from 'vitest';
import { packagedTemplate, permissionsOf } from '../../sim/wire/iam/packaged.ts';
import type { Permissions } from '../../sim/wire/iam/permissions.ts';

/** The permissions of every function's role. */
export function packagedPermissions(): Permissions {
  return permissionsOf(packagedTemplate(inject('packageFolder')), 'us-east-1');
}
