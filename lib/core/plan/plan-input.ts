/** All a decision on one group depends on. Pure. */
import type {
  ChangeRecord,
  ConnectorVerdicts,
  EpochMs,
  GroupPolicy,
  Liveness,
  Override,
  RegionVerdicts,
  VoiceConnectorGroup,
} from '../model/model.ts';

export type PlanInput = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly verdicts: ConnectorVerdicts;
  readonly regions: RegionVerdicts;
  readonly override: Override;
  /** What only a contemplated move gives reason to read; absent until then. */
  readonly closer: Closer | undefined;
  readonly carriedBeforeChange: boolean | undefined;
  readonly policy: GroupPolicy;
};

export type Closer = {
  /** By Voice Connector id. */
  readonly liveness: ReadonlyMap<string, Liveness>;
  readonly record: ChangeRecord;
};
