/** What every adapter shares: client settings, one client per Region, a time limit per call, and paging. */

/** Settings that every client of this project shares. Retries are the SDK's own: exponential with jitter. */
export const clientSettings = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
} as const;

/** For writes: a retried PUT could overwrite a change that another writer made between the two attempts. */
export const writeClientSettings = { ...clientSettings, maxAttempts: 1 } as const;

/** For one call, including its retries. */
const callLimitMs = 8000;

export function limited(signal: AbortSignal, limitMs = callLimitMs): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) };
}

/** Enough for a thousand groups ten times over. A service that pages for ever must not take the time of the other Regions. */
const maxPages = 100;

/** For all pages of one listing in one Region. */
const listingLimitMs = 20_000;

export type ListingLimits = { readonly listingMs?: number; readonly pages?: number };

/**
 * Reads page by page. Each page has its own time limit, so that a long listing is not taken for one that hangs.
 *
 * @throws Error if the listing does not end within its limits: the pages so far are not all
 */
export async function* pagesOf<Page extends { readonly NextToken?: string | undefined }>(
  signal: AbortSignal,
  request: (nextToken: string | undefined, options: { abortSignal: AbortSignal }) => Promise<Page>,
  { listingMs = listingLimitMs, pages = maxPages }: ListingLimits = {},
): AsyncGenerator<Page> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(listingMs)]);
  let token: string | undefined;
  for (let count = 0; count < pages; count += 1) {
    const page = await request(token, limited(inTime));
    yield page;
    // Some services end with an empty token. A repeated one would return the same page for ever.
    if (page.NextToken === undefined || page.NextToken === '' || page.NextToken === token) return;
    token = page.NextToken;
  }
  throw new Error(`the listing did not end within ${pages} pages`);
}

/** Creates the client of a Region on first use and keeps it, with its open connections, for later invocations. */
export function perRegion<Client>(create: (region: string) => Client): (region: string) => Client {
  const clients = new Map<string, Client>();
  return (region) => {
    const client = clients.get(region) ?? create(region);
    clients.set(region, client);
    return client;
  };
}
