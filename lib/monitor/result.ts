/** The result of a run: shape `run-result` version 1, described in docs/events.md. Times are ISO 8601. */
import type { GroupResult } from '../audit/group-result.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { RegionVerdicts, Verdict } from '../core/model/verdict.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { RunIdentity } from '../events/event.ts';
import type { Trigger } from '../input/trigger.ts';

export type RunResult = {
  readonly shape: 'run-result';
  readonly version: 1;
  readonly runId: string;
  readonly trigger: Trigger;
  readonly monitorRegion: string;
  readonly policyHash: string | undefined;
  readonly observedAt: string;
  readonly finishedAt: string;
  readonly outcome: 'succeeded' | 'failed';
  readonly regions: readonly { readonly region: string; readonly verdict: Verdict }[];
  readonly groups: readonly GroupResult[];
  readonly problems: readonly Problem[];
};

export function runResult(run: {
  readonly identity: RunIdentity;
  readonly trigger: Trigger;
  readonly regions: RegionVerdicts;
  readonly groups: readonly GroupResult[];
  readonly problems: readonly Problem[];
  readonly finishedAt: EpochMs;
}): RunResult {
  return {
    shape: 'run-result',
    version: 1,
    runId: run.identity.runId,
    trigger: run.trigger,
    monitorRegion: run.identity.monitorRegion,
    policyHash: run.identity.policyHash,
    observedAt: new Date(run.identity.observedAt).toISOString(),
    finishedAt: new Date(run.finishedAt).toISOString(),
    outcome: run.problems.length === 0 ? 'succeeded' : 'failed',
    regions: [...run.regions].map(([region, verdict]) => ({ region, verdict })),
    groups: run.groups,
    problems: run.problems,
  };
}
