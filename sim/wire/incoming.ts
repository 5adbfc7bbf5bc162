import { gunzipSync } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../account/errors.ts';
import { maxBodyBytes, readBody, requireLocalCaller } from './admission.ts';
import { serviceNames, type ServiceName } from './service-name.ts';

/** A complete HTTP request. */
export type Incoming = {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The address that the caller used. */
  readonly baseUrl: string;
};

/** The access key and the scope of a request's signature. */
export type Credential = CredentialScope & { readonly accessKeyId: string };

/** The service and Region of a request's signature. */
export type CredentialScope = { readonly region: string; readonly service: ServiceName };

/** @throws AwsError for a request that is not taken: see admission.ts */
export async function readIncoming(message: IncomingMessage, listensOn: string): Promise<Incoming> {
  requireLocalCaller(message, listensOn);
  const url = new URL(message.url ?? '/', 'http://local.invalid');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const body = await readBody(message);
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    // The CloudWatch client compresses bodies of 10 KB and more.
    body: headers['content-encoding'] === 'gzip' ? decompressed(body) : body,
    baseUrl: `http://${headers['host'] ?? 'localhost'}`,
  };
}

/** The JSON of a body; the text of one that is not JSON, so that a problem can quote it. */
export function jsonBody({ body }: Incoming): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws AwsError for a body that is not gzip, or that is too large when decompressed */
function decompressed(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: maxBodyBytes });
  } catch (cause) {
    const message = `The body cannot be decompressed: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new AwsError({ code: 'RequestEntityTooLargeException', httpStatus: 413, message });
  }
}

/**
 * Key, Region and service of `Credential={key}/{date}/{region}/{service}/aws4_request`. The signature itself is not checked,
 * because the local AWS has nothing to protect.
 *
 * @throws MissingAuthenticationTokenException without an Authorization header.
 * @throws IncompleteSignatureException for a header without such a scope, or with a service that is not simulated.
 */
export function credentialOf({ headers }: Incoming): Credential {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new AwsError({
      code: 'MissingAuthenticationTokenException',
      httpStatus: 403,
      message: 'Missing Authentication Token',
    });
  }
  const scope = /Credential=([^,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(authorization);
  const [, accessKeyId, region, name] = scope ?? [];
  if (accessKeyId === undefined || region === undefined || name === undefined) {
    const message = 'Authorization header requires a Credential with a scope of date/region/service/aws4_request.';
    throw new AwsError({ code: 'IncompleteSignatureException', httpStatus: 400, message });
  }
  const service = serviceNames.find((known) => known === name);
  if (service === undefined) {
    const message = `The local AWS has the services ${serviceNames.join(', ')}, not ${name}.`;
    throw new AwsError({ code: 'UnknownOperationException', httpStatus: 404, message });
  }
  return { accessKeyId, region, service };
}
