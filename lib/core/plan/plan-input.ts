/** All that the decision on one group depends on. */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { RegionVerdicts, ConnectorVerdicts } from '../model/verdict.ts';
import type { Impact, Saved } from '../model/impact.ts';
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
  /** When the override was put; undefined where there is none. */
  readonly overridePutAt?: EpochMs | undefined;
  /** Whether the group's name is also the name or the id of another group: a key in Parameter Store does not mean this one alone. */
  readonly hasSharedName?: boolean | undefined;
  /** Read only when a move is considered; undefined until then. */
  readonly candidateEvidence: CandidateEvidence | undefined;
  /** Whether the primary carried calls before the last change of the group; undefined where that is unknown. */
  readonly carriedBeforeChange: boolean | undefined;
  /** By id of an unhealthy member, what its fault costs; without those whose fault failed calls do not prove. No decision uses it. */
  readonly impacts?: ReadonlyMap<string, Impact> | undefined;
  /** What the last change of the group saved; undefined where that is unknown. No decision uses it. */
  readonly saved?: Saved | undefined;
  readonly policy: GroupPolicy;
  /** Why the group only observes although its policy entry says enforce; absent where it does not. */
  readonly policyRefusal?: string | undefined;
};

export type CandidateEvidence = {
  /** By Voice Connector id. */
  readonly standbySignals: ReadonlyMap<string, StandbySignals>;
  readonly changeRecord: ChangeRecord;
};
