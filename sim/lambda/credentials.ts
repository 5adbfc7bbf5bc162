import { createHash } from 'node:crypto';

/**
 * The access key that a function signs with: shaped as a temporary one of AWS, the same in every run, and another for every
 * function, so that a request tells which role it was made in.
 */
export function accessKeyIdOf(functionName: string): string {
  const digest = createHash('sha256').update(`access key of ${functionName}`).digest('hex').toUpperCase();
  return `ASIA${digest.slice(0, 16)}`;
}
