import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account/account.ts';
import { AwsError } from '../account/errors.ts';
import { IdCounter } from '../account/ids.ts';
import type { EpochMs } from '../clock.ts';
import { adminReply, isAdminPath } from './admin.ts';
import { understand, unknownOperationName, type Call } from './call.ts';
import type { Permissions } from './iam/permissions.ts';
import { credentialOf, readIncoming, type Incoming } from './incoming.ts';
import type { LambdaHost } from './lambda.ts';
import { Misbehaviour, errorOf, type Effect, type MisbehaviourRule } from './misbehaviour.ts';
import { jsonRpc } from './protocols/json-rpc.ts';
import type { Reply } from './reply.ts';
import { RequestLog, type RequestRecord } from './request-log.ts';

export type WireServerOptions = {
  readonly account: Account;
  /** Simulated time: what replies are dated with. */
  readonly clock: { readonly now: () => EpochMs };
  /** Who runs invoked functions; without it none is known. */
  readonly lambda?: LambdaHost;
  /** Holds functions to their roles. Default: everybody may do everything. */
  readonly permissions?: Permissions | undefined;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. There are no keys to check: do not listen on a network. */
  readonly host?: string;
};

/** A running server: every service's endpoint in every Region, at one address. */
export type WireServer = {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first; of a long run, the newest 100,000 or so. */
  readonly requests: readonly RequestRecord[];
  readonly clearRequests: () => void;
  /** Adds a rule; of several that match a request the first added strikes. Returns how to end it. */
  readonly misbehave: (rule: MisbehaviourRule) => () => void;
  readonly clearMisbehaviour: () => void;
  /** Drops every connection, hanging ones included. */
  readonly close: () => Promise<void>;
};

/** Starts a local AWS that real clients can talk to. */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const { port = 0, host = '127.0.0.1' } = options;
  const desk = new FrontDesk(options);
  const server = createServer((message, response) => {
    void desk.serve(message, response);
  });
  // Clients keep connections open between simulated minutes; a server that closes one first makes them fail.
  server.keepAliveTimeout = 0;
  await listening(server, port, host);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    requests: desk.requests.records,
    clearRequests: () => {
      desk.requests.clear();
    },
    misbehave: (rule) => desk.misbehaviour.add(rule),
    clearMisbehaviour: () => {
      desk.misbehaviour.clear();
    },
    close: () => desk.close(server),
  };
}

/** Takes requests in, has them answered, and sends the answers out, properly or as the rules of misbehaviour want it. */
class FrontDesk {
  readonly requests = new RequestLog();
  readonly misbehaviour = new Misbehaviour();
  readonly #options: WireServerOptions;
  readonly #requestIds = new IdCounter();
  readonly #closing = new AbortController();

  constructor(options: WireServerOptions) {
    this.#options = options;
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const incoming = await readIncoming(message);
      if (isAdminPath(incoming.path)) {
        this.#send(
          response,
          adminReply(incoming, { ...this.#options, requests: this.requests, misbehaviour: this.misbehaviour }),
        );
        return;
      }
      await this.#answer(incoming, response);
    } catch (error) {
      if (this.#closing.signal.aborted || response.destroyed) {
        response.destroy();
        return;
      }
      const reply = unattributable(error);
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

  async #answer(incoming: Incoming, response: ServerResponse): Promise<void> {
    const { accessKeyId, ...scope } = credentialOf(incoming);
    const call = understand(incoming, scope, this.#options.lambda);
    const effect = this.misbehaviour.strike({ ...call, headers: incoming.headers });
    const unanswered = effect && unansweredAs(effect);
    if (unanswered !== undefined) {
      this.#log(call, unanswered);
      if (unanswered === 'reset') reset(response);
      return;
    }
    if (effect?.kind === 'latency') await delay(effect.ms, undefined, { signal: this.#closing.signal });
    const reply = await this.#reply(call, { accessKeyId, baseUrl: incoming.baseUrl, effect });
    if (effect?.kind === 'reset-after') {
      this.#log(call, 'reset');
      reset(response);
      return;
    }
    this.#log(call, reply.status);
    if (effect?.kind === 'truncated-body') this.#sendHalf(response, reply);
    else this.#send(response, effect?.kind === 'malformed-body' ? { ...reply, body: notWhatWasPromised } : reply);
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

  /** What is no operation needs no permission: it is refused as what it is. */
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

  /** Promises the whole body, sends half of it, and is gone. */
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
      // Clients set their clocks by it and sign with the result, so it must be the simulation's.
      date: new Date(this.#options.clock.now()).toUTCString(),
      'x-amzn-requestid': this.#requestIds.uuid(),
      ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    });
  }
}

const notWhatWasPromised = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** How a request ends of which nothing is done. */
function unansweredAs({ kind }: Effect): 'hang' | 'reset' | undefined {
  if (kind === 'hang') return 'hang';
  return kind === 'reset-before' || kind === 'region-down' ? 'reset' : undefined;
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** For requests of which it is not known whose they are. */
function unattributable(error: unknown): Reply {
  const awsError = error instanceof AwsError ? error : internalFailure(error);
  const { headers, ...reply } = jsonRpc('application/json', false).failure(awsError);
  return { ...reply, headers: { ...headers, 'x-amzn-errortype': awsError.code } };
}

/** A defect of the simulator, which whoever runs it should see. */
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
