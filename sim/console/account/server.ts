/** Serves the console of an account. It answers GET requests only: there is nothing that it could change. */
import { setTimeout as pause } from 'node:timers/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { safeReplacer } from '../../../lib/input/safe-text.ts';
import { AwsError } from '../../account/errors.ts';
import { requireLocalCaller } from '../../wire/admission.ts';
import { jsonReply, type Reply } from '../../wire/reply.ts';
import { PageFiles } from '../page-files.ts';
import { consolePath } from '../console.ts';
import type { Offers } from '../view.ts';
import type { AccountSource, Stack } from './source.ts';

const host = '127.0.0.1';

export type AccountConsole = { readonly url: string; readonly close: () => Promise<void> };

/** @throws the system's error if the port is not free */
export async function serveAccount(options: {
  readonly source: Pick<AccountSource, 'read' | 'update'>;
  readonly deployment: Stack;
  /** 0: any free one. */
  readonly port: number;
  readonly readEveryMs: number;
}): Promise<AccountConsole> {
  const { source, deployment, port, readEveryMs } = options;
  const viewers = new Set<ServerResponse>();
  const files = new PageFiles();
  const { stage, region } = deployment;
  const offers: Offers = { faults: [], regions: [], groups: [], account: `stage ${stage} in ${region}` };

  const replyTo = async (path: string, response: ServerResponse): Promise<Reply | undefined> => {
    switch (path) {
      case '/':
        return { status: 302, headers: { location: consolePath }, body: '' };
      case consolePath:
        return files.html();
      case `${consolePath}/page.js`:
        return files.script();
      case `${consolePath}/page.css`:
        return files.style();
      case `${consolePath}/offers`:
        return jsonReply(200, offers);
      case `${consolePath}/stream`:
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        viewers.add(response);
        response.on('close', () => viewers.delete(response));
        send(response, source);
        return undefined;
      default:
        return jsonReply(404, { error: 'unknown page', pages: ['/', consolePath] });
    }
  };
  const server = createServer((message, response) => {
    void answer(message, response, replyTo);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const ended = new AbortController();
  const reading = readAgain(source, { viewers, readEveryMs, ended: ended.signal });
  const close = async (): Promise<void> => {
    ended.abort();
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    await reading;
  };
  return { url: `http://${host}:${address.port}${consolePath}`, close };
}

async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  replyTo: (path: string, response: ServerResponse) => Promise<Reply | undefined>,
): Promise<void> {
  try {
    requireLocalCaller(message, host);
    const { pathname } = new URL(message.url ?? '/', 'http://local.invalid');
    const refusal = jsonReply(405, { error: 'this console of an account is read-only' }, { allow: 'GET' });
    const reply = message.method === 'GET' ? await replyTo(pathname, response) : refusal;
    if (reply !== undefined) response.writeHead(reply.status, reply.headers).end(reply.body);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    response.writeHead(error.httpStatus, { 'content-type': 'text/plain' }).end(error.message);
  }
}

/** Only while somebody looks: each reading costs the account a little. */
async function readAgain(
  source: Pick<AccountSource, 'read' | 'update'>,
  {
    viewers,
    readEveryMs,
    ended,
  }: { readonly viewers: ReadonlySet<ServerResponse>; readonly readEveryMs: number; readonly ended: AbortSignal },
): Promise<void> {
  while (await hasPaused(readEveryMs, ended)) {
    if (viewers.size === 0) continue;
    await source.read();
    for (const viewer of viewers) send(viewer, source);
  }
}

/** False as soon as it has ended. */
async function hasPaused(ms: number, ended: AbortSignal): Promise<boolean> {
  try {
    await pause(ms, undefined, { signal: ended });
    return true;
  } catch (error) {
    if (!ended.aborted) throw error;
    return false;
  }
}

function send(viewer: ServerResponse, source: Pick<AccountSource, 'update'>): void {
  viewer.write(`data: ${JSON.stringify(source.update(), safeReplacer)}\n\n`);
}
