/**
 * Which requests the local AWS takes at all. It checks no signatures, so that only these rules keep a page in a browser of the same machine
 * away: a page may send requests to 127.0.0.1, directly or by a name of its own that resolves to it (DNS rebinding).
 */
import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../account/errors.ts';

/** Above every limit of the simulated services, also after decompression. */
export const maxBodyBytes = 16 * 1024 * 1024;

function forbidden(message: string): AwsError {
  return new AwsError({ code: 'AccessDeniedException', httpStatus: 403, message });
}

function tooLarge(): AwsError {
  const message = `The local AWS takes bodies of at most ${maxBodyBytes} bytes.`;
  return new AwsError({ code: 'RequestEntityTooLargeException', httpStatus: 413, message });
}

/** The name of a host without its port and without the brackets of an IPv6 address. */
function nameOf(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

/** An address needs no DNS, and neither does localhost: no other name can be made to resolve to this machine. */
function isLocal(name: string, listensOn: string): boolean {
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === listensOn.toLowerCase();
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/**
 * @param listensOn the host name or address that the server was started with
 * @throws AwsError for a request to a foreign name, or one that a page of another origin sent
 */
export function requireLocalCaller({ headers }: IncomingMessage, listensOn: string): void {
  const { host = '', origin } = headers;
  if (!isLocal(nameOf(host), listensOn)) {
    throw forbidden('The local AWS answers requests to an address or to localhost only.');
  }
  const isForeign = origin !== undefined && originHost(origin) !== host;
  if (isForeign || headers['sec-fetch-site'] === 'cross-site') {
    throw forbidden('The local AWS takes no requests from the pages of another origin.');
  }
}

/** @throws AwsError as soon as the body is too large; the rest of it is not read */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
