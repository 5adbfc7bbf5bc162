import type { DelayResult } from './delays.ts';
import type { HealthyResult } from './healthy.ts';
import type { Calibration } from './jobs.ts';
import type { Options } from './options.ts';
import type { Ledger } from './outages.ts';
import type { RecoveryLedger } from './recoveries.ts';

/** The results of all jobs. Those of a part that did not run are empty. */
export type Findings = {
  readonly options: Options;
  /** In the steady worlds. */
  readonly healthy: readonly HealthyResult[];
  /** In the other healthy worlds. */
  readonly worlds: readonly HealthyResult[];
  readonly calibration: Calibration;
  readonly ledgers: readonly Ledger[];
  /** Of the faults that answer 4xx. */
  readonly refusals: readonly Ledger[];
  readonly delays: readonly DelayResult[];
  readonly pooling: readonly DelayResult[];
  readonly recoveries: readonly RecoveryLedger[];
};
