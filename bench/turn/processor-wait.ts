import { existsSync, readFileSync } from 'node:fs';

/**
 * How long the main thread of a process has been ready to run while other work had the processors, in seconds: what a busy machine adds to
 * its times. NaN where the system does not count it; only Linux does.
 *
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 */
export function processorWaitSeconds(pid: number): number {
  const file = `/proc/${pid}/task/${pid}/schedstat`;
  if (!existsSync(file)) return Number.NaN;
  return Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e9;
}
