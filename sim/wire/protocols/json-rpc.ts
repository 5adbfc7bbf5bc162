import { clientError } from '../../account/errors.ts';
import type { Protocol } from './protocol.ts';

/**
 * AWS JSON 1.0 and 1.1. In query mode (`x-amzn-query-mode`) errors also contain their code of the Query protocol, which clients
 * show as the error's name.
 */
export function jsonRpc(contentType: string, isQueryMode: boolean): Protocol {
  const headers = { 'content-type': contentType };
  return {
    success: (output) => ({
      status: 200,
      headers,
      body: output === undefined ? '{}' : JSON.stringify(encoded(output)),
    }),
    failure: ({ code, httpStatus, message, queryCode = code }) => ({
      status: httpStatus,
      headers: isQueryMode
        ? { ...headers, 'x-amzn-query-error': `${queryCode};${httpStatus < 500 ? 'Sender' : 'Receiver'}` }
        : headers,
      body: JSON.stringify({ __type: code, message }),
    }),
  };
}

/** @throws SerializationException unless the body is JSON. An empty body is an empty structure. */
export function decodeJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw clientError('SerializationException', 'The request body is not JSON');
  }
}

/** Times are epoch seconds in these protocols, with a fraction for milliseconds. */
function encoded(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, encoded(member)]));
  }
  return value;
}
