import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../account/errors.ts';
import { serviceNames, type ServiceName } from './service-name.ts';

/** An HTTP request, read to its end. */
export type Incoming = {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The address the caller used. */
  readonly baseUrl: string;
};

/** Where and for which service a request was signed, and with whose key. */
export type Credential = CredentialScope & { readonly accessKeyId: string };

/** For which service, and where, a request was signed. */
export type CredentialScope = { readonly region: string; readonly service: ServiceName };

/** How far a compressed body may unfold: above every limit of the services here. */
const maxBodyBytes = 16 * 1024 * 1024;

export async function readIncoming(message: IncomingMessage): Promise<Incoming> {
  const url = new URL(message.url ?? '/', 'http://local.invalid');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const body = await buffer(message);
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    // The CloudWatch client compresses what it puts from 10 KB on.
    body: headers['content-encoding'] === 'gzip' ? gunzipSync(body, { maxOutputLength: maxBodyBytes }) : body,
    baseUrl: `http://${headers['host'] ?? 'localhost'}`,
  };
}

/**
 * Key, Region and service of `Credential={key}/{date}/{region}/{service}/aws4_request`. The signature itself is not checked:
 * whoever names a key has it, for there is nothing here to protect.
 *
 * @throws MissingAuthenticationTokenException without an Authorization header.
 * @throws IncompleteSignatureException for one that has no such scope, or a service the simulator does not have.
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
    const message = `This simulator has ${serviceNames.join(', ')}, but no service ${name}.`;
    throw new AwsError({ code: 'UnknownOperationException', httpStatus: 404, message });
  }
  return { accessKeyId, region, service };
}
