/** The packaged monitor in a process of its own, so that its time and memory do not include those of the local AWS. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { runReportSchema, type Invocation, type RunReport } from './monitor-messages.ts';

/** As in serverless.yml. */
export const timeoutSeconds = 50;
const memoryMegabytes = 512;

/** Lambda's own start script gives Node.js these shares of a function's memory. */
const heapLimits = [
  `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
  `--max-semi-space-size=${Math.floor(memoryMegabytes * 0.05)}`,
];

/** The next message of a process, or its exit code. */
async function nextOf(child: ChildProcess): Promise<unknown> {
  const arrived = new AbortController();
  const { signal } = arrived;
  const values: readonly unknown[] = await Promise.race([
    once(child, 'message', { signal }),
    once(child, 'exit', { signal }),
  ]);
  arrived.abort();
  return values[0];
}

const scheduledEvent = readFileSync('events/scheduled.json', 'utf8');

/** `cut off`: Lambda's time limit ended the run. It then reports nothing of itself. */
export type Run =
  | (RunReport & { readonly startedAtMs: number })
  | { readonly outcome: 'cut off'; readonly seconds: number; readonly startedAtMs: number };

export class MonitorProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param env the environment of the function; nothing is inherited */
  static async start(module: string, env: Readonly<Record<string, string>>): Promise<MonitorProcess> {
    const child = fork(new URL('./monitor-process.ts', import.meta.url), [module], {
      env: { ...env },
      execArgv: heapLimits,
      // The log, errors included, goes where it costs next to nothing.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const message = await nextOf(child);
    if (message !== 'ready')
      throw new Error(`the process of the monitor ended before it was ready: ${String(message)}`);
    return new MonitorProcess(child);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the process of the monitor did not start');
    return pid;
  }

  /** One scheduled run, or one with another event. After a run that was cut off, the process is over. */
  async run(simulatedMs: number, payload = scheduledEvent): Promise<Run> {
    const startedAtMs = performance.now();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutSeconds * 1000);
    const answer = nextOf(this.#child);
    this.#child.send({ payload, timeoutSeconds, simulatedMs } satisfies Invocation);
    const message = await answer;
    clearTimeout(timer);
    const report = runReportSchema.safeParse(message);
    if (report.success) return { ...report.data, startedAtMs };
    return { outcome: 'cut off', seconds: (performance.now() - startedAtMs) / 1000, startedAtMs };
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
