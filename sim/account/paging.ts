import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AwsError } from './errors.ts';

/** One page of a listing. `nextToken` is undefined on the last. */
export type Page<T> = { readonly items: readonly T[]; readonly nextToken: string | undefined };

const tokenSchema = z.object({ listing: z.string(), offset: z.int().min(1) });

/** A short name for a listing and its filters, so that a token of one is refused by another. */
export function listingName(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Where a page begins, for callers to hand back. Opaque: what is inside may change. */
export function tokenAt(listing: string, offset: number): string {
  return Buffer.from(JSON.stringify({ listing, offset })).toString('base64url');
}

/**
 * The offset a token stands for; 0 without one.
 *
 * @throws what `refuse` makes, if the token is not one this listing gave out.
 */
export function offsetOf(token: string | undefined, listing: string, refuse: () => AwsError): number {
  if (token === undefined) return 0;
  const parsed = tokenSchema.safeParse(decoded(token));
  if (!parsed.success || parsed.data.listing !== listing) throw refuse();
  return parsed.data.offset;
}

/** Cuts one page out of a whole listing. */
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
