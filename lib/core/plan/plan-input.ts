/** All a decision on one group depends on. Pure. */
import type {
  ChangeRecord,
  ConnectorVerdicts,
  EpochMs,
  StandbySignals,
  OverrideState,
  RegionVerdicts,
  VoiceConnectorGroup,
} from '../model/model.ts';
import type { GroupPolicy } from '../model/group-policy.ts';

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
