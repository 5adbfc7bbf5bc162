import type { SimClock } from '../clock.ts';
import { UnknownFunctionError, type Invocation, type LambdaHost as LambdaPort } from '../wire/lambda.ts';
import { DeployedFunction, type FunctionDefinition } from './deployed-function.ts';
import { InvalidRequestContentError } from './errors.ts';
import type { Pauses } from './messages.ts';
import { resolveFunctionName } from './function-name.ts';

export type LambdaHostOptions = {
  readonly functions: Readonly<Record<string, FunctionDefinition>>;
  /** The time that `Date` shows inside the functions. */
  readonly clock: SimClock;
  readonly region: string;
  /** Default 111122223333, the account of AWS's examples. */
  readonly accountId?: string;
  /** Determines request ids and log stream names. Default `local`. */
  readonly seed?: string;
  /** LAMBDA_TASK_ROOT. Default: the working directory. */
  readonly taskRoot?: string;
  /** In real seconds. Default 60, more than Lambda's 10, because the machine may be busy with other work. */
  readonly initTimeoutSeconds?: number;
  /** `skipped`: pauses between retries take no time. Default `real`. */
  readonly pauses?: Pauses;
  /** Maps the name in a request to a declared name. Default {@link resolveFunctionName}. */
  readonly resolveName?: (given: string) => string | undefined;
  /** Receives every line that a function writes and Lambda's own START, END and REPORT lines. Default: discarded. */
  readonly onLog?: (line: { readonly functionName: string; readonly line: string }) => void;
};

/** Runs handlers as Lambda does. See {@link createLambdaHost}. */
export type LambdaHost = LambdaPort & {
  /** Terminates all functions at once. Open invocations reject with `LambdaHostClosedError`. */
  close(): Promise<void>;
};

/**
 * Runs the project's unmodified handlers under the simulated clock, each function in a thread of its own with its own
 * environment variables, cold start, timeout and log, and with concurrency 1.
 *
 * `Date` is simulated in those threads. Timers and timeouts are real, unless `pauses` is `skipped`. Unlike in Lambda, a function
 * is not frozen between invocations.
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
    pauses: options.pauses ?? ('real' as const),
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

/** As in Lambda, an empty payload is an empty event. */
function checked(payload: string): string {
  if (payload.trim() === '') return '{}';
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    throw new InvalidRequestContentError(`Could not parse request body into json: ${String(error)}`, { cause: error });
  }
}
