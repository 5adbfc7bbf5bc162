/** All a decision on one group depends on. Pure. */
import type { GroupPolicy } from '../model/model.ts';
import type { RegionVerdicts, ConnectorVerdicts } from '../model/verdict.ts';
import type { OverrideState } from '../model/override.ts';
import type { ChangeRecord, StandbySignals } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { EpochMs } from '../model/time.ts';

export type PlanInput = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly verdicts: ConnectorVerdicts;
  readonly regions: RegionVerdicts;
  readonly override: OverrideState;
  /** What only a contemplated move gives reason to read; absent until then. */
  readonly candidateEvidence: CandidateEvidence | undefined;
  readonly carriedBeforeChange: boolean | undefined;
  readonly policy: GroupPolicy;
};

export type CandidateEvidence = {
  /** By Voice Connector id. */
  readonly standbySignals: ReadonlyMap<string, StandbySignals>;
  readonly changeRecord: ChangeRecord;
};
