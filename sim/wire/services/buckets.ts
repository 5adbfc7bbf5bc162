/** S3, whose operations are a method and a path: the bucket's name begins the path, or the host. */
import * as z from 'zod';
import { WrongRegionError } from '../../account/buckets.ts';
import { AwsError } from '../../account/errors.ts';
import type { Incoming } from '../incoming.ts';
import { operation, type Operation } from '../operation.ts';
import type { Protocol } from '../protocols/protocol.ts';

function refuse(message: string): AwsError {
  return new AwsError({ code: 'InvalidRequest', httpStatus: 400, message });
}

const object = z.object({ Bucket: z.string().min(1), Key: z.string().min(1) });

const putObject = object.extend({
  Body: z.instanceof(Buffer),
  ContentType: z.string().default('binary/octet-stream'),
  // A body in signed chunks would be stored with their signatures.
  ContentEncoding: z.undefined({ error: 'encoded bodies are not simulated' }).optional(),
});

export const bucketOperations: Readonly<Record<string, Operation>> = {
  PutObject: operation(putObject, refuse, ({ Bucket, Key, Body, ContentType }, { account, region }) => {
    const { etag } = account.buckets.put(region, { name: Bucket, key: Key, body: Body, contentType: ContentType });
    return { headers: { etag }, body: '' };
  }),
  GetObject: operation(object, refuse, ({ Bucket, Key }, { account, region }) => {
    const { body, contentType, etag } = account.buckets.get(region, Bucket, Key);
    return { headers: { 'content-type': contentType, etag }, body };
  }),
};

const operationNames: Readonly<Record<string, string>> = { PUT: 'PutObject', GET: 'GetObject' };

/** The operation and its input; undefined for what is not simulated, such as the parts of an upload. */
export function bucketRequest(
  incoming: Incoming,
): { readonly operation: string; readonly input: Readonly<Record<string, unknown>> } | undefined {
  const { method, query, headers, body } = incoming;
  const operationName = operationNames[method];
  const [Bucket = '', Key = ''] = placeOf(incoming);
  // The SDK names the operation in `x-id`; any other parameter means another operation.
  if (operationName === undefined || Key === '' || [...query.keys()].some((name) => name !== 'x-id')) return undefined;
  const place = { Bucket, Key };
  return {
    operation: operationName,
    input:
      operationName === 'PutObject'
        ? { ...place, Body: body, ContentType: headers['content-type'], ContentEncoding: headers['content-encoding'] }
        : place,
  };
}

function placeOf({ path, headers }: Pick<Incoming, 'path' | 'headers'>): readonly string[] {
  const [, byHost] = /^([a-z0-9.-]+)\.localhost(?::\d+)?$/.exec(headers['host'] ?? '') ?? [];
  const [, byPath = '', rest = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return byHost === undefined ? [byPath, decoded(rest)] : [byHost, decoded(path.slice(1))];
}

/** Empty for what is not percent-encoded, which no client sends. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const successSchema = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.union([z.string(), z.instanceof(Buffer)]),
});

/** REST XML: an object is the body itself, and only errors are XML. */
export const bucketProtocol: Protocol = {
  success: (output) => ({ status: 200, ...successSchema.parse(output) }),
  failure: (error) => ({
    status: error.httpStatus,
    headers: {
      'content-type': 'application/xml',
      ...(error instanceof WrongRegionError ? { 'x-amz-bucket-region': error.bucketRegion } : {}),
    },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error>`,
  }),
};

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
