import { runDelays, type DelayJob, type DelayResult } from './delays.ts';
import { runHealthy, type HealthyJob, type HealthyResult } from './healthy.ts';
import { runOutages, type OutageJob, type OutageResult } from './outages.ts';

export type Job = HealthyJob | OutageJob | DelayJob;
export type JobResult = HealthyResult | OutageResult | DelayResult;

export function runJob(job: Job): JobResult {
  switch (job.kind) {
    case 'healthy':
      return runHealthy(job);
    case 'outages':
      return runOutages(job);
    case 'delays':
      return runDelays(job);
    default:
      return job satisfies never;
  }
}
