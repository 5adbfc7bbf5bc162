import { AwsError } from '../account/errors.ts';
import type { CredentialScope, Incoming } from './incoming.ts';
import type { LambdaHost } from './lambda.ts';
import type { ObservedRequest } from './misbehaviour.ts';
import type { Operation, OperationContext } from './operation.ts';
import { decodeJson, jsonRpc } from './protocols/json-rpc.ts';
import type { Protocol } from './protocols/protocol.ts';
import { decodeQuery, query } from './protocols/query.ts';
import { restJson } from './protocols/rest-json.ts';
import { decodeCbor, rpcV2Cbor } from './protocols/rpc-v2-cbor.ts';
import type { ServiceName } from './service-name.ts';
import { bucketOperations, bucketProtocol, bucketRequest } from './services/buckets.ts';
import { chimeOperations } from './services/chime.ts';
import { chimeRoutes, matchRoute } from './services/chime-routes.ts';
import { cloudWatchOperations } from './services/cloudwatch.ts';
import { eventBridgeOperations } from './services/eventbridge.ts';
import { invoke, invokedFunction, lambdaProtocol } from './services/lambda.ts';
import { logOperations } from './services/logs.ts';
import { parameterOperations } from './services/parameters.ts';
import { queueOperations } from './services/queues.ts';

/** A decoded request. An unknown operation is a call too: it fails when it is run. */
export type Call = ObservedRequest & {
  readonly protocol: Protocol;
  /** @throws AwsError if the service rejects the request. */
  readonly run: (context: OperationContext) => unknown;
};

type RpcService = Exclude<ServiceName, 'chime' | 'lambda' | 's3'>;

const rpcServices: Readonly<
  Record<RpcService, { readonly target: string; readonly operations: Readonly<Record<string, Operation>> }>
> = {
  monitoring: { target: 'GraniteServiceVersion20100801', operations: cloudWatchOperations },
  events: { target: 'AWSEvents', operations: eventBridgeOperations },
  ssm: { target: 'AmazonSSM', operations: parameterOperations },
  sqs: { target: 'AmazonSQS', operations: queueOperations },
  logs: { target: 'Logs_20140328', operations: logOperations },
};

/** The name of unknown operations in the request log. */
export const unknownOperationName = 'Unknown';

/** The inputs that identify the resource of a request, most specific first; for the request log. */
const resourceInputs = [
  'VoiceConnectorGroupId',
  'VoiceConnectorId',
  'FilterValue',
  'Path',
  'Name',
  'QueueUrl',
  'QueueName',
  'Namespace',
  'logGroupName',
  'Key',
];

/** Decodes a request: its service, its operation, and the protocol of the answer. */
export function decodeCall(incoming: Incoming, scope: CredentialScope, lambda: LambdaHost | undefined): Call {
  switch (scope.service) {
    case 'chime':
      return chimeCall(incoming, scope);
    case 'lambda':
      return lambdaCall(incoming, scope, lambda);
    case 's3':
      return bucketCall(incoming, scope);
    default:
      return rpcCall(incoming, scope, scope.service);
  }
}

function chimeCall(incoming: Incoming, scope: CredentialScope): Call {
  const match = matchRoute(chimeRoutes, incoming);
  if (!match) return refusal(scope, restJson(404), unknownOperation(404, `${incoming.method} ${incoming.path}`));
  const { operation, successStatus } = match.route;
  const decode = () => ({ ...decodeObject(incoming.body), ...queryInputs(incoming.query), ...match.labels });
  return callOf(scope, { operation, protocol: restJson(successStatus), decode, run: chimeOperations[operation] });
}

function rpcCall(incoming: Incoming, scope: CredentialScope, service: RpcService): Call {
  const { target, operations } = rpcServices[service];
  const { prefix, operation, ...protocol } = rpcProtocol(incoming, service);
  const run = prefix === undefined || prefix === target ? ownMember(operations, operation) : undefined;
  return callOf(scope, { operation, ...protocol, run });
}

/** CloudWatch speaks three protocols, which differ in path and content type; the other services only AWS JSON. */
function rpcProtocol({ path, headers, body }: Incoming, service: RpcService) {
  const contentType = headers['content-type'] ?? 'application/x-amz-json-1.1';
  const smithy = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path);
  if (smithy && headers['smithy-protocol'] === 'rpc-v2-cbor') {
    const [, prefix = '', operation = ''] = smithy;
    return { prefix, operation, protocol: rpcV2Cbor, decode: () => decodeCbor(body) };
  }
  if (service === 'monitoring' && contentType.startsWith('application/x-www-form-urlencoded')) {
    const operation = new URLSearchParams(body.toString()).get('Action') ?? '';
    return { prefix: undefined, operation, protocol: query(operation), decode: () => decodeQuery(body) };
  }
  const [prefix = '', operation = ''] = (headers['x-amz-target'] ?? '').split('.');
  const protocol = jsonRpc(contentType, headers['x-amzn-query-mode'] === 'true');
  return { prefix, operation, protocol, decode: () => decodeJson(body) };
}

function lambdaCall(incoming: Incoming, scope: CredentialScope, host: LambdaHost | undefined): Call {
  const functionName = incoming.method === 'POST' ? invokedFunction(incoming.path) : undefined;
  if (functionName === undefined) {
    return refusal(scope, lambdaProtocol, unknownOperation(404, `${incoming.method} ${incoming.path}`));
  }
  const request = {
    functionName,
    invocationType: incoming.headers['x-amz-invocation-type'] ?? 'RequestResponse',
    wantsLogTail: incoming.headers['x-amz-log-type'] === 'Tail',
    payload: incoming.body.toString(),
  };
  return {
    ...scope,
    operation: 'Invoke',
    resource: functionName,
    input: request,
    protocol: lambdaProtocol,
    run: () => invoke(host, request),
  };
}

function bucketCall(incoming: Incoming, scope: CredentialScope): Call {
  const request = bucketRequest(incoming);
  if (request === undefined) {
    return refusal(scope, bucketProtocol, unknownOperation(501, `${incoming.method} ${incoming.path}`));
  }
  const { operation, input } = request;
  return callOf(scope, { operation, protocol: bucketProtocol, decode: () => input, run: bucketOperations[operation] });
}

function callOf(
  scope: CredentialScope,
  call: {
    readonly operation: string;
    readonly protocol: Protocol;
    readonly decode: () => unknown;
    readonly run: Operation | undefined;
  },
): Call {
  const { operation, protocol, decode, run } = call;
  if (!run) return refusal(scope, protocol, unknownOperation(400, operation === '' ? 'without a name' : operation));
  try {
    const input = decode();
    return { ...scope, operation, resource: resourceOf(input), input, protocol, run: (context) => run(input, context) };
  } catch (error) {
    if (error instanceof AwsError) return { ...refusal(scope, protocol, error), operation };
    throw error;
  }
}

function refusal(scope: CredentialScope, protocol: Protocol, error: AwsError): Call {
  const run = () => {
    throw error;
  };
  return { ...scope, operation: unknownOperationName, resource: undefined, input: undefined, protocol, run };
}

function unknownOperation(httpStatus: number, what: string): AwsError {
  return new AwsError({ code: 'UnknownOperationException', httpStatus, message: `There is no operation ${what}` });
}

/** Own properties only: `constructor` is not an operation. */
function ownMember<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function queryInputs(query: URLSearchParams): Record<string, unknown> {
  const maxResults = query.get('max-results');
  const inputs = {
    MaxResults: maxResults === null || !/^-?\d+$/.test(maxResults) ? (maxResults ?? undefined) : Number(maxResults),
    NextToken: query.get('next-token') ?? undefined,
    Status: query.get('status') ?? undefined,
    FilterName: query.get('filter-name') ?? undefined,
    FilterValue: query.get('filter-value') ?? undefined,
  };
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

function decodeObject(body: Buffer): object {
  const value = decodeJson(body);
  return typeof value === 'object' && value !== null ? value : {};
}

function resourceOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(input));
  for (const name of resourceInputs) {
    const value = members.get(name);
    if (typeof value === 'string') return value;
  }
  return undefined;
}
