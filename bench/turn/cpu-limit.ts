/** Limits a process to a share of a processor, as Lambda does with a function of little memory: a thread that stops and continues it. */
import { readdirSync, readFileSync } from 'node:fs';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { z } from 'zod';

const limitSchema = z.object({ pid: z.number(), share: z.number() });
type Limit = z.output<typeof limitSchema>;

/** Lambda gives a full processor at 1,769 MB, and the monitor has 512 MB. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const lambdaShare = 512 / 1769;

/** Whether the system counts what the limit needs. */
export const canLimit = process.platform === 'linux';

/** @returns ends the limit */
export function limitCpu(limit: Limit): () => Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: limit });
  return async () => {
    await worker.terminate();
    signal(limit.pid, 'SIGCONT');
  };
}

const tickMs = 5;
/** What was not used in so much time is lost, so that a pause for an answer does not pay for a burst. */
const periodMs = 100;

/** Measured against a clock that runs also while the process is stopped. */
function enforce({ pid, share }: Limit): void {
  let [at, used] = [performance.now(), cpuMs(pid)];
  let left = 0;
  let isStopped = false;
  setInterval(() => {
    const [now, usedNow] = [performance.now(), cpuMs(pid)];
    left = Math.min(left + share * (now - at), share * periodMs) - (usedNow - used);
    [at, used] = [now, usedNow];
    if (left < 0 === isStopped) return;
    isStopped = left < 0;
    signal(pid, isStopped ? 'SIGSTOP' : 'SIGCONT');
  }, tickMs);
}

/** Of all threads of a process, in milliseconds; 0 after its end. */
function cpuMs(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
      .reduce((total, each) => total + each, 0);
  } catch (error) {
    if (hasEnded(error)) return 0;
    throw error;
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!hasEnded(error)) throw error;
  }
}

/** A process or a thread may end between any two calls. */
function hasEnded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code));
}

if (!isMainThread) {
  const limit = limitSchema.safeParse(workerData);
  if (limit.success) enforce(limit.data);
}
