/** The roles that the packaged template would deploy. */
import { inject } from 'vitest';
import { packagedTemplate, permissionsOf } from '../../sim/wire/iam/packaged.ts';
import type { Permissions } from '../../sim/wire/iam/permissions.ts';

/** Holds every function to its role. */
export function packagedPermissions(): Permissions {
  return permissionsOf(packagedTemplate(inject('packageFolder')), 'us-east-1');
}
