import { chimeError, type AwsError } from '../errors.ts';

/** What every Chime listing takes. */
export type ListRequest = { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined };

/** The documents give a range for MaxResults and no default; most AWS listings show up to the maximum. */
const defaultPageSize = 100;

/** @throws BadRequestException unless 1..100. */
export function requirePageSize(maxResults: number | undefined): number {
  const size = maxResults ?? defaultPageSize;
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw chimeError('BadRequest', `max-results ${size} is not between 1 and 100`);
  }
  return size;
}

/** @throws BadRequestException unless it fits the pattern both groups and Voice Connectors have. */
export function requireName(name: string): void {
  if (/^[a-zA-Z0-9 _.-]{1,256}$/.test(name)) return;
  throw chimeError('BadRequest', 'Name does not match the pattern ^[a-zA-Z0-9 _.-]{1,256}$');
}

export function badToken(): AwsError {
  return chimeError('BadRequest', 'The NextToken is not valid');
}
