import { createHash } from 'node:crypto';

/**
 * The access key of a function, in the format of AWS's temporary keys. It is deterministic and different for every function, so that
 * the server can determine the role of a request.
 */
export function accessKeyIdOf(functionName: string): string {
  const digest = createHash('sha256').update(`access key of ${functionName}`).digest('hex').toUpperCase();
  return `ASIA${digest.slice(0, 16)}`;
}
