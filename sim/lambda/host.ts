import type { SimClock } from '../clock.ts';
import { UnknownFunctionError, type Invocation, type LambdaHost as LambdaPort } from '../wire/lambda.ts';
import { DeployedFunction, type FunctionDefinition } from './deployed-function.ts';
import { InvalidRequestContentError } from './errors.ts';
import { resolveFunctionName } from './function-name.ts';

export type LambdaHostOptions = {
  readonly functions: Readonly<Record<string, FunctionDefinition>>;
  /** What `Date` shows inside the functions. */
  readonly clock: SimClock;
  readonly region: string;
  /** Default 111122223333, the account of AWS's examples. */
  readonly accountId?: string;
  /** Decides request ids and log stream names. Default `local`. */
  readonly seed?: string;
  /** LAMBDA_TASK_ROOT. Default: the working directory. */
  readonly taskRoot?: string;
  /** Real seconds in which a module must load. Default 60: unlike Lambda's, this machine has other things to do. */
  readonly initTimeoutSeconds?: number;
  /** Finds the declared name for a name it is given; default {@link resolveFunctionName}. */
  readonly resolveName?: (given: string) => string | undefined;
  /** Takes every line a function writes, and the lines Lambda puts around them. Default: nobody listens. */
  readonly onLog?: (line: { readonly functionName: string; readonly line: string }) => void;
};

/** Runs handlers as Lambda does. See {@link createLambdaHost}. */
export type LambdaHost = LambdaPort & {
  /** Ends all functions at once; invocations that wait are rejected with `LambdaHostClosedError`. */
  close(): Promise<void>;
};

/**
 * Runs the project's unmodified handlers under the simulated clock, each function in a thread of its own with its own
 * environment variables, cold start, timeout and log, and with concurrency 1.
 *
 * `Date` is simulated in those threads; timers, and so timeouts, are real. Between invocations a function is not frozen.
 */
export function createLambdaHost(options: LambdaHostOptions): LambdaHost {
  const { functions, clock, region, onLog } = options;
  const names = Object.keys(functions);
  const deployment = {
    clock,
    region,
    accountId: options.accountId ?? '111122223333',
    seed: options.seed ?? 'local',
    taskRoot: options.taskRoot ?? process.cwd(),
    initTimeoutSeconds: options.initTimeoutSeconds ?? 60,
    onLine: (functionName: string, line: string) => onLog?.({ functionName, line }),
  };
  const deployed = new Map(
    Object.entries(functions).map(([name, definition]) => [name, new DeployedFunction(name, definition, deployment)]),
  );
  const resolveName = options.resolveName ?? ((given: string) => resolveFunctionName(given, names));

  const invoke = async (functionName: string, payload: string): Promise<Invocation> => {
    const found = deployed.get(resolveName(functionName) ?? '');
    if (found === undefined) throw new UnknownFunctionError(functionName);
    return found.invoke(checked(payload));
  };

  const close = async (): Promise<void> => {
    await Promise.all([...deployed.values()].map((one) => one.end()));
  };

  return { invoke, close };
}

/** An invocation without a payload passes an empty event. */
function checked(payload: string): string {
  if (payload.trim() === '') return '{}';
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    throw new InvalidRequestContentError(`Could not parse request body into json: ${String(error)}`, { cause: error });
  }
}
