import { runDelays, type DelayJob, type DelayResult } from './delays.ts';
import { runHealthy, type HealthyJob, type HealthyResult } from './healthy.ts';
import { runOutages, type OutageJob, type OutageResult } from './outages.ts';
import { runRecoveries, type RecoveryJob, type RecoveryResult } from './recoveries.ts';

export type Job = HealthyJob | OutageJob | DelayJob | RecoveryJob;
export type JobResult = HealthyResult | OutageResult | DelayResult | RecoveryResult;

export function runJob(job: Job): JobResult {
  switch (job.kind) {
    case 'healthy':
      return runHealthy(job);
    case 'outages':
      return runOutages(job);
    case 'delays':
      return runDelays(job);
    case 'recoveries':
      return runRecoveries(job);
    default:
      return job satisfies never;
  }
}
