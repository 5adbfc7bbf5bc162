import { setImmediate } from 'node:timers/promises';
import { AwsError } from '../../account/errors.ts';
import { UnknownFunctionError, type Invocation, type LambdaHost } from '../lambda.ts';
import { jsonReply, type Reply } from '../reply.ts';
import type { Protocol } from '../protocols/protocol.ts';

/** A decoded Invoke request. */
export type InvokeRequest = {
  readonly functionName: string;
  readonly invocationType: string;
  readonly wantsLogTail: boolean;
  readonly payload: string;
};

type InvokeOutput = {
  readonly invocationType: string;
  readonly invocation: Invocation;
  readonly wantsLogTail: boolean;
};

/** The documented limit of a payload sent for a synchronous invocation: 6 MB. */
const maxPayloadBytes = 6 * 1024 * 1024;

/** The name in `name`, `name:qualifier` or the function's ARN; undefined if the path is not an invocation. */
export function invokedFunction(path: string): string | undefined {
  const label = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
  if (label === undefined) return undefined;
  const reference = decodeURIComponent(label);
  return /^(?:arn:[^:]*:lambda:[^:]*:[^:]*:function:)?([^:]+)/.exec(reference)?.[1];
}

/** @throws ResourceNotFoundException if there is no host, or no such function. */
export async function invoke(host: LambdaHost | undefined, request: InvokeRequest): Promise<InvokeOutput> {
  const { functionName, invocationType, payload, wantsLogTail } = request;
  if (Buffer.byteLength(payload) > maxPayloadBytes) {
    const message = `Request must be smaller than ${maxPayloadBytes} bytes for the InvokeFunction operation`;
    throw new AwsError({ code: 'RequestTooLargeException', httpStatus: 413, message });
  }
  if (!isJson(payload)) {
    const message = 'Could not parse request body into json';
    throw new AwsError({ code: 'InvalidRequestContentException', httpStatus: 400, message });
  }
  const invocation = await settled(host, functionName, request);
  return { invocationType, invocation, wantsLogTail };
}

/** Lambda's REST replies: the unmodified payload, and metadata in headers. */
export const lambdaProtocol: Protocol = {
  success: (output) => (isInvokeOutput(output) ? invocationReply(output) : jsonReply(200, output ?? {})),
  failure: ({ code, httpStatus, message }) =>
    jsonReply(
      httpStatus,
      { Type: httpStatus < 500 ? 'User' : 'Service', Message: message },
      { 'x-amzn-errortype': code },
    ),
};

async function settled(
  host: LambdaHost | undefined,
  functionName: string,
  request: InvokeRequest,
): Promise<Invocation> {
  if (request.invocationType === 'DryRun') return { payload: '' };
  try {
    if (!host) throw new UnknownFunctionError(functionName);
    const running = host.invoke(functionName, request.payload === '' ? '{}' : request.payload);
    if (request.invocationType !== 'Event') return await running;
    // An asynchronous invocation is only queued, but an unknown function is reported at once.
    return await Promise.race([running, setImmediate({ payload: '' })]);
  } catch (error) {
    if (!(error instanceof UnknownFunctionError)) throw error;
    const message = `Function not found: ${functionName}`;
    throw new AwsError({ code: 'ResourceNotFoundException', httpStatus: 404, message });
  }
}

function invocationReply({ invocationType, invocation, wantsLogTail }: InvokeOutput): Reply {
  if (invocationType === 'DryRun') return { status: 204, headers: {}, body: '' };
  if (invocationType === 'Event') return { status: 202, headers: {}, body: '' };
  const { payload, functionError, logTail } = invocation;
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
  if (functionError) headers['x-amz-function-error'] = functionError;
  if (wantsLogTail)
    headers['x-amz-log-result'] = Buffer.from(logTail ?? '')
      .subarray(-4096)
      .toString('base64');
  return { status: 200, headers, body: payload };
}

function isInvokeOutput(output: unknown): output is InvokeOutput {
  return typeof output === 'object' && output !== null && 'invocation' in output;
}

function isJson(text: string): boolean {
  if (text === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
