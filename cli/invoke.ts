/** Invokes a function of the stack, or of the local AWS. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Deployment, Request } from './request.ts';

/** As in serverless.yml. */
export const serviceName = 'voice-connector-failover';

export type Answer =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** The function threw: it refused, or failed. */
  | { readonly kind: 'threw'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string };

/** Longer than the function may take. */
const requestTimeoutMs = 130_000;

export async function invoke({ deployment, functionName, payload }: Request): Promise<Answer> {
  const client = new LambdaClient({ ...clientSettings(deployment), maxAttempts: 1 });
  const name = nameOf(deployment, functionName);
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
      { requestTimeout: requestTimeoutMs },
    );
    const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
    return FunctionError === undefined ? { kind: 'answered', payload: answer } : thrown(answer);
  } catch (error) {
    return { kind: 'unreachable', message: `${name} could not be invoked: ${textOf(error)}${hint(error, deployment)}` };
  } finally {
    client.destroy();
  }
}

function nameOf(deployment: Deployment, functionName: string): string {
  return `${serviceName}-${deployment.kind === 'local' ? 'dev' : deployment.stage}-${functionName}`;
}

function clientSettings(deployment: Deployment) {
  return deployment.kind === 'stack'
    ? { region: deployment.region }
    : {
        endpoint: `http://127.0.0.1:${deployment.port}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      };
}

function thrown(answer: unknown): Answer {
  const read = (key: string): string => {
    const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { kind: 'threw', errorType: read('errorType'), message: read('errorMessage') };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message === '' && error.cause !== undefined ? textOf(error.cause) : error.message}`;
}

function hint(error: unknown, deployment: Deployment): string {
  const name = error instanceof Error ? error.name : '';
  if (deployment.kind === 'local') return `. Does npm run sim run on port ${deployment.port}?`;
  if (name === 'ResourceNotFoundException') {
    return `. Is stage ${deployment.stage} deployed in ${deployment.region}?`;
  }
  return '';
}
