/** The payload is not JSON. Lambda refuses such a request before it runs anything. */
export class InvalidRequestContentError extends Error {
  override readonly name = 'InvalidRequestContentException';
}

/** The host was closed before the function could answer. */
export class LambdaHostClosedError extends Error {
  override readonly name = 'LambdaHostClosedError';
}
