import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account/account.ts';
import { AwsError } from '../account/errors.ts';
import { IdCounter } from '../account/ids.ts';
import type { EpochMs } from '../clock.ts';
import { adminReply, homeReply, isAdminPath, type AdminPages } from './admin.ts';
import { decodeCall, unknownOperationName, type Call } from './call.ts';
import type { Permissions } from './iam/permissions.ts';
import { credentialOf, readIncoming, type Incoming } from './incoming.ts';
import type { LambdaHost } from './lambda.ts';
import { Misbehaviour, errorOf, type Effect, type MisbehaviourRule, type ObservedRequest } from './misbehaviour.ts';
import { jsonRpc } from './protocols/json-rpc.ts';
import type { Reply } from './reply.ts';
import { RequestLog, type RequestRecord } from './request-log.ts';

export type WireServerOptions = {
  readonly account: Account;
  /** The simulated time, which replies have in their `date` header. */
  readonly clock: { readonly now: () => EpochMs };
  /** Runs invoked functions. Without it every function is unknown. */
  readonly lambda?: LambdaHost;
  /** Restricts functions to their roles. Default: every request is allowed. */
  readonly permissions?: Permissions | undefined;
  /** Called when a request is answered, reset or left hanging. */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. Signatures are not checked: do not listen on a network. */
  readonly host?: string;
};

/** A request and its answer, with times in milliseconds of `performance.now()`. */
export type AnsweredRequest = ObservedRequest & {
  readonly status: RequestRecord['status'];
  readonly arrivedAtMs: number;
  readonly answeredAtMs: number;
};

/** A running server: every service's endpoint in every Region, at one address. */
export type WireServer = {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first, limited to about the newest 100,000. */
  readonly requests: readonly RequestRecord[];
  readonly clearRequests: () => void;
  /** Adds a rule. If several match a request, the first one applies. Returns a function that ends the rule. */
  readonly misbehave: (rule: MisbehaviourRule) => () => void;
  readonly clearMisbehaviour: () => void;
  /** The rules that a person posted. */
  readonly posted: Pick<Misbehaviour, 'post' | 'posted'>;
  readonly addPages: (pages: AdminPages) => void;
  /** Closes every connection, including hanging ones. */
  readonly close: () => Promise<void>;
};

const defaultHost = '127.0.0.1';

/** Starts a server that real AWS clients can use. */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const { port = 0, host = defaultHost } = options;
  const handler = new RequestHandler(options);
  const server = createServer((message, response) => {
    void handler.serve(message, response);
  });
  // Clients keep connections open between simulated minutes and would fail if the server closed one first.
  server.keepAliveTimeout = 0;
  await listening(server, port, host);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    requests: handler.requests.records,
    clearRequests: () => {
      handler.requests.clear();
    },
    misbehave: (rule) => handler.misbehaviour.add(rule),
    clearMisbehaviour: () => {
      handler.misbehaviour.clear();
    },
    posted: handler.misbehaviour,
    addPages: (pages) => {
      handler.adminPages.push(pages);
    },
    close: () => handler.close(server),
  };
}

/** Receives requests, sends the replies, and applies the injected effects. */
class RequestHandler {
  readonly requests = new RequestLog();
  readonly misbehaviour = new Misbehaviour();
  readonly adminPages: AdminPages[] = [];
  readonly #options: WireServerOptions;
  readonly #requestIds = new IdCounter();
  readonly #closing = new AbortController();

  constructor(options: WireServerOptions) {
    this.#options = options;
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAtMs = performance.now();
    try {
      const incoming = await readIncoming(message, this.#options.host ?? defaultHost);
      if (isAdminPath(incoming.path)) {
        await this.#answerAdmin(incoming, response);
        return;
      }
      const home = homeReply(incoming, this.adminPages);
      if (home === undefined) await this.#answer(incoming, response, arrivedAtMs);
      else this.#send(response, home);
    } catch (error) {
      if (this.#closing.signal.aborted || response.destroyed) {
        response.destroy();
        return;
      }
      const reply = replyToUnknownService(error);
      this.#log(
        { service: 'unknown', operation: unknownOperationName, region: 'unknown', resource: undefined },
        reply.status,
      );
      this.#send(response, reply);
    }
  }

  async close(server: Server): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    server.closeAllConnections();
    await closed;
  }

  async #answerAdmin(incoming: Incoming, response: ServerResponse): Promise<void> {
    const { requests, misbehaviour, adminPages: others } = this;
    const { account } = this.#options;
    const reply = await adminReply(incoming, response, { account, requests, misbehaviour, others });
    if (reply !== 'streaming') this.#send(response, reply);
  }

  async #answer(incoming: Incoming, response: ServerResponse, arrivedAtMs: number): Promise<void> {
    const { accessKeyId, ...scope } = credentialOf(incoming);
    const call = decodeCall(incoming, scope, this.#options.lambda);
    const effect = this.misbehaviour.effectOn({ ...call, headers: incoming.headers });
    const log = (status: RequestRecord['status']): void => {
      this.#log(call, status);
      this.#options.onAnswered?.({ ...call, status, arrivedAtMs, answeredAtMs: performance.now() });
    };
    const unanswered = effect && unansweredKind(effect);
    if (unanswered !== undefined) {
      log(unanswered);
      if (unanswered === 'reset') reset(response);
      return;
    }
    if (effect?.kind === 'latency') await delay(effect.ms, undefined, { signal: this.#closing.signal });
    const reply = await this.#reply(call, { accessKeyId, baseUrl: incoming.baseUrl, effect });
    if (effect?.kind === 'reset-after') {
      log('reset');
      reset(response);
      return;
    }
    log(reply.status);
    if (effect?.kind === 'truncated-body') this.#sendHalf(response, reply);
    else this.#send(response, effect?.kind === 'malformed-body' ? { ...reply, body: htmlErrorPage } : reply);
  }

  async #reply(
    call: Call,
    request: { readonly accessKeyId: string; readonly baseUrl: string; readonly effect: Effect | undefined },
  ): Promise<Reply> {
    const { accessKeyId, baseUrl, effect } = request;
    try {
      const refusal = errorOf(effect, call.service) ?? this.#permissionRefusal(call, accessKeyId);
      if (refusal) throw refusal;
      return call.protocol.success(
        await call.run({ account: this.#options.account, region: call.region, baseUrl, effect }),
      );
    } catch (error) {
      return call.protocol.failure(error instanceof AwsError ? error : internalFailure(error));
    }
  }

  /** An unknown operation needs no permission: the caller gets the error for an unknown operation. */
  #permissionRefusal(call: Call, accessKeyId: string): AwsError | undefined {
    return call.operation === unknownOperationName
      ? undefined
      : this.#options.permissions?.refusalOf(call, accessKeyId);
  }

  #log(
    {
      service,
      operation,
      region,
      resource,
    }: Pick<Call, 'operation' | 'region' | 'resource'> & { readonly service: string },
    status: RequestRecord['status'],
  ): void {
    const at = this.#options.clock.now();
    this.requests.add({ at, service, operation, region, status, ...(resource === undefined ? {} : { resource }) });
  }

  #send(response: ServerResponse, reply: Reply): void {
    this.#head(response, reply);
    response.end(reply.body);
  }

  /** Announces the whole body, sends half of it, and closes the connection. */
  #sendHalf(response: ServerResponse, reply: Reply): void {
    const body = Buffer.from(reply.body);
    this.#head(response, { ...reply, body });
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
      response.socket?.destroy();
    });
  }

  #head(response: ServerResponse, { status, headers, body }: Reply): void {
    response.writeHead(status, {
      ...headers,
      // Clients correct their clocks by this header and sign with the result, so it must be the simulated time.
      date: new Date(this.#options.clock.now()).toUTCString(),
      'x-amzn-requestid': this.#requestIds.uuid(),
      ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    });
  }
}

const htmlErrorPage = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** How a request ends that is neither performed nor answered. */
function unansweredKind({ kind }: Effect): 'hang' | 'reset' | undefined {
  if (kind === 'hang') return 'hang';
  return kind === 'reset-before' || kind === 'region-down' ? 'reset' : undefined;
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** The error reply to a request whose service is unknown. */
function replyToUnknownService(error: unknown): Reply {
  const awsError = error instanceof AwsError ? error : internalFailure(error);
  const { headers, ...reply } = jsonRpc('application/json', false).failure(awsError);
  return { ...reply, headers: { ...headers, 'x-amzn-errortype': awsError.code } };
}

/** A defect of the simulator. Printed, because the caller may hide it. */
function internalFailure(error: unknown): AwsError {
  console.error(error);
  const message = `The simulator failed: ${error instanceof Error ? error.message : String(error)}`;
  return new AwsError({ code: 'InternalFailure', httpStatus: 500, message });
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
