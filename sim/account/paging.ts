import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { AwsError } from './errors.ts';

/** One page of a listing. `nextToken` is undefined on the last. */
export type Page<T> = { readonly items: readonly T[]; readonly nextToken: string | undefined };

const tokenSchema = z.object({ listing: z.string(), offset: z.int().min(1) });

/** Identifies a listing and its filters, so that another listing rejects its tokens. */
export function listingName(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** The token of the next page. Opaque to callers: its content may change. */
export function tokenAt(listing: string, offset: number): string {
  return Buffer.from(JSON.stringify({ listing, offset })).toString('base64url');
}

/**
 * The offset that a token encodes; 0 without a token.
 *
 * @throws the error made by `refuse` if the token does not belong to this listing.
 */
export function offsetOf(token: string | undefined, listing: string, refuse: () => AwsError): number {
  if (token === undefined) return 0;
  const parsed = tokenSchema.safeParse(decoded(token));
  if (!parsed.success || parsed.data.listing !== listing) throw refuse();
  return parsed.data.offset;
}

/** One page of a listing. */
export function pageOf<T>(
  all: readonly T[],
  request: {
    readonly listing: string;
    readonly nextToken: string | undefined;
    readonly size: number;
    readonly refuse: () => AwsError;
  },
): Page<T> {
  const from = offsetOf(request.nextToken, request.listing, request.refuse);
  const to = from + request.size;
  return { items: all.slice(from, to), nextToken: to < all.length ? tokenAt(request.listing, to) : undefined };
}

function decoded(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}
