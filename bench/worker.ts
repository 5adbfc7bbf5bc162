import { parentPort } from 'node:worker_threads';
import { runJob, type Job } from './job.ts';

parentPort?.on('message', ({ index, job }: { readonly index: number; readonly job: Job }) => {
  parentPort?.postMessage({ index, result: runJob(job) });
});
