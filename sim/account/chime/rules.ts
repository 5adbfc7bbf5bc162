import { chimeError, type AwsError } from '../errors.ts';

/** The paging input of every Chime listing. */
export type ListRequest = { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined };

/** AWS documents a range for MaxResults but no default. Most AWS listings return up to the maximum. */
const defaultPageSize = 100;

/** @throws BadRequestException unless 1..100. */
export function requirePageSize(maxResults: number | undefined): number {
  const size = maxResults ?? defaultPageSize;
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw chimeError('BadRequest', `max-results ${size} is not between 1 and 100`);
  }
  return size;
}

/** @throws BadRequestException unless it matches the name pattern of groups and Voice Connectors. */
export function requireName(name: string): void {
  if (/^[a-zA-Z0-9 _.-]{1,256}$/.test(name)) return;
  throw chimeError('BadRequest', 'Name does not match the pattern ^[a-zA-Z0-9 _.-]{1,256}$');
}

export function badToken(): AwsError {
  return chimeError('BadRequest', 'The NextToken is not valid');
}
