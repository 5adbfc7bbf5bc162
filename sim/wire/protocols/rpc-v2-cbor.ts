import { cbor, dateToTag } from '@smithy/core/cbor';
import { clientError } from '../../account/errors.ts';
import type { Protocol } from './protocol.ts';

const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** Smithy RPC v2 CBOR, which botocore (AWS CLI, Python) uses for CloudWatch. */
export const rpcV2Cbor: Protocol = {
  success: (output) => ({ status: 200, headers, body: cbor.serialize(encoded(output ?? {})) }),
  failure: ({ code, httpStatus, message, queryCode = code }) => ({
    status: httpStatus,
    headers: { ...headers, 'x-amzn-query-error': `${queryCode};${httpStatus < 500 ? 'Sender' : 'Receiver'}` },
    body: cbor.serialize({ __type: code, message }),
  }),
};

/** @throws SerializationException unless the body is CBOR. Decodes tagged times to `Date`s and big integers to numbers. */
export function decodeCbor(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return decoded(cbor.deserialize(body));
  } catch {
    throw clientError('SerializationException', 'The request body is not CBOR');
  }
}

function decoded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if ('tag' in value && 'value' in value && Number(value.tag) === 1) return new Date(Number(value.value) * 1000);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decoded(member)]));
}

function encoded(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, encoded(member)]));
}
