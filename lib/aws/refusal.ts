/** Classification of the errors of SDK calls, by the exact names that AWS documents. */
import type { Refusal } from '../core/model/outcome.ts';

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

/**
 * JSON protocols return 400 for every client error, so the error's name decides. Whole names: `InvalidNextToken` is about a token and not
 * about permissions, and `RequestTimeTooSkewed` is sent with 403 to a caller whose clock is wrong.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html and the SDK's list of throttling errors
 */
const namesByKind: Readonly<Partial<Record<Refusal['kind'], string>>> = {
  throttled:
    'Throttling ThrottlingException ThrottledException ThrottledClientException RequestThrottled RequestThrottledException ' +
    'RequestLimitExceeded TooManyRequests TooManyRequestsException TooManyUpdates SlowDown BandwidthLimitExceeded ' +
    'PriorRequestNotComplete ProvisionedThroughputExceededException',
  forbidden:
    'AccessDenied AccessDeniedException Forbidden ForbiddenException UnauthorizedClientException UnauthorizedException ' +
    'UnauthorizedOperation NotAuthorized NotAuthorizedException AuthFailure OptInRequired UnrecognizedClientException ' +
    'ExpiredToken ExpiredTokenException InvalidSignatureException SignatureDoesNotMatch IncompleteSignature ' +
    'IncompleteSignatureException InvalidClientTokenId InvalidAccessKeyId MissingAuthenticationToken ' +
    'MissingAuthenticationTokenException CredentialsProviderError TokenProviderError',
  conflict: 'Conflict ConflictException',
  'not-found':
    'NotFound NotFoundException ParameterNotFound ResourceNotFound ResourceNotFoundException QueueDoesNotExist ' +
    'AWS.SimpleQueueService.NonExistentQueue',
  // Our clock, not our permissions.
  unavailable: 'RequestTimeTooSkewed RequestExpired RequestInTheFuture',
};

const kindByName: ReadonlyMap<string, Refusal['kind']> = new Map(
  (['throttled', 'forbidden', 'conflict', 'not-found', 'unavailable'] as const).flatMap((kind) =>
    (namesByKind[kind] ?? '').split(' ').map((name) => [name, kind] as const),
  ),
);

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
  const byName = status === undefined || status < 500 ? kindByName.get(name) : undefined;
  return {
    kind: byName ?? kindByStatus.get(status) ?? 'unavailable',
    message: `${name}: ${textOf(error)}${status === undefined ? '' : ` (HTTP ${status})`}`,
  };
}
