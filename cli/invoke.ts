/** Invokes a function of the stack, or of the local AWS. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings, deployedName, failureText, type Deployment } from './deployment.ts';

export type Invocation = {
  readonly deployment: Deployment;
  readonly functionName: 'operate' | 'preflight';
  readonly payload: object;
};

export type Answer =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** The function threw: it refused, or failed. */
  | { readonly kind: 'threw'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string };

/** Longer than the function may take. */
const requestTimeoutMs = 130_000;

export async function invoke({ deployment, functionName, payload }: Invocation): Promise<Answer> {
  const client = new LambdaClient({ ...clientSettings(deployment), maxAttempts: 1 });
  const name = deployedName(deployment, functionName);
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
      { requestTimeout: requestTimeoutMs },
    );
    const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
    return FunctionError === undefined ? { kind: 'answered', payload: answer } : thrown(answer);
  } catch (error) {
    return { kind: 'unreachable', message: `${name} could not be invoked: ${failureText(error, deployment)}` };
  } finally {
    client.destroy();
  }
}

function thrown(answer: unknown): Answer {
  const read = (key: string): string => {
    const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { kind: 'threw', errorType: read('errorType'), message: read('errorMessage') };
}
