import { createHash } from 'node:crypto';
import type { SimClock } from '../clock.ts';
import type { Invocation as InvocationResult } from '../wire/lambda.ts';
import { environmentOf } from './environment.ts';
import { LambdaHostClosedError } from './errors.ts';
import { ExecutionEnvironment, type Answer } from './execution-environment.ts';
import { FunctionLog } from './function-log.ts';
import type { ContextFields, Pauses, ReportedError } from './messages.ts';

/** A function as `serverless.yml` declares it. */
export type FunctionDefinition = {
  /** The module that exports `handler`. */
  readonly module: URL;
  /** Its own variables. Lambda's are added. */
  readonly env?: Readonly<Record<string, string>>;
  /** In real seconds. */
  readonly timeoutSeconds: number;
  /** Reported to the function, not enforced. Default 1024. */
  readonly memoryMegabytes?: number;
  /** The name in its context, such as `<service>-<stage>-monitor`. Default: the name it is declared under. */
  readonly deployedAs?: string;
};

/** Settings that all functions of a host share. */
export type Deployment = {
  readonly clock: SimClock;
  readonly region: string;
  readonly accountId: string;
  readonly seed: string;
  readonly taskRoot: string;
  readonly initTimeoutSeconds: number;
  readonly pauses: Pauses;
  readonly onLine: (functionName: string, line: string) => void;
};

const defaultMemoryMegabytes = 1024;

/** One function with at most one execution environment, created by its first invocation. */
export class DeployedFunction {
  readonly #declaredName: string;
  readonly #name: string;
  readonly #definition: FunctionDefinition;
  readonly #deployment: Deployment;
  readonly #log: FunctionLog;
  #environment: ExecutionEnvironment | undefined;
  #requests = 0;
  #starts = 0;
  #logStreamName = '';
  #isEnded = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string, definition: FunctionDefinition, deployment: Deployment) {
    this.#declaredName = name;
    this.#name = definition.deployedAs ?? name;
    this.#definition = definition;
    this.#deployment = deployment;
    this.#log = new FunctionLog((line) => {
      deployment.onLine(this.#name, line);
    });
  }

  /**
   * Runs events one after the other: reserved concurrency 1.
   *
   * @throws {LambdaHostClosedError} if the function is ended before it answers
   */
  invoke(payload: string): Promise<InvocationResult> {
    const result = this.#last.then(() => this.#invokeNow(payload));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#environment?.end();
  }

  async #invokeNow(payload: string): Promise<InvocationResult> {
    this.#refuseIfEnded();
    this.#requests += 1;
    const awsRequestId = asUuid(this.#digest(`request ${this.#requests}`));
    const startedAt = performance.now();
    const answer = await this.#run(payload, awsRequestId);
    this.#refuseIfEnded();
    const took = (performance.now() - startedAt).toFixed(2);
    const result = this.#resultOf(answer, awsRequestId);
    this.#log.write(`END RequestId: ${awsRequestId}`);
    this.#log.write(
      `REPORT RequestId: ${awsRequestId}\tDuration: ${took} ms\tMemory Size: ${this.#memoryMegabytes} MB`,
    );
    return { ...result, logTail: this.#log.takeTail() };
  }

  async #run(payload: string, awsRequestId: string): Promise<Answer> {
    const coldStart = await this.#environmentReady();
    this.#log.write(`START RequestId: ${awsRequestId} Version: $LATEST`);
    if ('kind' in coldStart) return coldStart;
    const timeoutMs = this.#definition.timeoutSeconds * 1000;
    const deadline = Date.now() + timeoutMs;
    return coldStart.serve({ payload, deadline, context: this.#contextOf(awsRequestId) }, timeoutMs);
  }

  /** The existing environment or a new one, or the report of why the module could not be loaded. */
  async #environmentReady(): Promise<ExecutionEnvironment | Answer> {
    if (this.#environment?.isOver === false) return this.#environment;
    const { clock, initTimeoutSeconds, pauses, region, taskRoot } = this.#deployment;
    this.#starts += 1;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.#logStreamName = `${day}/[$LATEST]${this.#digest(`start ${this.#starts}`).slice(0, 32)}`;
    const env = environmentOf(
      {
        functionName: this.#name,
        declaredName: this.#declaredName,
        region,
        memoryMegabytes: this.#memoryMegabytes,
        taskRoot,
        logGroupName: this.#logGroupName,
        logStreamName: this.#logStreamName,
      },
      this.#definition.env ?? {},
    );
    this.#environment = new ExecutionEnvironment({
      module: this.#definition.module,
      env,
      clock,
      pauses,
      log: this.#log,
    });
    const loaded = await this.#environment.loaded(initTimeoutSeconds * 1000);
    return loaded.kind === 'ready' ? this.#environment : loaded;
  }

  #resultOf(answer: Answer, awsRequestId: string): InvocationResult {
    switch (answer.kind) {
      case 'returned':
        return { payload: answer.payload };
      case 'timed-out': {
        const message = `Task timed out after ${this.#definition.timeoutSeconds.toFixed(2)} seconds`;
        this.#log.write(`${this.#now()} ${awsRequestId} ${message}`);
        return failed({
          errorType: 'Sandbox.Timedout',
          errorMessage: `RequestId: ${awsRequestId} Error: ${message}`,
        });
      }
      case 'failed':
      case 'crashed':
        this.#log.write(`${this.#now()}\t${awsRequestId}\tERROR\tInvoke Error \t${JSON.stringify(answer.error)}`);
        return failed(withRequestId(answer.error, awsRequestId));
      case 'ready':
        throw new Error('an environment reported ready during an invocation');
    }
  }

  #contextOf(awsRequestId: string): ContextFields {
    const { region, accountId } = this.#deployment;
    return {
      awsRequestId,
      functionName: this.#name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${this.#name}`,
      memoryLimitInMB: `${this.#memoryMegabytes}`,
      logGroupName: this.#logGroupName,
      logStreamName: this.#logStreamName,
    };
  }

  get #memoryMegabytes(): number {
    return this.#definition.memoryMegabytes ?? defaultMemoryMegabytes;
  }

  get #logGroupName(): string {
    return `/aws/lambda/${this.#name}`;
  }

  #now(): string {
    return new Date(this.#deployment.clock.now()).toISOString();
  }

  #refuseIfEnded(): void {
    if (this.#isEnded) throw new LambdaHostClosedError(`the Lambda host was closed before ${this.#name} answered`);
  }

  /** Deterministic ids, so that the logs and events of two simulations can be compared. */
  #digest(purpose: string): string {
    return createHash('sha256').update(`${this.#deployment.seed} ${this.#name} ${purpose}`).digest('hex');
  }
}

function failed(error: ReportedError): InvocationResult {
  return { payload: JSON.stringify(error), functionError: 'Unhandled' };
}

/** Lambda reports an exit of the runtime in its place, with the request id. */
function withRequestId(error: ReportedError, awsRequestId: string): ReportedError {
  if (error.errorType !== 'Runtime.ExitError') return error;
  return { ...error, errorMessage: `RequestId: ${awsRequestId} Error: ${error.errorMessage}` };
}

/** Shaped as a version 4 UUID. */
function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
