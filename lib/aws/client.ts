/** What every adapter needs of the SDK: a client per Region, a limit per call, and AWS's "no" in our words. */
import type { Refusal } from '../core/model/outcome.ts';
import { redactPhoneNumbers } from '../input/redact.ts';

/** Settings that every client of this project shares. Retries are the SDK's own: exponential with jitter. */
export const clientSettings = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
} as const;

/** For writes: a repeated PUT could overwrite what somebody else wrote between the two. */
export const writeClientSettings = { ...clientSettings, maxAttempts: 1 } as const;

/** One call, all its retries included, may take this long. */
const callLimitMs = 8000;

export function limited(signal: AbortSignal): { abortSignal: AbortSignal } {
  return {
    abortSignal: AbortSignal.any([signal, AbortSignal.timeout(callLimitMs)]),
  };
}

/** Page after page, each with a limit of its own: a listing that is long need not be one that hangs. */
export async function* pagesOf<Page extends { readonly NextToken?: string | undefined }>(
  signal: AbortSignal,
  ask: (nextToken: string | undefined, options: { abortSignal: AbortSignal }) => Promise<Page>,
): AsyncGenerator<Page> {
  let token: string | undefined;
  for (;;) {
    const page = await ask(token, limited(signal));
    yield page;
    // The same token again would hand out the same page for ever.
    if (page.NextToken === undefined || page.NextToken === token) return;
    token = page.NextToken;
  }
}

/** Builds the client of a Region on first use and keeps it, with its open connections, for the next turn. */
export function perRegion<Client>(create: (region: string) => Client): (region: string) => Client {
  const clients = new Map<string, Client>();
  return (region) => {
    const client = clients.get(region) ?? create(region);
    clients.set(region, client);
    return client;
  };
}

/** The parser quotes what it could not read, whoever's number that is; the SDK adds a hint for its own debugging. */
function textOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the answer is not valid JSON';
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time';
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*Deserialization error: to see the raw response,.*$/s, '');
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

/** JSON protocols answer 400 to everything the caller can mend, so there the name decides. */
const kindByName: readonly (readonly [RegExp, Refusal['kind']])[] = [
  [/Throttl|TooManyRequests/, 'throttled'],
  [
    /AccessDenied|Forbidden|Unauthorized|UnrecognizedClient|ExpiredToken|InvalidSignature|Credentials|Token/,
    'forbidden',
  ],
  [/^Conflict/, 'conflict'],
  [/NotFound/, 'not-found'],
];

/** Errors of a connection that was never made. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** Whether a request that failed is over: AWS said so itself, or it never got there. Of any other nobody knows. */
export function isOver(error: unknown): boolean {
  const code = read(error, 'code');
  return (statusOf(error) ?? 0) >= 500 || (typeof code === 'string' && neverSent.test(code));
}

/** What an SDK call's failure means. Whatever is not understood is `unavailable`: it proves nothing about anything. */
export function refusalOf(error: unknown): Refusal {
  const name = error instanceof Error ? error.name : 'Error';
  const status = statusOf(error);
  const byName = kindByName.find(([pattern]) => pattern.test(name))?.[1];
  const kind =
    (status === undefined || status === 400 ? byName : undefined) ?? kindByStatus.get(status) ?? 'unavailable';
  return {
    kind,
    message: redactPhoneNumbers(`${name}: ${textOf(error)}${status === undefined ? '' : ` (HTTP ${status})`}`),
  };
}
