/** What every adapter shares: client settings, one client per Region, a time limit per call, paging and error classification. */
import type { Refusal } from '../core/model/outcome.ts';

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

export function limited(signal: AbortSignal): { abortSignal: AbortSignal } {
  return {
    abortSignal: AbortSignal.any([signal, AbortSignal.timeout(callLimitMs)]),
  };
}

/** Reads page by page. Each page has its own time limit, so that a long listing is not taken for one that hangs. */
export async function* pagesOf<Page extends { readonly NextToken?: string | undefined }>(
  signal: AbortSignal,
  request: (nextToken: string | undefined, options: { abortSignal: AbortSignal }) => Promise<Page>,
): AsyncGenerator<Page> {
  let token: string | undefined;
  for (;;) {
    const page = await request(token, limited(signal));
    yield page;
    // A repeated token would return the same page for ever.
    if (page.NextToken === undefined || page.NextToken === token) return;
    token = page.NextToken;
  }
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

/** A response of any length may be quoted. */
const maxTextLength = 1000;

/** Omits what a JSON parser quotes of the response, which may contain phone numbers, and the debugging hint that the SDK appends. */
function textOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the response is not valid JSON';
  if (error instanceof Error && error.name === 'AbortError') return 'no response in time';
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, maxTextLength).replace(/\s*Deserialization error: to see the raw response,.*$/s, '');
}

function read(error: unknown, key: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = read(read(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

const kindByStatus: ReadonlyMap<number | undefined, Refusal['kind']> = new Map([
  [400, 'invalid'],
  [401, 'forbidden'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [410, 'gone'],
  [422, 'invalid'],
  [429, 'throttled'],
]);

/** JSON protocols return 400 for every client error, so there the error's name decides. */
const kindByName: readonly (readonly [RegExp, Refusal['kind']])[] = [
  [/Throttl|TooManyRequests/, 'throttled'],
  [
    /AccessDenied|Forbidden|Unauthorized|UnrecognizedClient|ExpiredToken|InvalidSignature|Credentials|Token/,
    'forbidden',
  ],
  [/^Conflict/, 'conflict'],
  [/NotFound/, 'not-found'],
];

/** Error codes of a connection that was never established. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** Whether a failed request has ended: AWS returned a 5xx, or no connection was established. Any other may still be processed. */
export function isOver(error: unknown): boolean {
  const code = read(error, 'code');
  return (statusOf(error) ?? 0) >= 500 || (typeof code === 'string' && neverSent.test(code));
}

/** Classifies the failure of an SDK call. An unknown error is `unavailable`, which proves nothing. */
export function refusalOf(error: unknown): Refusal {
  const name = error instanceof Error ? error.name : 'Error';
  const status = statusOf(error);
  const byName = kindByName.find(([pattern]) => pattern.test(name))?.[1];
  const kind =
    (status === undefined || status === 400 ? byName : undefined) ?? kindByStatus.get(status) ?? 'unavailable';
  return {
    kind,
    message: `${name}: ${textOf(error)}${status === undefined ? '' : ` (HTTP ${status})`}`,
  };
}
