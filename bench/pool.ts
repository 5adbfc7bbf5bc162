import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './job.ts';

/** Runs the jobs on so many threads. */
export async function runAll(
  jobs: readonly Job[],
  {
    threads,
    onProgress,
    onResult,
  }: {
    readonly threads: number;
    readonly onProgress: (done: number, of: number) => void;
    readonly onResult: (job: Job, result: JobResult) => void;
  },
): Promise<void> {
  let done = 0;
  const queue = jobs.values();
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (const job of queue) {
        onResult(job, await ask(worker, job));
        done += 1;
        onProgress(done, jobs.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, serve));
}

function ask(worker: Worker, job: Job): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const onMessage = (result: JobResult): void => {
      worker.off('error', reject);
      resolve(result);
    };
    worker.once('message', onMessage);
    worker.once('error', reject);
    worker.postMessage(job);
  });
}
