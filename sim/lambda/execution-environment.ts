import { Worker } from 'node:worker_threads';
import type { SimClock } from '../clock.ts';
import type { FunctionLog } from './function-log.ts';
import type { Invocation, ReportedError, WorkerReport, WorkerStart } from './messages.ts';

/** What came of waiting for an environment: its report, or that it took too long. */
export type Answer = WorkerReport | { readonly kind: 'timed-out' };

/** One thread with one function in it. It serves one invocation at a time until it crashes or is ended. */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #log: FunctionLog;
  #isOver = false;
  #waiting: ((report: WorkerReport) => void) | undefined;

  constructor(module: URL, env: Readonly<Record<string, string>>, clock: SimClock, log: FunctionLog) {
    const start: WorkerStart = { module: module.href, clockMemory: clock.memory };
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: start,
      env,
      // The flags of whoever hosts us, a test runner perhaps, are no business of the function.
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    this.#log = log;
    log.capture(this.#worker.stdout);
    log.capture(this.#worker.stderr);
    this.#worker.on('message', (report: WorkerReport) => {
      this.#settle(report);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#settle({ kind: 'crashed', error: exitError(String(error)) });
    });
    this.#worker.on('exit', (code) => {
      const how = code === 0 ? 'exited without providing a reason' : `exited with error: exit status ${code}`;
      this.#settle({ kind: 'crashed', error: exitError(`Runtime ${how}`) });
    });
  }

  /** Whether it can serve no more. */
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

  /** Ends the thread at once, in the middle of whatever it does. */
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

  #settle(report: WorkerReport): void {
    if (this.#waiting !== undefined) this.#waiting(report);
    else if (report.kind === 'crashed' && !this.#isOver) this.#crashUnasked(report.error);
  }

  /** Something a handler left running failed after its answer: nobody waits to be told, so the log is. */
  #crashUnasked(error: ReportedError): void {
    this.#log.write(`ERROR\tBetween invocations\t${JSON.stringify(error)}`);
    void this.end();
  }
}

function exitError(message: string): ReportedError {
  return { errorType: 'Runtime.ExitError', errorMessage: message };
}
