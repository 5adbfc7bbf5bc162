import { Worker } from 'node:worker_threads';
import type { SimClock } from '../clock.ts';
import type { FunctionLog } from './function-log.ts';
import type { Invocation, Pauses, ReportedError, WorkerReport, WorkerStart } from './messages.ts';

/** The worker's report, or `timed-out` if none came in time. */
export type Answer = WorkerReport | { readonly kind: 'timed-out' };

export type EnvironmentOptions = {
  readonly module: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: SimClock;
  readonly pauses: Pauses;
  readonly log: FunctionLog;
};

/** The cache first: without it each thread strips the types of worker.ts and its imports, for as long as all else of its start takes. */
const entry = `
  require('node:module').enableCompileCache(require('node:worker_threads').workerData.compileCache);
  import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)});
`;

/** One thread with one function in it. It serves one invocation at a time until it crashes or is ended. */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #log: FunctionLog;
  #isOver = false;
  #waiting: ((report: WorkerReport) => void) | undefined;

  constructor({ module, env, clock, pauses, log }: EnvironmentOptions) {
    const start: WorkerStart = {
      module: module.href,
      clockMemory: clock.memory,
      pauses,
      compileCache: process.env['NODE_COMPILE_CACHE'],
    };
    this.#worker = new Worker(entry, {
      eval: true,
      workerData: start,
      env,
      // The flags of the hosting process, for example a test runner, must not reach the function.
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    this.#log = log;
    log.capture(this.#worker.stdout);
    log.capture(this.#worker.stderr);
    this.#worker.on('message', (report: WorkerReport) => {
      this.#receive(report);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#receive({ kind: 'crashed', error: exitError(String(error)) });
    });
    this.#worker.on('exit', (code) => {
      const how = code === 0 ? 'exited without providing a reason' : `exited with error: exit status ${code}`;
      this.#receive({ kind: 'crashed', error: exitError(`Runtime ${how}`) });
    });
  }

  /** Whether it can no longer serve invocations. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Waits until the module is loaded. */
  loaded(timeoutMs: number): Promise<Answer> {
    return this.#answerWithin(timeoutMs);
  }

  serve(invocation: Invocation, timeoutMs: number): Promise<Answer> {
    const answer = this.#answerWithin(timeoutMs);
    this.#worker.postMessage(invocation);
    return answer;
  }

  /** Terminates the thread at once, even in the middle of an invocation. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  async #answerWithin(timeoutMs: number): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting = resolve;
    const timer = setTimeout(resolve, timeoutMs, { kind: 'timed-out' });
    const answer = await promise;
    clearTimeout(timer);
    this.#waiting = undefined;
    if (answer.kind === 'timed-out' || answer.kind === 'crashed') await this.end();
    return answer;
  }

  #receive(report: WorkerReport): void {
    if (this.#waiting !== undefined) this.#waiting(report);
    else if (report.kind === 'crashed' && !this.#isOver) this.#logLateCrash(report.error);
  }

  /** Work that a handler left running failed after its answer. No invocation can report the error, so it is logged. */
  #logLateCrash(error: ReportedError): void {
    this.#log.write(`ERROR\tBetween invocations\t${JSON.stringify(error)}`);
    void this.end();
  }
}

function exitError(message: string): ReportedError {
  return { errorType: 'Runtime.ExitError', errorMessage: message };
}
