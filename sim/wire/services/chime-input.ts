/** What the operations of Chime SDK Voice have in common. */
import * as z from 'zod';
import { chimeError, type AwsError } from '../../account/errors.ts';

export function refuse(message: string): AwsError {
  return chimeError('BadRequest', message);
}

/** The paging input of a listing. */
export const page = { MaxResults: z.number().optional(), NextToken: z.string().max(65_535).optional() };

export function pageRequest(input: {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}) {
  return { maxResults: input.MaxResults, nextToken: input.NextToken };
}
