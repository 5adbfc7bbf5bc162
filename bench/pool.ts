import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './job.ts';

type Answer = { readonly index: number; readonly result: JobResult };

/** Runs the jobs on so many threads and returns the results in the order of the jobs. */
export async function runAll(
  jobs: readonly Job[],
  { threads, onProgress }: { readonly threads: number; readonly onProgress: (done: number, of: number) => void },
): Promise<readonly JobResult[]> {
  const results = new Map<number, JobResult>();
  const queue = jobs.entries();
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (const [index, job] of queue) {
        const answer = await ask(worker, index, job);
        results.set(answer.index, answer.result);
        onProgress(results.size, jobs.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, serve));
  return jobs.flatMap((_, index) => results.get(index) ?? []);
}

function ask(worker: Worker, index: number, job: Job): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: Answer): void => {
      worker.off('error', reject);
      resolve(answer);
    };
    worker.once('message', onMessage);
    worker.once('error', reject);
    worker.postMessage({ index, job });
  });
}
